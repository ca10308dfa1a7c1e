//! A PKCS#11 token: found by label and serial number, logged in once, recovered when it goes away.
//!
//! A [`Token`] is a handle that any thread may use. Each call borrows a session from a pool, so
//! sessions never meet two threads; a sentinel session keeps the login alive. When a call fails
//! because its session, the login, the token or the library went away, the call makes them anew
//! and is repeated, with growing pauses; what the token refuses is returned at once. A wrong PIN is
//! never tried twice.
//!
//! A call into a module cannot be interrupted: a module that hangs keeps its thread, and others
//! get [`TokenError::Busy`] once the pool is empty.

mod error;
mod health;
mod init;
mod key;
mod link;
mod module;
mod object;
mod pin;
mod raw;
mod selector;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cryptoki::error::RvError;
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use serde::{Deserialize, Serialize};

use error::Reach;
pub use error::{ReturnValue, TokenError};
use health::Breaker;
pub use health::{Health, State};
pub use init::{InitError, init_token};
pub use key::{Kek, KekId, KekUse, MacKey, MacPurpose};
pub(crate) use key::{mac, tags_equal, temporary_mac};
pub(crate) use link::Lease;
use link::{Link, open_session};
use module::{Generation, Module};
pub(crate) use object::{Kind, ObjectName};
pub use pin::{PIN_LENGTH_MAX, Pin, PinError, PinSource};
pub use raw::Mechanism;
pub(crate) use raw::SLACK;
pub use selector::{TokenIdentity, TokenSelector};

/// Failures of the token or the library that one call bears before it gives the token up.
const LIBRARY_FAILURES_MAX: u32 = 6;
/// General errors of a token that answers, before one is believed to be about the request.
const GENERAL_ERRORS_MAX: u32 = 4;
/// Sessions and logins lost during one call. They cost little, and many callers may be hit by the
/// losses of each other.
const SESSION_FAILURES_MAX: u32 = 100;

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
    /// How long a call waits for a session.
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

    fn retry_first_ms_default() -> u64 {
        50
    }

    fn retry_ceiling_ms_default() -> u64 {
        30_000
    }
}

/// Idle sessions with the generation and the link that they belong to, and how many are lent out.
struct Pool {
    idle: Vec<(Generation, u64, Session)>,
    lent: usize,
}

/// A logged-in token. Cloning gives another handle to it; see the module's text.
#[derive(Clone)]
pub struct Token(Arc<Inner>);

