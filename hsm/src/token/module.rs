//! One PKCS#11 library, initialised once per process and shared by all tokens in it.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;

use super::error::TokenError;
use super::raw::Raw;
use super::turn::{Alone, Shared, Turns};

/// Counts the starts of a library. What belongs to an earlier one must not be touched any more:
/// the library gives the same numbers to new sessions.
pub(super) type Generation = u64;

/// A loaded and initialised library. Finalised when the last token of it is dropped.
pub(crate) struct Module {
    parameters: Option<CString>,
    binding: Pkcs11,
    raw: Raw,
    /// Shared by all calls, held alone while the library is started anew.
    gate: Turns,
    /// Changed by who holds the gate alone, and no one else.
    generation: AtomicU64,
    /// Shared by all searches for objects, held alone while one is made or destroyed.
    /// SoftHSM 2.6.1 fails when two threads make objects at once, and a search there reads the file of
    /// an object half made: its maker then fails, or the key gets other flags than asked for.
    objects: Turns,
    /// False where somebody else in the process had initialised the library; then it is theirs.
    ours: bool,
}

/// The library, entered; it is not started anew before this is dropped.
pub(super) struct Entered<'a> {
    pub(super) generation: Generation,
    _inside: Shared<'a>,
}

/// Some call has kept others out for this long.
pub(super) fn hangs(waited: Duration) -> TokenError {
    TokenError::Hangs { waited_ms: waited.as_millis() }
}

/// The libraries in use, by path. Beside the module and not in it: a handle taken only to read its path
/// might turn out the last, and a module's end wants this lock.
static MODULES: Mutex<Vec<(PathBuf, Weak<Module>)>> = Mutex::new(Vec::new());

impl Module {
    /// The library at a path, loaded and initialised unless it is already.
    pub(super) fn open(path: &Path, parameters: Option<&str>) -> Result<Arc<Self>, TokenError> {
        let path = path.canonicalize().map_err(|cause| TokenError::Load {
            path: path.to_owned(),
            cause: cause.to_string(),
        })?;
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        modules.retain(|(_, module)| module.strong_count() > 0);
        let mut same = modules.iter().filter(|(other, _)| *other == path);
        if let Some(module) = same.find_map(|(_, module)| module.upgrade()) {
            return Ok(module);
        }
        let raw = Raw::load(&path)?;
        let load = |cause: String| TokenError::Load { path: path.clone(), cause };
        let binding = Pkcs11::new(&path).map_err(|error| load(error.to_string()))?;
        let parameters = parameters
            .map(CString::new)
            .transpose()
            .map_err(|_| load("its parameters contain a zero byte".to_owned()))?;
        let ours = match raw.initialize(parameters.as_deref()) {
            Err(e) if e.return_value() == Some(RvError::CryptokiAlreadyInitialized) => false,
            result => result.map(|()| true)?,
        };
        let module = Arc::new(Self {
            parameters,
            binding,
            raw,
            gate: Turns::default(),
            generation: AtomicU64::new(1),
            objects: Turns::default(),
            ours,
        });
        modules.push((path, Arc::downgrade(&module)));
        Ok(module)
    }

    pub(super) fn binding(&self) -> &Pkcs11 {
        &self.binding
    }

    pub(super) fn raw(&self) -> &Raw {
        &self.raw
    }

    /// Enters the library for one call or a few. Must not be entered twice by one thread: a restart
    /// waiting in between would wait for what waits for it.
    pub(super) fn enter(&self, wait: Duration) -> Result<Entered<'_>, TokenError> {
        let inside = self.gate.share(wait).ok_or_else(|| hangs(wait))?;
        Ok(self.entered(inside))
    }

    /// As [`Self::enter`] at once, or nothing while the library is being started anew.
    pub(super) fn try_enter(&self) -> Option<Entered<'_>> {
        self.gate.share_now().map(|inside| self.entered(inside))
    }

    fn entered<'a>(&'a self, inside: Shared<'a>) -> Entered<'a> {
        Entered { generation: self.generation.load(Ordering::Relaxed), _inside: inside }
    }

    /// For the time of a search: no object is made or destroyed meanwhile.
    pub(super) fn objects_at_rest(&self, wait: Duration) -> Result<Shared<'_>, TokenError> {
        self.objects.share(wait).ok_or_else(|| hangs(wait))
    }

    /// For the time that an object is made or destroyed in: by nobody else, and nobody searches.
    pub(super) fn objects_alone(&self, wait: Duration) -> Result<Alone<'_>, TokenError> {
        self.objects.alone(wait).ok_or_else(|| hangs(wait))
    }

    /// Finalises and initialises the library, unless somebody did since `seen`; whether it did.
    /// [`TokenError::Hangs`] when a call did not leave it in time: then nothing was done.
    pub(super) fn restart(&self, seen: Generation, wait: Duration) -> Result<bool, TokenError> {
        let _alone = self.gate.alone(wait).ok_or_else(|| hangs(wait))?;
        if self.generation.load(Ordering::Relaxed) != seen {
            return Ok(false);
        }
        // From here on all sessions and handles of before are void, whatever happens.
        self.generation.fetch_add(1, Ordering::Relaxed);
        let not_initialized = Some(RvError::CryptokiNotInitialized);
        match self.raw.finalize() {
            Err(error) if error.return_value() != not_initialized => return Err(error),
            _ => {}
        }
        match self.raw.initialize(self.parameters.as_deref()) {
            Err(e) if e.return_value() == Some(RvError::CryptokiAlreadyInitialized) => Ok(true),
            result => result.map(|()| true),
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // Nobody may load the library between our last use and its end.
        let _modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        if self.ours {
            // Explicit and before `exit`: some modules crash in their own exit handlers otherwise.
            let _ = self.raw.finalize();
        }
    }
}
