//! A login at a token with its sentinel session, and the sessions lent out under it.

use core::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cryptoki::error::RvError;
use cryptoki::mechanism::Mechanism as BindingMechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::{Session, SessionState};
use cryptoki::slot::Slot;

use super::error::TokenError;
use super::module::{Entered, Generation, Module};
use super::object::ObjectName;
use super::raw::{Mechanism, Raw};

/// One login. Closing the last session of a token logs out, so the sentinel stays open.
pub(super) struct Link {
    pub(super) module: Arc<Module>,
    /// Tells links apart: sessions of an earlier one are not used under this.
    pub(super) number: u64,
    pub(super) generation: Generation,
    pub(super) slot: Slot,
    sentinel: Mutex<Option<Session>>,
    /// Handles, which a new login may change.
    objects: Mutex<HashMap<ObjectName, ObjectHandle>>,
}

impl Link {
    pub(super) fn new(
        module: Arc<Module>,
        generation: Generation,
        slot: Slot,
        sentinel: Session,
    ) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let sentinel = Mutex::new(Some(sentinel));
        Self { module, number, generation, slot, sentinel, objects: Mutex::new(HashMap::new()) }
    }

    fn objects(&self) -> std::sync::MutexGuard<'_, HashMap<ObjectName, ObjectHandle>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let sentinel = self.sentinel.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // While the library starts anew, and after, the session is gone already.
        let current = self.module.try_enter().filter(|now| now.generation == self.generation);
        if let (Some(session), Some(_entered)) = (sentinel, current) {
            let _ = session.close();
        }
    }
}

/// Opens a session that is closed by hand: closing one of an earlier generation would close a
/// stranger's.
pub(super) fn open_session(module: &Module, slot: Slot) -> Result<Session, TokenError> {
    let open = module.binding().open_rw_session_no_drop(slot);
    open.map_err(|error| TokenError::from_binding("C_OpenSession", error))
}

/// A session lent to one caller, with the library entered.
pub(crate) struct Lease<'a> {
    pub(super) link: Arc<Link>,
    pub(super) session: Session,
    pub(super) broken: Cell<bool>,
    /// Objects that this token has been seen to hold.
    pub(super) known: &'a Mutex<std::collections::HashSet<ObjectName>>,
    pub(super) accept_unproven_origin: bool,
    /// How long to wait for those who make objects, or search for them.
    pub(super) wait: Duration,
    pub(super) _entered: Entered<'a>,
}