struct Inner {
    module: Arc<Module>,
    config: TokenConfig,
    pin: Pin,
    identity: TokenIdentity,
    link: Mutex<Option<Arc<Link>>>,
    pool: Mutex<Pool>,
    returned: Condvar,
    known: Mutex<HashSet<ObjectName>>,
    refused: Mutex<Option<ReturnValue>>,
    breaker: Mutex<Breaker>,
}

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
            let _entered = module.enter();
            find_slot(&module, &config.token)?.1
        };
        let inner = Inner {
            module,
            config,
            pin,
            identity,
            link: Mutex::new(None),
            pool: Mutex::new(Pool { idle: Vec::new(), lent: 0 }),
            returned: Condvar::new(),
            known: Mutex::new(HashSet::new()),
            refused: Mutex::new(None),
            breaker: Mutex::new(breaker),
        };
        {
            let entered = inner.module.enter();
            inner.link(*entered)?;
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
    ) -> Result<Vec<(u64, Result<TokenIdentity, TokenError>)>, TokenError> {
        let module = Module::open(module, parameters)?;
        let _entered = module.enter();
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

/// Where an attempt failed.
struct Failure {
    error: TokenError,
    generation: Generation,
    link: Option<Arc<Link>>,
}

impl Inner {
    fn run<T>(
        &self,
        mut calls: impl FnMut(&Lease<'_>) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        self.check_breaker()?;
        let (mut sessions_lost, mut library_failures) = (0, 0);
        loop {
            let failure = match self.attempt(&mut calls) {
                Ok(value) => {
                    if lock(&self.breaker).health.state != State::Up {
                        lock(&self.breaker).worked();
                    }
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            let gave_up = match failure.error.reach() {
                Reach::Request => {
                    if sessions_lost + library_failures > 0 {
                        lock(&self.breaker).worked(); // the token answered
                    }
                    return Err(failure.error);
                }
                Reach::Session => {
                    sessions_lost += 1;
                    sessions_lost >= SESSION_FAILURES_MAX
                }
                Reach::Library => {
                    library_failures += 1;
                    library_failures >= LIBRARY_FAILURES_MAX
                }
            };
            lock(&self.breaker).recovering(failure.error.to_string());
            if gave_up {
                lock(&self.breaker).failed(Instant::now());
                return Err(failure.error);
            }
            match failure.error.reach() {
                Reach::Library => self.recover_library(failure, library_failures)?,
                _ => self.recover_session(&failure, sessions_lost),
            }
        }
    }

    fn check_breaker(&self) -> Result<(), TokenError> {
        if let Some(value) = *lock(&self.refused) {
            return Err(TokenError::PinRefused { value });
        }
        let breaker = lock(&self.breaker);
        match breaker.closed_for(Instant::now()) {
            None => Ok(()),
            Some(wait) => Err(TokenError::Down {
                last: breaker.health.last_error.clone().unwrap_or_default(),
                retry_in_ms: wait.as_millis(),
            }),
        }
    }

    fn attempt<T>(
        &self,
        calls: &mut impl FnMut(&Lease<'_>) -> Result<T, TokenError>,
    ) -> Result<T, Failure> {
        let entered = self.module.enter();
        let generation = *entered;
        let link =
            self.link(generation).map_err(|error| Failure { error, generation, link: None })?;
        let failed = |error| Failure { error, generation, link: Some(link.clone()) };
        let session = self.borrow_session(&link).map_err(&failed)?;
        let lease = Lease {
            link: link.clone(),
            session,
            broken: core::cell::Cell::new(false),
            known: &self.known,
            accept_unproven_origin: self.config.accept_unproven_origin,
            _entered: entered,
        };
        let result = calls(&lease);
        self.return_session(lease);
        result.map_err(failed)
    }

    /// Makes the link anew, unless the session alone was lost, which is gone already.
    fn recover_session(&self, failure: &Failure, sessions_lost: u32) {
        let of_session_only = matches!(
            failure.error.return_value(),
            Some(
                RvError::SessionHandleInvalid
                    | RvError::SessionClosed
                    | RvError::OperationActive
                    | RvError::OperationNotInitialized
            )
        );
        match &failure.link {
            Some(link) if !of_session_only || sessions_lost > 1 => self.unlink(link),
            _ => {}
        }
    }

    /// Starts the library anew, unless the token answers: then a general error is about the request,
    /// or passes.
    fn recover_library(&self, failure: Failure, failures: u32) -> Result<(), TokenError> {
        if failure.link.as_ref().is_some_and(|link| self.answers(link)) {
            if failures < GENERAL_ERRORS_MAX {
                return Ok(());
            }
            lock(&self.breaker).worked();
            return Err(failure.error);
        }
        if failures > 1 {
            let wait = lock(&self.breaker).wait(failures - 2);
            std::thread::sleep(wait);
        }
        // What a failed restart means, the next attempt will say.
        if let Ok(true) = self.module.restart(failure.generation) {
            lock(&self.breaker).health.restarts += 1;
        }
        Ok(())
    }

    /// Whether the token of a link is there, logged in and whole.
    fn answers(&self, link: &Arc<Link>) -> bool {
        let entered = self.module.enter();
        if *entered != link.generation {
            return true; // started anew since; try again
        }
        let Ok(session) = open_session(&self.module, link.slot) else { return false };
        let names: Vec<ObjectName> = lock(&self.known).iter().cloned().collect();
        let lease = Lease {
            link: link.clone(),
            session,
            broken: core::cell::Cell::new(false),
            known: &self.known,
            accept_unproven_origin: self.config.accept_unproven_origin,
            _entered: entered,
        };
        let alive = lease.alive(&names).is_ok();
        let Lease { session, _entered, .. } = lease;
        let _ = session.close();
        alive
    }

    /// The current link, made when there is none of this generation.
    fn link(&self, generation: Generation) -> Result<Arc<Link>, TokenError> {
        let mut current = lock(&self.link);
        if let Some(link) = current.as_ref().filter(|link| link.generation == generation) {
            return Ok(link.clone());
        }
        if let Some(value) = *lock(&self.refused) {
            return Err(TokenError::PinRefused { value });
        }
        let (slot, identity) = find_slot(&self.module, &self.config.token)?;
        if identity.serial != self.identity.serial {
            let seen = vec![identity.to_string()];
            return Err(TokenError::NotFound { selector: self.config.token.clone(), seen });
        }
        let sentinel = open_session(&self.module, slot)?;
        if let Err(error) = self.login(&sentinel) {
            let _ = sentinel.close();
            return Err(error);
        }
        lock(&self.breaker).health.relinks += 1;
        let link = Arc::new(Link::new(self.module.clone(), generation, slot, sentinel));
        *current = Some(link.clone());
        Ok(link)
    }

    fn login(&self, session: &Session) -> Result<(), TokenError> {
        let error = match self.module.raw().login(session.handle(), self.pin.expose()) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        match error.return_value() {
            Some(RvError::UserAlreadyLoggedIn) => Ok(()),
            Some(
                refused @ (RvError::PinIncorrect
                | RvError::PinInvalid
                | RvError::PinLenRange
                | RvError::PinExpired
                | RvError::PinLocked),
            ) => {
                *lock(&self.refused) = Some(ReturnValue::new(refused));
                lock(&self.breaker).health.state = State::PinRefused;
                Err(error)
            }
            _ => Err(error),
        }
    }

    /// Gives a link up, unless another has taken its place. The old sentinel closes when the last
    /// lease of it is back.
    fn unlink(&self, link: &Arc<Link>) {
        let mut current = lock(&self.link);
        if current.as_ref().is_some_and(|now| Arc::ptr_eq(now, link)) {
            *current = None;
        }
    }

    fn borrow_session(&self, link: &Arc<Link>) -> Result<Session, TokenError> {
        let wait = Duration::from_millis(self.config.session_wait_ms);
        let full = |pool: &mut Pool| pool.lent >= self.config.sessions_max;
        let (mut pool, timeout) = self
            .returned
            .wait_timeout_while(lock(&self.pool), wait, full)
            .unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            let sessions = self.config.sessions_max;
            return Err(TokenError::Busy { sessions, waited_ms: wait.as_millis() });
        }
        pool.lent += 1;
        while let Some((generation, number, session)) = pool.idle.pop() {
            if number == link.number {
                return Ok(session);
            }
            // A session of an earlier start of the library is gone already.
            if generation == link.generation {
                let _ = session.close();
            }
        }
        drop(pool);
        open_session(&self.module, link.slot).inspect_err(|_| {
            lock(&self.pool).lent -= 1;
            self.returned.notify_one();
        })
    }

    fn return_session(&self, lease: Lease<'_>) {
        let Lease { link, session, broken, _entered, .. } = lease;
        let mut pool = lock(&self.pool);
        pool.lent -= 1;
        if broken.get() {
            drop(pool);
            let _ = session.close();
        } else {
            pool.idle.push((link.generation, link.number, session));
            drop(pool);
        }
        drop(link);
        self.returned.notify_one();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Some(entered) = self.module.try_enter() else { return };
        let pool = self.pool.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (generation, _, session) in pool.idle.drain(..) {
            if generation == *entered {
                let _ = session.close();
            }
        }
    }
}

/// Every slot with a token.
fn list(module: &Module) -> Result<Vec<(u64, Result<TokenIdentity, TokenError>)>, TokenError> {
    let slots = module.binding().get_slots_with_token();
    let slots = slots.map_err(|error| TokenError::from_binding("C_GetSlotList", error))?;
    Ok(slots.into_iter().map(|slot| (slot.id(), module.raw().token_info(slot.id()))).collect())
}

/// The slot of the one token that fits. Slots that cannot be read are passed over.
fn find_slot(
    module: &Module,
    selector: &TokenSelector,
) -> Result<(Slot, TokenIdentity), TokenError> {
    let (mut fits, mut seen) = (Vec::new(), Vec::new());
    for (slot, identity) in list(module)? {
        match identity {
            Ok(identity) => {
                seen.push(format!("slot {slot}: {identity}"));
                if selector.matches(slot, &identity) {
                    fits.push((slot, identity));
                }
            }
            Err(error) => {
                seen.push(format!("slot {slot}: unreadable, {error}"));
                if selector.is_slot_only() && selector.slot == Some(slot) {
                    return Err(error);
                }
            }
        }
    }
    match fits.len() {
        1 => {
            let (slot, identity) = fits.remove(0);
            let slot = Slot::try_from(slot);
            let slot = slot.map_err(|e| TokenError::from_binding("C_GetSlotList", e))?;
            Ok((slot, identity))
        }
        0 => Err(TokenError::NotFound { selector: selector.clone(), seen }),
        _ => {
            let seen = fits.iter().map(|(slot, it)| format!("slot {slot}: {it}")).collect();
            Err(TokenError::Ambiguous { selector: selector.clone(), seen })
        }
    }
}
