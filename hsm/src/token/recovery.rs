//! A token's sessions, and what is made anew when a call fails.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use cryptoki::error::RvError;
use cryptoki::session::Session;

use super::discovery::find_slot;
use super::error::{Reach, ReturnValue, TokenError};
use super::health::{Breaker, State};
use super::link::{Lease, Link, open_session};
use super::module::{Entered, Generation, Module, hangs};
use super::object::ObjectName;
use super::pin::Pin;
use super::selector::TokenIdentity;
use super::turn::Turns;
use super::{TokenConfig, lock};

/// Failures of the token or the library that one call bears before it gives the token up.
const LIBRARY_FAILURES_MAX: u32 = 6;
/// General errors of a token that answers, before one is believed to be about the request.
const GENERAL_ERRORS_MAX: u32 = 4;
/// Sessions and logins lost during one call. They cost little, and many callers may be hit by the
/// losses of each other.
const SESSION_FAILURES_MAX: u32 = 100;

/// Objects that a token which answers must still have, of those it is known to hold.
const OBJECTS_ASKED_FOR: usize = 4;

/// What a token says when it is asked whether it is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// Logged in, and has what it had.
    Whole,
    /// There, but somebody logged out.
    LoggedOut,
    /// Nothing of use.
    None,
}

/// Idle sessions with the generation and the link that they belong to, and how many are lent out.
pub(super) struct Pool {
    pub(super) idle: Vec<(Generation, u64, Session)>,
    pub(super) lent: usize,
}

/// A token, behind its handles.
pub(super) struct Inner {
    pub(super) module: Arc<Module>,
    pub(super) config: TokenConfig,
    pub(super) pin: Pin,
    pub(super) identity: TokenIdentity,
    pub(super) link: Mutex<Option<Arc<Link>>>,
    /// Held alone by who makes the link, which takes calls that may hang.
    pub(super) linking: Turns,
    pub(super) pool: Mutex<Pool>,
    pub(super) returned: Condvar,
    pub(super) known: Mutex<HashSet<ObjectName>>,
    pub(super) refused: Mutex<Option<ReturnValue>>,
    pub(super) breaker: Mutex<Breaker>,
}

/// Where an attempt failed.
struct Failure {
    error: TokenError,
    generation: Generation,
    link: Option<Arc<Link>>,
}

