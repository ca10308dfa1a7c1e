//! The guard against a model that keeps everything: every message it ever permitted or took in,
//! and the predicates of the rules over all of them.

mod common;

use std::collections::BTreeMap;

use common::{key, options};
use pairlane_hsm::guard::{
    Act, Digest, Duty, Guard, GuardKey, History, Interchange, Mark, Position, Vote,
};
use proptest::prelude::*;

/// What one key is known to have signed; a digest of `None` is an unknown message.
#[derive(Default)]
struct Model {
    signed: BTreeMap<GuardKey, Vec<(Act, Option<Digest>)>>,
}

impl Model {
    /// Whether the rules permit a duty, from all that was signed.
    fn permits(&self, duty: &Duty) -> bool {
        let signed = self.signed.get(&duty.key).map_or(&[][..], Vec::as_slice);
        match duty.act {
            Act::Consensus(at) => {
                let positions = signed.iter().filter_map(|(act, digest)| match act {
                    Act::Consensus(at) => Some((*at, *digest)),
                    _ => None,
                });
                forward_or_same(at, duty.digest, positions)
            }
            Act::Block { slot } => {
                let slots = signed.iter().filter_map(|(act, digest)| match act {
                    Act::Block { slot } => Some((*slot, *digest)),
                    _ => None,
                });
                forward_or_same(slot, duty.digest, slots)
            }
            Act::Attestation(vote) => permits_vote(vote, duty.digest, &votes(signed)),
            Act::Unguarded(_) => true,
        }
    }

    /// Whether signing this would be an offence, by the definitions of the protocols alone.
    fn is_offence(&self, duty: &Duty) -> bool {
        let signed = self.signed.get(&duty.key).into_iter().flatten();
        signed.into_iter().any(|(act, digest)| match (*act, duty.act) {
            (Act::Attestation(a), Act::Attestation(b)) => {
                let surrounds = |a: Vote, b: Vote| {
                    a.source_epoch < b.source_epoch && b.target_epoch < a.target_epoch
                };
                let double =
                    a.target_epoch == b.target_epoch && (a != b || *digest != Some(duty.digest));
                double || surrounds(a, b) || surrounds(b, a)
            }
            (a, b) => a == b && *digest != Some(duty.digest),
        })
    }

    fn sign(&mut self, duty: &Duty) {
        let known = (duty.digest.0 != [0; 32]).then_some(duty.digest);
        self.signed.entry(duty.key).or_default().push((duty.act, known));
    }
}

fn forward_or_same<P: Ord + Copy>(
    at: P,
    digest: Digest,
    mut signed: impl Iterator<Item = (P, Option<Digest>)>,
) -> bool {
    signed.all(|(other, known)| other < at || (other == at && known == Some(digest)))
}

fn votes(signed: &[(Act, Option<Digest>)]) -> Vec<(Vote, Option<Digest>)> {
    let vote = |(act, digest): &(Act, Option<Digest>)| match act {
        Act::Attestation(vote) => Some((*vote, *digest)),
        _ => None,
    };
    signed.iter().filter_map(vote).collect()
}

/// EIP-3076 over the whole history: a target above all and a source not below any; or the one
/// vote for the highest target, by its root.
fn permits_vote(vote: Vote, digest: Digest, signed: &[(Vote, Option<Digest>)]) -> bool {
    let forward = signed.iter().all(|(other, _)| {
        other.target_epoch < vote.target_epoch && other.source_epoch <= vote.source_epoch
    });
    let same = signed.iter().all(|(other, known)| {
        other.source_epoch <= vote.source_epoch
            && (other.target_epoch < vote.target_epoch
                || (*other == vote && *known == Some(digest)))
    });
    vote.source_epoch <= vote.target_epoch && (forward || same)
}

#[derive(Clone, Debug)]
enum Step {
    Authorise(Vec<Duty>),
    Import(GuardKey, Act, Option<Digest>),
    Register(GuardKey),
    Reopen,
}

fn digest() -> impl Strategy<Value = Digest> {
    // Zero, the unknown one, is among them.
    (0..3_u8).prop_map(|byte| Digest([byte; 32]))
}