impl Lease<'_> {
    fn raw(&self) -> &Raw {
        self.link.module.raw()
    }

    /// A call that failed may have left its operation active: the session is not used again.
    fn note<T>(&self, result: Result<T, TokenError>) -> Result<T, TokenError> {
        if result.is_err() {
            self.broken.set(true);
        }
        result
    }

    fn binding<T>(
        &self,
        function: &'static str,
        result: cryptoki::error::Result<T>,
    ) -> Result<T, TokenError> {
        self.note(result.map_err(|error| TokenError::from_binding(function, error)))
    }

    /// Fills a buffer from the token's generator.
    pub(crate) fn random(&self, out: &mut [u8]) -> Result<(), TokenError> {
        self.binding("C_GenerateRandom", self.session.generate_random_slice(out))
    }

    /// The object of a name, of which there must be one.
    pub(crate) fn find(&self, name: &ObjectName) -> Result<ObjectHandle, TokenError> {
        if let Some(handle) = self.link.objects().get(name) {
            return Ok(*handle);
        }
        match self.find_all(&name.template())?[..] {
            [handle] => {
                self.link.objects().insert(name.clone(), handle);
                self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
                Ok(handle)
            }
            [] => {
                let object = name.to_string();
                let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                let lost = known.contains(name);
                Err(if lost {
                    TokenError::ObjectLost { object }
                } else {
                    TokenError::ObjectMissing { object }
                })
            }
            ref several => {
                Err(TokenError::ObjectAmbiguous { object: name.to_string(), count: several.len() })
            }
        }
    }

    /// The objects that fit. None is an answer of a session that is logged in: from any other a
    /// token hides private objects, and what is hidden must not be taken for gone.
    pub(crate) fn find_all(&self, template: &[Attribute]) -> Result<Vec<ObjectHandle>, TokenError> {
        let found = {
            let _at_rest = self.link.module.objects_at_rest(self.wait)?;
            self.binding("C_FindObjects", self.session.find_objects(template))?
        };
        if found.is_empty() {
            self.logged_in()?;
        }
        Ok(found)
    }

    pub(crate) fn attributes(
        &self,
        object: ObjectHandle,
        wanted: &[AttributeType],
    ) -> Result<Vec<Attribute>, TokenError> {
        self.binding("C_GetAttributeValue", self.session.get_attributes(object, wanted))
    }

    pub(crate) fn generate_key(
        &self,
        mechanism: &BindingMechanism<'_>,
        template: &[Attribute],
    ) -> Result<ObjectHandle, TokenError> {
        let _alone = self.link.module.objects_alone(self.wait)?;
        self.binding("C_GenerateKey", self.session.generate_key(mechanism, template))
    }

    pub(crate) fn generate_key_pair(
        &self,
        mechanism: &BindingMechanism<'_>,
        public: &[Attribute],
        private: &[Attribute],
    ) -> Result<(ObjectHandle, ObjectHandle), TokenError> {
        let _alone = self.link.module.objects_alone(self.wait)?;
        let pair = self.session.generate_key_pair(mechanism, public, private);
        self.binding("C_GenerateKeyPair", pair)
    }

    pub(crate) fn create(&self, template: &[Attribute]) -> Result<ObjectHandle, TokenError> {
        let _alone = self.link.module.objects_alone(self.wait)?;
        self.binding("C_CreateObject", self.session.create_object(template))
    }

    pub(crate) fn unwrap(
        &self,
        mechanism: &BindingMechanism<'_>,
        key: ObjectHandle,
        wrapped: &[u8],
        template: &[Attribute],
    ) -> Result<ObjectHandle, TokenError> {
        let _alone = self.link.module.objects_alone(self.wait)?;
        let unwrapped = self.session.unwrap_key(mechanism, key, wrapped, template);
        self.binding("C_UnwrapKey", unwrapped)
    }

    pub(crate) fn destroy(&self, object: ObjectHandle) -> Result<(), TokenError> {
        let _alone = self.link.module.objects_alone(self.wait)?;
        self.binding("C_DestroyObject", self.session.destroy_object(object))
    }

    /// Forgets cached handles, because an object was destroyed.
    pub(crate) fn forget(&self, name: &ObjectName) {
        self.link.objects().remove(name);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Encrypts; `out` has room for `expected` bytes and [`super::SLACK`].
    pub(crate) fn encrypt(
        &self,
        mechanism: &Mechanism<'_>,
        key: ObjectHandle,
        input: &[u8],
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        let session = self.session.handle();
        self.note(self.raw().encrypt(session, mechanism, key.handle(), input, out, expected))
    }

    /// Decrypts into memory of the caller's choice, with the same room.
    pub(crate) fn decrypt(
        &self,
        mechanism: &Mechanism<'_>,
        key: ObjectHandle,
        input: &[u8],
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        let session = self.session.handle();
        self.note(self.raw().decrypt(session, mechanism, key.handle(), input, out, expected))
    }

    /// Signs or authenticates, with the same room.
    pub(crate) fn sign(
        &self,
        mechanism: &Mechanism<'_>,
        key: ObjectHandle,
        message: &[u8],
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        let session = self.session.handle();
        self.note(self.raw().sign(session, mechanism, key.handle(), message, out, expected))
    }

    /// Wraps a key, with the same room.
    pub(crate) fn wrap(
        &self,
        mechanism: &Mechanism<'_>,
        wrapping: ObjectHandle,
        key: ObjectHandle,
        out: &mut [u8],
        expected: usize,
    ) -> Result<(), TokenError> {
        let (session, wrapping) = (self.session.handle(), wrapping.handle());
        self.note(self.raw().wrap(session, mechanism, wrapping, key.handle(), out, expected))
    }

    /// Reads an object's value into memory of the caller's choice; its length.
    pub(crate) fn value(&self, object: ObjectHandle, out: &mut [u8]) -> Result<usize, TokenError> {
        self.note(self.raw().value(self.session.handle(), object.handle(), out))
    }

    fn logged_in(&self) -> Result<(), TokenError> {
        let info = self.binding("C_GetSessionInfo", self.session.get_session_info())?;
        match info.session_state() {
            SessionState::RoUser | SessionState::RwUser => Ok(()),
            _ => self.note(Err(TokenError::call("C_GetSessionInfo", RvError::UserNotLoggedIn))),
        }
    }

    /// Whether the token answers, is logged in and still holds what it held.
    pub(super) fn alive(&self, names: &[ObjectName]) -> Result<(), TokenError> {
        self.logged_in()?;
        self.note(self.raw().token_info(self.link.slot.id()))?;
        for name in names {
            if self.find_all(&name.template())?.is_empty() {
                return Err(TokenError::ObjectLost { object: name.to_string() });
            }
        }
        Ok(())
    }
}
