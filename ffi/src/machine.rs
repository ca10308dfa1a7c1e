//! A ceremony of either kind and variant, driven by bytes and phases as an ABI has them.

use pairlane::Variant;
use pairlane::threshold::{
    Answering, Answers, Blame, CeremonyError, Complaining, Complaints, Dealing, DealtShare,
    Dispute, Fault, GroupKey, Index, KeyShare, Outcome, Pledge, Sharing, dkg, reshare,
};
use zeroize::Zeroizing;

use crate::abi::executor::Executor;
use crate::abi::group::AnyGroup;
use crate::status::{Failure, PL_NOT_OF_GROUP, PL_WRONG_PHASE};

/// Phase: dealers promise what they will deal.
pub const PL_PHASE_PLEDGE: i32 = 1;
/// Phase: dealings are broadcast, shares are sent.
pub const PL_PHASE_DEAL: i32 = 2;
/// Phase: those whose share is missing or wrong broadcast complaints.
pub const PL_PHASE_COMPLAIN: i32 = 3;
/// Phase: dealers broadcast the shares that were complained about.
pub const PL_PHASE_ANSWER: i32 = 4;
/// Phase: it is over.
pub const PL_PHASE_FINISHED: i32 = 5;

/// Fault: none, the dealer qualified.
pub const PL_FAULT_NONE: i32 = 0;
/// Fault: the dealer pledged nothing.
pub const PL_FAULT_NO_PLEDGE: i32 = 1;
/// Fault: it pledged two different dealings.
pub const PL_FAULT_CONFLICTING_PLEDGES: i32 = 2;
/// Fault: it broadcast no dealing.
pub const PL_FAULT_NO_DEALING: i32 = 3;
/// Fault: it broadcast two different dealings.
pub const PL_FAULT_CONFLICTING_DEALINGS: i32 = 4;
/// Fault: it committed to another number of coefficients than shares are required.
pub const PL_FAULT_WRONG_LENGTH: i32 = 5;
/// Fault: its dealing is not the one it pledged.
pub const PL_FAULT_BROKEN_PLEDGE: i32 = 6;
/// Fault: its proof of possession is missing, wrong, or where none should be.
pub const PL_FAULT_POSSESSION: i32 = 7;
/// Fault: it shares something else than its share of the old key.
pub const PL_FAULT_WRONG_CONSTANT: i32 = 8;
/// Fault: as many as are required to sign complained.
pub const PL_FAULT_TOO_MANY_COMPLAINTS: i32 = 9;
/// Fault: it did not answer a complaint.
pub const PL_FAULT_UNANSWERED: i32 = 10;
/// Fault: it answered a complaint with a wrong share.
pub const PL_FAULT_WRONG_ANSWER: i32 = 11;
/// Fault: one that this header has no number for.
pub const PL_FAULT_OTHER: i32 = 255;

/// A message for others.
pub(crate) struct Outgoing {
    /// For whom; nobody in particular for a broadcast.
    pub(crate) receiver: Option<Index>,
    /// May hold a share.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

impl Outgoing {
    fn broadcast(bytes: Vec<u8>) -> Self {
        Self { receiver: None, bytes: Zeroizing::new(bytes) }
    }
}

/// A ceremony, whatever its variant.
pub(crate) trait Running: Send {
    fn phase(&self) -> i32;
    fn outgoing(&self) -> &[Outgoing];
    fn receive(&mut self, message: &[u8]) -> Result<(), Failure>;
    fn advance(&mut self, executor: &Executor<'_>) -> Result<(), Failure>;
    fn finish(&mut self) -> Result<(AnyGroup, Option<KeyShare>), Failure>;
    fn fault(&self, dealer: Index) -> Result<i32, Failure>;
    fn disputes(&self) -> &[Dispute];
}

enum Phase<V: Variant> {
    Pledge(dkg::Pledging<V>),
    Deal(Sharing<V>),
    Complain(Complaining<V>),
    Answer(Answering<V>),
    Finished,
}

impl<V: Variant> Phase<V> {
    fn number(&self) -> i32 {
        match self {
            Self::Pledge(_) => PL_PHASE_PLEDGE,
            Self::Deal(_) => PL_PHASE_DEAL,
            Self::Complain(_) => PL_PHASE_COMPLAIN,
            Self::Answer(_) => PL_PHASE_ANSWER,
            Self::Finished => PL_PHASE_FINISHED,
        }
    }
}

/// A party's phase, what it has to say in it, and what the end told of the others.
pub(crate) struct Machine<V: Variant> {
    phase: Phase<V>,
    outgoing: Vec<Outgoing>,
    dealers: usize,
    blamed: Vec<Blame>,
    disputes: Vec<Dispute>,
}

impl<V: Variant> Machine<V> {
    pub(crate) fn pledging(
        party: dkg::Pledging<V>,
        pledge: Option<&Pledge>,
        dealers: usize,
    ) -> Self {
        let outgoing = pledge.map(|pledge| Outgoing::broadcast(pledge.to_bytes()));
        Self::new(Phase::Pledge(party), outgoing.into_iter().collect(), dealers)
    }

