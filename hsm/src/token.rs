//! A PKCS#11 token: found by label and serial number, logged in once, recovered when it goes away.
//!
//! A [`Token`] is a handle that any thread may use. Each call borrows a session from a pool, so
//! sessions never meet two threads; a sentinel session keeps the login alive. When a call fails
//! because its session, the login, the token or the library went away, the call makes them anew
//! and is repeated, with growing pauses; what the token refuses is returned at once. A wrong PIN is
//! never tried twice.
//!
//! A call into a module cannot be interrupted: a module that hangs keeps its thread, and others
//! get [`TokenError::Busy`] once the pool is empty, or [`TokenError::Hangs`] where they would have to
//! wait for that call. All works again when it returns.

mod discovery;
mod error;
mod health;
mod init;
mod kek;
mod key;
mod link;
mod mac;
mod module;
mod object;
mod pin;
mod raw;
mod recovery;
mod selector;
mod turn;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use discovery::Listed;
use discovery::{find_slot, list};
pub use error::{ReturnValue, TokenError};
use health::Breaker;
pub use health::{Health, State};
pub use init::{InitError, init_token};
pub use kek::{Kek, KekId, KekUse};
pub(crate) use link::Lease;
pub use mac::{MacKey, MacPurpose};
pub(crate) use mac::{mac, tags_equal, temporary_mac};
use module::Module;
pub(crate) use object::{Kind, ObjectName};
pub use pin::{PIN_LENGTH_MAX, Pin, PinError, PinSource};
pub use raw::Mechanism;
pub(crate) use raw::SLACK;
use recovery::{Inner, Pool};
pub use selector::{TokenIdentity, TokenSelector};
use turn::Turns;

/// Which token, through which module, and how patiently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenConfig {
    /// The PKCS#11 module, a shared library.
    pub module: PathBuf,
    /// A string that the module wants at its start; NSS does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<String>,
    /// The token.
    pub token: TokenSelector,
    /// Sessions beside the sentinel, 1 to 1,024.
    #[serde(default = "TokenConfig::sessions_max_default")]
    pub sessions_max: usize,
    /// How long a call waits for a session, and for other calls that keep it from going on.
    #[serde(default = "TokenConfig::session_wait_ms_default")]
    pub session_wait_ms: u64,
    /// The pause after the first failed recovery. It doubles with each.
    #[serde(default = "TokenConfig::retry_first_ms_default")]
    pub retry_first_ms: u64,
    /// The longest pause.
    #[serde(default = "TokenConfig::retry_ceiling_ms_default")]
    pub retry_ceiling_ms: u64,
    /// Takes keys of which the token does not tell that they were made in it and never could leave
    /// it. NSS keeps no record of that; a token that should be trusted with money does.
    #[serde(default)]
    pub accept_unproven_origin: bool,
}

impl TokenConfig {
    /// A module and a token, the rest by default: 16 sessions, 30 s, 50 ms, 30 s.
    pub fn new(module: impl Into<PathBuf>, token: TokenSelector) -> Self {
        Self {
            module: module.into(),
            parameters: None,
            token,
            sessions_max: Self::sessions_max_default(),
            session_wait_ms: Self::session_wait_ms_default(),
            retry_first_ms: Self::retry_first_ms_default(),
            retry_ceiling_ms: Self::retry_ceiling_ms_default(),
            accept_unproven_origin: false,
        }
    }

    fn sessions_max_default() -> usize {
        16
    }

    fn session_wait_ms_default() -> u64 {
        30_000
    }

    fn wait(&self) -> Duration {
        Duration::from_millis(self.session_wait_ms)
    }

    /// For calls without a configuration.
    fn wait_default() -> Duration {
        Duration::from_millis(Self::session_wait_ms_default())
    }

    fn retry_first_ms_default() -> u64 {
        50
    }

    fn retry_ceiling_ms_default() -> u64 {
        30_000
    }
}

/// A logged-in token. Cloning gives another handle to it; see the module's text.
#[derive(Clone)]
pub struct Token(Arc<Inner>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No guarded value is left half-changed by a panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Token {
    /// Loads the module, finds the token and logs in.
    ///
    /// # Errors
    /// [`TokenError`]; nothing is retried here.
    pub fn open(config: TokenConfig, pin: Pin) -> Result<Self, TokenError> {
        let module = Module::open(&config.module, config.parameters.as_deref())?;
        let config = TokenConfig { sessions_max: config.sessions_max.clamp(1, 1024), ..config };
        let breaker = Breaker::new(
            Duration::from_millis(config.retry_first_ms),
            Duration::from_millis(config.retry_ceiling_ms),
        );
        let identity = {
            let _entered = module.enter(config.wait())?;
            find_slot(&module, &config.token)?.1
        };
        let inner = Inner {
            module,
            config,
            pin,
            identity,
            link: Mutex::new(None),
            linking: Turns::default(),
            pool: Mutex::new(Pool { idle: Vec::new(), lent: 0 }),
            returned: Condvar::new(),
            known: Mutex::new(HashSet::new()),
            refused: Mutex::new(None),
            breaker: Mutex::new(breaker),
        };
        {
            let entered = inner.module.enter(inner.config.wait())?;
            inner.link(entered.generation)?;
        }
        lock(&inner.breaker).health.relinks = 0;
        Ok(Self(Arc::new(inner)))
    }

    /// The tokens that a module shows, with their slots. A token that cannot be read is an error of
    /// its own, not of the list.
    ///
    /// # Errors
    /// [`TokenError`] when the module cannot be loaded or gives no list.
    pub fn list(
        module: &std::path::Path,
        parameters: Option<&str>,
    ) -> Result<Vec<Listed>, TokenError> {
        let module = Module::open(module, parameters)?;
        let _entered = module.enter(TokenConfig::wait_default())?;
        list(&module)
    }

    /// What the token said of itself when it was opened.
    pub fn identity(&self) -> &TokenIdentity {
        &self.0.identity
    }

    /// How it was found.
    pub fn config(&self) -> &TokenConfig {
        &self.0.config
    }

    /// The state now, without a call to the token.
    pub fn health(&self) -> Health {
        lock(&self.0.breaker).health.clone()
    }

    /// Fills a buffer from the token's generator.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn random(&self, out: &mut [u8]) -> Result<(), TokenError> {
        // The closure may run again, so it takes a buffer of its own each time.
        let bytes = self.run(|lease| {
            let mut bytes = zeroize::Zeroizing::new(vec![0; out.len()]);
            lease.random(&mut bytes).map(|()| bytes)
        })?;
        out.copy_from_slice(&bytes);
        Ok(())
    }

    /// The mechanisms that the token lists, by number.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn mechanisms(&self) -> Result<Vec<String>, TokenError> {
        self.run(|lease| {
            let list = lease.link.module.binding().get_mechanism_list(lease.link.slot);
            let list = list.map_err(|e| TokenError::from_binding("C_GetMechanismList", e))?;
            Ok(list.into_iter().map(|mechanism| mechanism.to_string()).collect())
        })
    }

    /// Runs calls on a borrowed session, and again after recovery when it is the session, the
    /// login, the token or the library that failed. `calls` must therefore bear repetition, and
    /// must not use the token in any other way than through its lease.
    pub(crate) fn run<T>(
        &self,
        calls: impl FnMut(&Lease<'_>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        self.0.run(calls)
    }
}

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Token({}, {})", self.0.identity, self.health().state)
    }
}