impl Inner {
    pub(super) fn run<T>(
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
                    let waited =
                        matches!(failure.error, TokenError::Busy { .. } | TokenError::Hangs { .. });
                    if sessions_lost + library_failures > 0 && !waited {
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
        let entered = self.module.enter(self.config.wait()).map_err(|error| Failure {
            error,
            generation: 0, // of no start
            link: None,
        })?;
        let generation = entered.generation;
        let link =
            self.link(generation).map_err(|error| Failure { error, generation, link: None })?;
        let failed = |error| Failure { error, generation, link: Some(link.clone()) };
        let session = self.borrow_session(&link).map_err(&failed)?;
        let lease = self.lease(link.clone(), session, entered);
        let lent = Lent { inner: self, lease: Some(lease) };
        let result = calls(lent.lease());
        drop(lent);
        result.map_err(failed)
    }

    fn lease<'a>(&'a self, link: Arc<Link>, session: Session, entered: Entered<'a>) -> Lease<'a> {
        Lease {
            link,
            session,
            broken: core::cell::Cell::new(false),
            known: &self.known,
            accept_unproven_origin: self.config.accept_unproven_origin,
            wait: self.config.wait(),
            _entered: entered,
        }
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
        let answer = failure.link.as_ref().map_or(Answer::None, |link| self.ask(link));
        match (answer, &failure.link) {
            (Answer::Whole, _) if failures < GENERAL_ERRORS_MAX => return Ok(()),
            (Answer::Whole, _) => {
                lock(&self.breaker).worked();
                return Err(failure.error);
            }
            // Kryoptic answers with a general error to who was logged out.
            (Answer::LoggedOut, Some(link)) => {
                self.unlink(link);
                return Ok(());
            }
            _ => {}
        }
        if failures > 1 {
            let wait = lock(&self.breaker).wait(failures - 2);
            std::thread::sleep(wait);
        }
        match self.module.restart(failure.generation, self.config.wait()) {
            Ok(true) => lock(&self.breaker).health.restarts += 1,
            // Another try would wait as long again.
            Err(error @ TokenError::Hangs { .. }) => {
                lock(&self.breaker).failed(Instant::now());
                return Err(error);
            }
            // What a failed restart means, the next attempt will say.
            Ok(false) | Err(_) => {}
        }
        Ok(())
    }

    /// Whether the token of a link is there, logged in and whole.
    fn ask(&self, link: &Arc<Link>) -> Answer {
        let Ok(entered) = self.module.enter(self.config.wait()) else { return Answer::None };
        if entered.generation != link.generation {
            return Answer::Whole; // started anew since; try again
        }
        let Ok(session) = open_session(&self.module, link.slot) else { return Answer::None };
        let some = lock(&self.known).iter().take(OBJECTS_ASKED_FOR).cloned().collect::<Vec<_>>();
        let lease = self.lease(link.clone(), session, entered);
        let alive = lease.alive(&some);
        let Lease { session, _entered, .. } = lease;
        let _ = session.close();
        match alive {
            Ok(()) => Answer::Whole,
            Err(error) if error.reach() == Reach::Session => Answer::LoggedOut,
            Err(_) => Answer::None,
        }
    }

    /// The current link, made when there is none of this generation.
    pub(super) fn link(&self, generation: Generation) -> Result<Arc<Link>, TokenError> {
        let current = || lock(&self.link).clone().filter(|link| link.generation == generation);
        if let Some(link) = current() {
            return Ok(link);
        }
        let wait = self.config.wait();
        let _alone = self.linking.alone(wait).ok_or_else(|| hangs(wait))?;
        if let Some(link) = current() {
            return Ok(link);
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
        // What it replaces closes a session where it ends, so not under the lock.
        let replaced = lock(&self.link).replace(link.clone());
        drop(replaced);
        Ok(link)
    }

    fn login(&self, session: &Session) -> Result<(), TokenError> {
        let error = match self.module.raw().login(session.handle(), self.pin.expose()) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        match error.return_value() {
            Some(RvError::UserAlreadyLoggedIn) => Ok(()),
            Some(refused) if error.is_of_the_pin() => {
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
        // The caller's own handle is not the last to go, so nothing is closed under the lock.
        lock(&self.link).take_if(|now| Arc::ptr_eq(now, link));
    }

    fn borrow_session(&self, link: &Arc<Link>) -> Result<Session, TokenError> {
        let wait = self.config.wait();
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
        let usable = pool.idle.iter().rposition(|(_, number, _)| *number == link.number);
        let stale = pool.idle.split_off(usable.map_or(0, |at| at + 1));
        let session = pool.idle.pop();
        drop(pool);
        for (generation, _, session) in stale {
            // A session of an earlier start of the library is gone already.
            if generation == link.generation {
                let _ = session.close();
            }
        }
        if let Some((.., session)) = session {
            return Ok(session);
        }
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

/// A session that goes back to the pool however its use ends.
struct Lent<'a> {
    inner: &'a Inner,
    lease: Option<Lease<'a>>,
}

impl<'a> Lent<'a> {
    fn lease(&self) -> &Lease<'a> {
        self.lease.as_ref().expect("taken by drop alone")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        if std::thread::panicking() {
            // The binding panics when a module counts wrongly, in the midst of an operation.
            lease.broken.set(true);
        }
        self.inner.return_session(lease);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Some(entered) = self.module.try_enter() else { return };
        let pool = self.pool.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (generation, _, session) in pool.idle.drain(..) {
            if generation == entered.generation {
                let _ = session.close();
            }
        }
    }
}