    pub(crate) fn sharing(started: reshare::Started<V>, dealers: usize) -> Self {
        let (party, dealing, shares) = started;
        Self::new(Phase::Deal(party), dealt(dealing.as_ref(), &shares), dealers)
    }

    fn new(phase: Phase<V>, outgoing: Vec<Outgoing>, dealers: usize) -> Self {
        Self { phase, outgoing, dealers, blamed: Vec::new(), disputes: Vec::new() }
    }

    fn wrong_phase(&self, what: &str) -> Failure {
        let phase = self.phase.number();
        Failure::new(PL_WRONG_PHASE, format_args!("phase {phase} does not {what}"))
    }
}

fn dealt<V: Variant>(dealing: Option<&Dealing<V>>, shares: &[DealtShare]) -> Vec<Outgoing> {
    let broadcast = dealing.map(|dealing| Outgoing::broadcast(dealing.to_bytes()));
    let private = shares
        .iter()
        .map(|share| Outgoing { receiver: Some(share.receiver()), bytes: share.expose_bytes() });
    broadcast.into_iter().chain(private).collect()
}

impl<V: Variant> Running for Machine<V>
where
    AnyGroup: From<GroupKey<V>>,
{
    fn phase(&self) -> i32 {
        self.phase.number()
    }

    fn outgoing(&self) -> &[Outgoing] {
        &self.outgoing
    }

    fn receive(&mut self, message: &[u8]) -> Result<(), Failure> {
        // Every message starts with its kind; core's decoders refuse the others.
        match (&mut self.phase, message.first()) {
            (Phase::Pledge(party), Some(1) | None) => {
                party.receive_pledge(&Pledge::from_bytes(message)?)?;
            }
            (Phase::Deal(party), Some(2) | None) => {
                party.receive_dealing(Dealing::from_bytes(message)?)?;
            }
            (Phase::Deal(party), Some(3)) => {
                party.receive_share(DealtShare::from_bytes(message)?)?;
            }
            (Phase::Complain(party), Some(4) | None) => {
                party.receive_complaints(&Complaints::from_bytes(message)?)?;
            }
            (Phase::Answer(party), Some(5) | None) => {
                party.receive_answers(&Answers::from_bytes(message)?)?;
            }
            (_, Some(1..=5) | None) => return Err(self.wrong_phase("take this message")),
            // Not of a kind at all: the decoder says so.
            (_, Some(_)) => {
                return Err(Pledge::from_bytes(message).map(|_| ()).unwrap_err().into());
            }
        }
        Ok(())
    }

    fn advance(&mut self, executor: &Executor<'_>) -> Result<(), Failure> {
        if matches!(self.phase, Phase::Answer(_) | Phase::Finished) {
            return Err(self.wrong_phase("go on to another; finish ends the last"));
        }
        let (phase, outgoing) = match core::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Pledge(party) => {
                let (next, dealing, shares) = party.advance();
                (Phase::Deal(next), dealt(dealing.as_ref(), &shares))
            }
            Phase::Deal(party) => {
                let (next, complaints) = party.advance(executor);
                let said = complaints.map(|said| Outgoing::broadcast(said.to_bytes()));
                (Phase::Complain(next), said.into_iter().collect())
            }
            Phase::Complain(party) => {
                let (next, answers) = party.advance();
                let said = answers.map(|said| Outgoing::broadcast(said.to_bytes()));
                (Phase::Answer(next), said.into_iter().collect())
            }
            last @ (Phase::Answer(_) | Phase::Finished) => (last, Vec::new()),
        };
        (self.phase, self.outgoing) = (phase, outgoing);
        Ok(())
    }

