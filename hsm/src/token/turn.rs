//! A lock to share or to hold alone, on which nobody waits for ever.
//!
//! What it guards is a module's calls, and one that hangs holds it for as long as it hangs. The
//! standard library's lock would keep all who come later as long.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::lock;

/// First come, first served: neither kind starves the other.
#[derive(Default)]
pub(super) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    shared: usize,
    alone: bool,
    /// The tickets of those who wait, in the order that they came in.
    queue: VecDeque<u64>,
    tickets: u64,
}

/// Held together with others.
pub(super) struct Shared<'a>(&'a Turns);

/// Held by nobody else.
pub(super) struct Alone<'a>(&'a Turns);

impl Turns {
    /// A place beside others, unless none came free in time.
    pub(super) fn share(&self, wait: Duration) -> Option<Shared<'_>> {
        self.wait(wait, |state| !state.alone)?.shared += 1;
        Some(Shared(self))
    }

    /// A place beside others now, past the queue: for who only cleans up, and may not wait.
    pub(super) fn share_now(&self) -> Option<Shared<'_>> {
        let mut state = lock(&self.state);
        (!state.alone).then(|| {
            state.shared += 1;
            Shared(self)
        })
    }

    /// The whole, unless others kept it too long.
    pub(super) fn alone(&self, wait: Duration) -> Option<Alone<'_>> {
        self.wait(wait, |state| !state.alone && state.shared == 0)?.alone = true;
        Some(Alone(self))
    }

    /// The state once it is this caller's turn.
    fn wait(
        &self,
        wait: Duration,
        is_free: impl Fn(&State) -> bool,
    ) -> Option<MutexGuard<'_, State>> {
        let mut state = lock(&self.state);
        let ticket = state.tickets;
        state.tickets += 1;
        state.queue.push_back(ticket);
        let mut blocked =
            |state: &mut State| state.queue.front() != Some(&ticket) || !is_free(state);
        let (mut state, timeout) = self
            .changed
            .wait_timeout_while(state, wait, &mut blocked)
            .unwrap_or_else(PoisonError::into_inner);
        state.queue.retain(|other| *other != ticket);
        // Who is next may be free to go too, and so may who stood behind one that gives up.
        if !state.queue.is_empty() {
            self.changed.notify_all();
        }
        (!timeout.timed_out()).then_some(state)
    }

    fn leave(&self, change: impl FnOnce(&mut State)) {
        let mut state = lock(&self.state);
        change(&mut state);
        if !state.queue.is_empty() {
            self.changed.notify_all();
        }
    }
}

impl Drop for Shared<'_> {
    fn drop(&mut self) {
        self.0.leave(|state| state.shared -= 1);
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.leave(|state| state.alone = false);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const NOW: Duration = Duration::ZERO;
    const SOON: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn places_are_shared_or_held_alone() {
        let turns = Turns::default();
        let two = [turns.share(NOW).unwrap(), turns.share(NOW).unwrap()];
        assert!(turns.alone(SOON).is_none());
        drop(two);
        let alone = turns.alone(NOW).unwrap();
        assert!(turns.alone(SOON).is_none() && turns.share(SOON).is_none());
        assert!(turns.share_now().is_none());
        drop(alone);
        turns.share(NOW).unwrap();
        assert!(lock(&turns.state).queue.is_empty());
    }

    #[test]
    fn who_gives_up_lets_those_behind_go() {
        let turns = Turns::default();
        let _hangs = turns.share(NOW).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(turns.alone(SOON * 5).is_none()));
            while lock(&turns.state).queue.is_empty() {
                std::thread::yield_now();
            }
            assert!(turns.share(NOW).is_none(), "not past who waits");
            assert!(turns.share_now().is_some(), "but for who cleans up");
            assert!(turns.share(LONG).is_some());
        });
    }

    #[test]
    fn nobody_is_beside_who_is_alone() {
        let (turns, inside) = (Turns::default(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (turns, inside) = (&turns, &inside);
                scope.spawn(move || {
                    for round in 0..2_000 {
                        if (thread + round) % 4 == 0 {
                            let _alone = turns.alone(LONG).unwrap();
                            assert_eq!(inside.fetch_add(100, Ordering::Relaxed), 0);
                            inside.fetch_sub(100, Ordering::Relaxed);
                        } else {
                            let _shared = turns.share(LONG).unwrap();
                            assert!(inside.fetch_add(1, Ordering::Relaxed) < 8);
                            inside.fetch_sub(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
    }
}
