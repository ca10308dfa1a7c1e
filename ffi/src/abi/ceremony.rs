//! Key generation and resharing: one party of a ceremony, without I/O.

use core::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pairlane::threshold::reshare::Party;
use pairlane::threshold::{Index, KeyShare, Threshold, dkg, reshare};

use super::executor::{Executor, PlPool};
use super::group::{PlGroup, with_group};
use super::key_share::PlKeyShare;
use super::pointer::{Output, Place, apart, bytes, free, guard, handle, optional};
use super::suite::with_variant;
use crate::machine::{Machine, Running};
use crate::status::{Failure, PL_BAD_LENGTH, PlStatus};

/// One party's part in a ceremony. May be used by any number of threads at once; they wait for one
/// another.
///
/// Phases: pledge (key generation only), deal, complain, answer, finished. In each, send what
/// `pl_ceremony_outgoing` writes, give what others sent to `pl_ceremony_receive`, and when all had
/// the time to send, go on with `pl_ceremony_advance`; after the answers, with
/// `pl_ceremony_finish`. Broadcasts go over a channel on which all honest parties see the same;
/// messages to one receiver over private channels; all with authenticated senders.
pub struct PlCeremony(Mutex<Box<dyn Running>>);

impl PlCeremony {
    fn new(machine: impl Running + 'static) -> Self {
        Self(Mutex::new(Box::new(machine)))
    }

    /// A call that panicked leaves a machine that is finished without a result.
    fn lock(&self) -> MutexGuard<'_, Box<dyn Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn index_or_none(number: u16) -> Result<Option<Index>, Failure> {
    if number == 0 { Ok(None) } else { Ok(Some(Index::new(number)?)) }
}

/// Starts key generation: `required` of `participants` will hold a key that nobody ever knows.
/// `index` is this party's, or 0 for an observer, who learns the group from the broadcasts alone.
/// `context` names the ceremony: all use the same, and no two ceremonies of theirs do. The first
/// phase is PL_PHASE_PLEDGE. Free it with `pl_ceremony_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_dkg_start(
    variant: i32,
    required: u16,
    participants: u16,
    index: u16,
    context: *const u8,
    context_length: usize,
    ceremony: *mut *mut PlCeremony,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("ceremony", ceremony)?;
            let context = bytes("context", context, context_length)?;
            apart(&[place.span()], &[context])?;
            let threshold = Threshold::new(required, participants)?;
            let (index, dealers) = (index_or_none(index)?, threshold.participants());
            with_variant!(variant, |V| {
                let machine = match index {
                    None => Machine::pledging(dkg::observe::<V>(threshold, context), None, dealers),
                    Some(index) => {
                        let (party, pledge) = dkg::start::<V>(threshold, index, context)?;
                        Machine::pledging(party, Some(&pledge), dealers)
                    }
                };
                place.give(PlCeremony::new(machine));
                Ok(())
            })
        })
    }
}

/// Starts resharing: the holders of `group`'s key hand it on to `required` of `participants` new
/// holders. `share` is this party's share of the old group, or NULL if it has none; `receiver` its
/// index in the new group, or 0. The first phase is PL_PHASE_DEAL. Free it with
/// `pl_ceremony_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_reshare_start(
    group: *const PlGroup,
    required: u16,
    participants: u16,
    share: *const PlKeyShare,
    receiver: u16,
    context: *const u8,
    context_length: usize,
    ceremony: *mut *mut PlCeremony,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let group = handle("group", group)?;
            let share: Option<&KeyShare> = optional(share).map(|share| &share.0);
            let place = Place::new("ceremony", ceremony)?;
            let context = bytes("context", context, context_length)?;
            apart(&[place.span()], &[context])?;
            let threshold = Threshold::new(required, participants)?;
            let party = Party { share, receiver: index_or_none(receiver)? };
            with_group!(group, |group| {
                let started = reshare::start(group, threshold, party, context)?;
                let machine = Machine::sharing(started, group.threshold().participants());
                place.give(PlCeremony::new(machine));
                Ok(())
            })
        })
    }
}

/// Wipes and frees a ceremony; NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_free(ceremony: *mut PlCeremony) {
    // SAFETY: the header's rules.
    unsafe { free(ceremony) };
}

/// The phase: PL_PHASE_PLEDGE to PL_PHASE_FINISHED; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_phase(ceremony: *const PlCeremony) -> i32 {
    // SAFETY: the header's rules.
    unsafe { optional(ceremony) }.map_or(0, |ceremony| ceremony.lock().phase())
}

/// How many messages this phase started with for others; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_outgoing_count(ceremony: *const PlCeremony) -> usize {
    // SAFETY: the header's rules.
    unsafe { optional(ceremony) }.map_or(0, |ceremony| ceremony.lock().outgoing().len())
}