    fn finish(&mut self) -> Result<(AnyGroup, Option<KeyShare>), Failure> {
        if !matches!(self.phase, Phase::Answer(_)) {
            return Err(self.wrong_phase("finish; advance goes on to the next"));
        }
        let Phase::Answer(party) = core::mem::replace(&mut self.phase, Phase::Finished) else {
            unreachable!("the phase was looked at")
        };
        self.outgoing = Vec::new();
        match party.finish() {
            Ok(Outcome { group, share, blamed, disputes, .. }) => {
                (self.blamed, self.disputes) = (blamed, disputes);
                Ok((group.into(), share))
            }
            Err(error) => {
                if let CeremonyError::TooFewDealers { blamed, .. } = &error {
                    self.blamed.clone_from(blamed);
                }
                Err(error.into())
            }
        }
    }

    fn fault(&self, dealer: Index) -> Result<i32, Failure> {
        if !matches!(self.phase, Phase::Finished) {
            return Err(self.wrong_phase("know of faults; it is too early"));
        }
        if self.dealers < dealer.get().into() {
            let detail = format_args!("dealer {dealer} of {}", self.dealers);
            return Err(Failure::new(PL_NOT_OF_GROUP, detail));
        }
        let blame = self.blamed.iter().find(|blame| blame.dealer == dealer);
        Ok(blame.map_or(PL_FAULT_NONE, |blame| fault_code(blame.fault)))
    }

    fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }
}

fn fault_code(fault: Fault) -> i32 {
    match fault {
        Fault::NoPledge => PL_FAULT_NO_PLEDGE,
        Fault::ConflictingPledges => PL_FAULT_CONFLICTING_PLEDGES,
        Fault::NoDealing => PL_FAULT_NO_DEALING,
        Fault::ConflictingDealings => PL_FAULT_CONFLICTING_DEALINGS,
        Fault::WrongLength { .. } => PL_FAULT_WRONG_LENGTH,
        Fault::BrokenPledge => PL_FAULT_BROKEN_PLEDGE,
        Fault::Possession => PL_FAULT_POSSESSION,
        Fault::WrongConstant => PL_FAULT_WRONG_CONSTANT,
        Fault::TooManyComplaints { .. } => PL_FAULT_TOO_MANY_COMPLAINTS,
        Fault::Unanswered { .. } => PL_FAULT_UNANSWERED,
        Fault::WrongAnswer { .. } => PL_FAULT_WRONG_ANSWER,
        _ => PL_FAULT_OTHER,
    }
}

#[cfg(test)]
mod tests {
    use pairlane::threshold::Threshold;
    use pairlane::{MinPk, MinSig};

    use super::*;
    use crate::status::{PL_BAD_MESSAGE, PL_NOT_OURS, PL_POINT_ENCODING, PL_TOO_FEW_DEALERS};

    const NO_POOL: Executor<'static> = Executor(None);

    type Machines = Vec<Box<dyn Running>>;

    fn generation<V: Variant>(required: u16, participants: u16) -> Machines
    where
        Machine<V>: Running + 'static,
    {
        let threshold = Threshold::new(required, participants).unwrap();
        let mut machines: Machines = Vec::new();
        for index in threshold.indices() {
            let (party, pledge) = dkg::start::<V>(threshold, index, b"test").unwrap();
            machines.push(Box::new(Machine::pledging(party, Some(&pledge), participants.into())));
        }
        let observer = dkg::observe::<V>(threshold, b"test");
        machines.push(Box::new(Machine::pledging(observer, None, participants.into())));
        machines
    }

    /// Carries what is outgoing to those it is for. `lost` says which sender's messages do not
    /// arrive.
    fn deliver(machines: &mut Machines, lost: Option<usize>) {
        for sender in (0..machines.len()).filter(|sender| Some(*sender) != lost) {
            let sent: Vec<_> = machines[sender]
                .outgoing()
                .iter()
                .map(|message| (message.receiver, message.bytes.clone()))
                .collect();
            for (receiver, bytes) in sent {
                for place in (0..machines.len()).filter(|place| *place != sender) {
                    if receiver.is_none_or(|index| usize::from(index.get()) == place + 1) {
                        machines[place].receive(&bytes).unwrap();
                    }
                }
            }
        }
    }

    fn run(machines: &mut Machines, lost: Option<usize>) {
        for phase in [PL_PHASE_PLEDGE, PL_PHASE_DEAL, PL_PHASE_COMPLAIN] {
            assert!(machines.iter().all(|machine| machine.phase() == phase));
            deliver(machines, lost);
            for machine in machines.iter_mut() {
                machine.advance(&NO_POOL).unwrap();
            }
        }
        deliver(machines, lost);
    }

