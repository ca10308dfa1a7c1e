//! One PKCS#11 library, initialised once per process and shared by all tokens in it.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::{
    Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, Weak,
};

use cryptoki::context::Pkcs11;
use cryptoki::error::RvError;

use super::error::TokenError;
use super::raw::Raw;

/// Counts the starts of a library. What belongs to an earlier one must not be touched any more:
/// the library gives the same numbers to new sessions.
pub(super) type Generation = u64;

/// A loaded and initialised library. Finalised when the last token of it is dropped.
pub(crate) struct Module {
    path: PathBuf,
    parameters: Option<CString>,
    binding: Pkcs11,
    raw: Raw,
    /// Held for reading through every call, for writing while the library is started anew.
    gate: RwLock<Generation>,
    /// Held for reading through every search for objects, for writing while one is made or destroyed.
    /// SoftHSM 2.6.1 fails when two threads make objects at once, and a search there reads the file of
    /// an object half made: its maker then fails, or the key gets other flags than asked for.
    objects: RwLock<()>,
    /// False where somebody else in the process had initialised the library; then it is theirs.
    ours: bool,
}

static MODULES: Mutex<Vec<Weak<Module>>> = Mutex::new(Vec::new());

impl Module {
    /// The library at a path, loaded and initialised unless it is already.
    pub(super) fn open(path: &Path, parameters: Option<&str>) -> Result<Arc<Self>, TokenError> {
        let path = path.canonicalize().map_err(|cause| TokenError::Load {
            path: path.to_owned(),
            cause: cause.to_string(),
        })?;
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        modules.retain(|module| module.strong_count() > 0);
        if let Some(module) = modules.iter().filter_map(Weak::upgrade).find(|m| m.path == path) {
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
            path,
            parameters,
            binding,
            raw,
            gate: RwLock::new(1),
            objects: RwLock::new(()),
            ours,
        });
        modules.push(Arc::downgrade(&module));
        Ok(module)
    }

    pub(super) fn binding(&self) -> &Pkcs11 {
        &self.binding
    }

    pub(super) fn raw(&self) -> &Raw {
        &self.raw
    }

    /// Enters the library for one call or a few. Must not be entered twice by one thread: a restart
    /// waiting in between would never come.
    pub(super) fn enter(&self) -> RwLockReadGuard<'_, Generation> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`Self::enter`], or nothing while the library is being started anew.
    pub(super) fn try_enter(&self) -> Option<RwLockReadGuard<'_, Generation>> {
        match self.gate.try_read() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// For the time of a search: no object is made or destroyed meanwhile.
    pub(super) fn objects_at_rest(&self) -> RwLockReadGuard<'_, ()> {
        self.objects.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// For the time that an object is made or destroyed in: by nobody else, and nobody searches.
    pub(super) fn objects_alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.objects.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finalises and initialises the library, unless somebody did since `seen`; whether it did.
    pub(super) fn restart(&self, seen: Generation) -> Result<bool, TokenError> {
        let mut generation = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        if *generation != seen {
            return Ok(false);
        }
        // From here on all sessions and handles of before are void, whatever happens.
        *generation += 1;
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