fn act() -> impl Strategy<Value = Act> {
    // Few places, so that they meet.
    prop_oneof![
        (0..4_u64, 0..3_u64, 0..3_u8).prop_map(|(height, round, phase)| Act::Consensus(Position {
            height,
            round,
            phase
        })),
        (0..5_u64).prop_map(|slot| Act::Block { slot }),
        (0..5_u64, 0..5_u64).prop_map(|(source_epoch, target_epoch)| Act::Attestation(Vote {
            source_epoch,
            target_epoch
        })),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let some_key = || (0..2_u32).prop_map(key);
    let duty =
        (some_key(), act(), digest()).prop_map(|(key, act, digest)| Duty { key, act, digest });
    prop_oneof![
        8 => prop::collection::vec(duty, 1..8).prop_map(Step::Authorise),
        6 => (some_key(), act(), prop::option::of(digest()))
            .prop_map(|(key, act, digest)| Step::Import(key, act, digest)),
        2 => some_key().prop_map(Step::Register),
        1 => Just(Step::Reopen),
    ]
}

fn history(act: Act, digest: Option<Digest>) -> History {
    let mut history = History::default();
    match act {
        Act::Consensus(at) => history.consensus = Some(Mark { at, digest }),
        Act::Block { slot } => history.block = Some(Mark { at: slot, digest }),
        Act::Attestation(at) => history.attestation = Some(Mark { at, digest }),
        Act::Unguarded(_) => {}
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn the_guard_does_what_the_model_does(steps in prop::collection::vec(step(), 1..40)) {
        let directory = tempfile::tempdir().unwrap();
        // Small enough that the log is rewritten on the way.
        let options = || pairlane_hsm::guard::Options { log_bytes_max: 3000, ..options() };
        let mut guard = Guard::open(directory.path(), options()).unwrap().0;
        let mut model = Model::default();
        let mut registered = Vec::new();
        for step in steps {
            match step {
                Step::Authorise(duties) => {
                    let answers = guard.authorise(&duties);
                    for (duty, answer) in duties.iter().zip(answers) {
                        let expected = registered.contains(&duty.key) && model.permits(duty);
                        prop_assert_eq!(answer.is_ok(), expected, "{:?}: {:?}", duty, answer);
                        if answer.is_ok() {
                            prop_assert!(!model.is_offence(duty), "{:?}", duty);
                            model.sign(duty);
                        }
                    }
                }
                Step::Import(key, act, digest) => {
                    let digest = digest.filter(|digest| digest.0 != [0; 32]);
                    let histories = [(key, history(act, digest))].into();
                    guard.import(&Interchange { network: None, histories }).unwrap();
                    model.signed.entry(key).or_default().push((act, digest));
                }
                Step::Register(key) => {
                    prop_assert_eq!(guard.register(key).unwrap(), !registered.contains(&key));
                    registered.push(key);
                }
                Step::Reopen => {
                    let before = guard.export(None).unwrap();
                    drop(guard);
                    guard = Guard::open(directory.path(), options()).unwrap().0;
                    prop_assert_eq!(guard.export(None).unwrap(), before);
                }
            }
        }
        // Index and truth agree, and both forms of interchange carry everything.
        let truth = guard.export(None).unwrap();
        for (key, history) in &truth.histories {
            prop_assert_eq!(guard.look_up(key), Some(*history));
        }
        let ethereum = Interchange::from_eip3076(truth.to_eip3076().unwrap().as_bytes()).unwrap();
        let ours = Interchange::from_consensus(truth.to_consensus().as_bytes()).unwrap();
        prop_assert_eq!(ethereum.network, truth.network);
        for (key, history) in truth.histories {
            let ethereum = ethereum.histories.get(&key).copied().unwrap_or_default();
            let ours = ours.histories.get(&key).copied().unwrap_or_default();
            let joined = History { consensus: ours.consensus, registered: history.registered, ..ethereum };
            prop_assert_eq!(joined, history);
        }
    }
}