    fn keys<V: Variant>(group: &GroupKey<V>) -> (Vec<u8>, usize) {
        (group.public_key().to_bytes(), group.threshold().required())
    }

    fn both_variants(group: &AnyGroup) -> (Vec<u8>, usize) {
        match group {
            AnyGroup::MinPk(group) => keys(group),
            AnyGroup::MinSig(group) => keys(group),
        }
    }

    #[test]
    fn generation_ends_in_one_group() {
        for mut machines in [generation::<MinPk>(2, 3), generation::<MinSig>(2, 3)] {
            run(&mut machines, None);
            let mut groups = Vec::new();
            for (place, machine) in machines.iter_mut().enumerate() {
                let (group, share) = machine.finish().unwrap();
                assert_eq!(share.is_some(), place < 3, "an observer gets no share");
                for dealer in 1..=3 {
                    assert_eq!(machine.fault(Index::new(dealer).unwrap()).unwrap(), PL_FAULT_NONE);
                }
                let outside = machine.fault(Index::new(4).unwrap()).unwrap_err();
                assert_eq!(outside.status, PL_NOT_OF_GROUP);
                groups.push(both_variants(&group));
            }
            assert!(groups.iter().all(|group| *group == groups[0]));
        }
    }

    #[test]
    fn the_silent_are_named() {
        let mut machines = generation::<MinPk>(2, 3);
        run(&mut machines, Some(1));
        machines[0].finish().unwrap();
        let fault = |machine: &dyn Running, dealer| machine.fault(Index::new(dealer).unwrap());
        assert_eq!(fault(&*machines[0], 2).unwrap(), PL_FAULT_NO_PLEDGE);
        assert_eq!(fault(&*machines[0], 3).unwrap(), PL_FAULT_NONE);

        let mut machines = generation::<MinPk>(3, 3);
        run(&mut machines, Some(1));
        let failure = machines[0].finish().map(|_| ()).unwrap_err();
        assert_eq!(failure.status, PL_TOO_FEW_DEALERS);
        assert_eq!(fault(&*machines[0], 2).unwrap(), PL_FAULT_NO_PLEDGE);
    }

    #[test]
    fn messages_out_of_place_change_nothing() {
        let mut machines = generation::<MinPk>(2, 3);
        let others = generation::<MinPk>(2, 2);
        let foreign = others[0].outgoing()[0].bytes.clone();
        let status = |outcome: Result<(), Failure>| outcome.unwrap_err().status;
        let first = &mut machines[0];
        assert_eq!(status(first.receive(&foreign)), PL_NOT_OURS);
        assert_eq!(status(first.receive(&[])), PL_BAD_MESSAGE);
        assert_eq!(status(first.receive(&[9; 67])), PL_BAD_MESSAGE);
        assert_eq!(status(first.receive(&[2; 67])), PL_WRONG_PHASE);
        assert_eq!(first.finish().map(|_| ()).unwrap_err().status, PL_WRONG_PHASE);
        assert_eq!(status(first.fault(Index::new(1).unwrap()).map(|_| ())), PL_WRONG_PHASE);
        assert_eq!(first.phase(), PL_PHASE_PLEDGE);

        run(&mut machines, None);
        assert_eq!(status(machines[0].advance(&NO_POOL)), PL_WRONG_PHASE);
        assert_eq!(machines[0].phase(), PL_PHASE_ANSWER);
        machines[0].finish().unwrap();
        assert_eq!(machines[0].finish().map(|_| ()).unwrap_err().status, PL_WRONG_PHASE);
        assert_eq!(status(machines[0].receive(&foreign)), PL_WRONG_PHASE);
        assert_eq!(machines[0].phase(), PL_PHASE_FINISHED);
    }

    #[test]
    fn a_point_that_is_none_is_named() {
        let mut machines = generation::<MinPk>(2, 3);
        deliver(&mut machines, None);
        for machine in &mut machines {
            machine.advance(&NO_POOL).unwrap();
        }
        let mut dealing = machines[1].outgoing()[0].bytes.clone();
        // Behind kind, ceremony, dealer and count: the first point's flags.
        dealing[37] ^= 0x80;
        let failure = machines[0].receive(&dealing).unwrap_err();
        assert_eq!(failure.status, PL_POINT_ENCODING);
        assert!(failure.detail.starts_with("point 0: "), "{}", failure.detail);
    }
}