/// Bytes of such a message; 0 where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_outgoing_length(
    ceremony: *const PlCeremony,
    place: usize,
) -> usize {
    // SAFETY: the header's rules.
    unsafe { optional(ceremony) }.map_or(0, |ceremony| {
        ceremony.lock().outgoing().get(place).map_or(0, |message| message.bytes.len())
    })
}

/// Writes the message at a place below `pl_ceremony_outgoing_count`, and to `receiver` the index of
/// whom it is for, 0 for a broadcast. One for a single receiver is **secret**: encrypt it to the
/// receiver, and wipe it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_outgoing(
    ceremony: *const PlCeremony,
    place: usize,
    receiver: *mut u16,
    out: *mut u8,
    out_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let ceremony = handle("ceremony", ceremony)?.lock();
            let receiver = Place::new("receiver", receiver)?;
            let count = ceremony.outgoing().len();
            let message = ceremony.outgoing().get(place).ok_or_else(|| {
                Failure::new(PL_BAD_LENGTH, format_args!("message {place} of {count}"))
            })?;
            let out = Output::exact("out", out, out_length, message.bytes.len())?;
            apart(&[receiver.span(), out.span()], &[])?;
            receiver.write(message.receiver.map_or(0, Index::get));
            out.write(&message.bytes);
            Ok(())
        })
    }
}

/// Takes in a message that another party sent in this phase. Where this fails, nothing has changed,
/// and the message counts as not sent: PL_BAD_MESSAGE for bytes that are none, PL_WRONG_PHASE for
/// one of another phase, PL_NOT_OURS for one of another ceremony, sender or receiver.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_receive(
    ceremony: *mut PlCeremony,
    message: *const u8,
    message_length: usize,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let ceremony = handle("ceremony", ceremony.cast_const())?;
            ceremony.lock().receive(bytes("message", message, message_length)?)
        })
    }
}

/// Closes the phase and starts the next one, whose messages are then outgoing. `pool`, which may be
/// NULL, has the threads for the checking of dealings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_advance(
    ceremony: *mut PlCeremony,
    pool: *const PlPool,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let ceremony = handle("ceremony", ceremony.cast_const())?;
            let pool = optional(pool).map(|pool| &*pool.0);
            ceremony.lock().advance(&Executor(pool))
        })
    }
}

/// Closes the last phase: writes the group, and this party's share in it, NULL for one that gets
/// none. Free them. All honest parties get the same group, or the same failure:
/// PL_TOO_FEW_DEALERS. Either way `pl_ceremony_fault` says who was at fault.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_finish(
    ceremony: *mut PlCeremony,
    group: *mut *mut PlGroup,
    share: *mut *mut PlKeyShare,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let ceremony = handle("ceremony", ceremony.cast_const())?;
            let (group, share) = (Place::new("group", group)?, Place::new("share", share)?);
            apart(&[group.span(), share.span()], &[])?;
            let (made, ours) = ceremony.lock().finish()?;
            group.give(PlGroup(made));
            match ours {
                Some(ours) => share.give(PlKeyShare(ours)),
                None => share.write(core::ptr::null_mut()),
            }
            Ok(())
        })
    }
}

/// What the dealer with this index did, known once the ceremony is finished: PL_FAULT_NONE, or what
/// put it out, the same for all honest parties.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_fault(
    ceremony: *const PlCeremony,
    dealer: u16,
    fault: *mut i32,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let ceremony = handle("ceremony", ceremony)?.lock();
            let place = Place::new("fault", fault)?;
            place.write(ceremony.fault(Index::new(dealer)?)?);
            Ok(())
        })
    }
}

/// How many complaints were answered with the right share, known once the ceremony is finished: the
/// complainer lied, or the private channel failed. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_dispute_count(ceremony: *const PlCeremony) -> usize {
    // SAFETY: the header's rules.
    unsafe { optional(ceremony) }.map_or(0, |ceremony| ceremony.lock().disputes().len())
}

/// Writes who dealt and who complained in the dispute at a place below
/// `pl_ceremony_dispute_count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_ceremony_dispute(
    ceremony: *const PlCeremony,
    place: usize,
    dealer: *mut u16,
    complainer: *mut u16,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let ceremony = handle("ceremony", ceremony)?.lock();
            let (by, about) =
                (Place::new("dealer", dealer)?, Place::new("complainer", complainer)?);
            apart(&[by.span(), about.span()], &[])?;
            let count = ceremony.disputes().len();
            let dispute = ceremony.disputes().get(place).ok_or_else(|| {
                Failure::new(PL_BAD_LENGTH, format_args!("dispute {place} of {count}"))
            })?;
            by.write(dispute.dealer.get());
            about.write(dispute.complainer.get());
            Ok(())
        })
    }
}
