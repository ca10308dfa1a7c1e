//! Who signs what: every shape of the graph between signers and messages, because items that share
//! a signer or a message share a pairing.

use std::collections::HashMap;

use pairlane::{Scheme, Suite};
use pairlane_tests::batch::{check, settings};
use pairlane_tests::both_variants;
use pairlane_tests::case::{Case, secret};
use pairlane_tests::counted::Counted;
use pairlane_tests::fault::{Fault, MISMATCHES, spoil};
use pairlane_tests::oracle::Oracle;
use pairlane_tests::random::Random;

both_variants!(basic, augmented, proof_of_possession, two_suites);

type Edge = (u64, u64);

/// Every signer on every message.
fn complete(signers: u64, messages: u64) -> Vec<Edge> {
    (0..signers).flat_map(|k| (0..messages).map(move |m| (k, m))).collect()
}

fn shapes() -> Vec<(&'static str, Vec<Edge>)> {
    let chain = |n: u64| (0..n).flat_map(|i| [(i, i), (i, i + 1)]).collect::<Vec<_>>();
    let mut ring = chain(9);
    ring.push((9, 9));
    ring.push((9, 0));
    let mut islands = complete(2, 5);
    islands.extend(complete(5, 2).into_iter().map(|(k, m)| (k + 10, m + 10)));
    islands.extend(complete(3, 3).into_iter().map(|(k, m)| (k + 20, m + 20)));
    islands.extend(complete(1, 12).into_iter().map(|(k, m)| (k + 30, m + 30)));
    islands.extend(complete(12, 1).into_iter().map(|(k, m)| (k + 40, m + 60)));
    vec![
        ("one message, few signers", complete(7, 1)),
        ("one message, many signers", complete(40, 1)),
        ("one signer, few messages", complete(1, 7)),
        ("one signer, many messages", complete(1, 40)),
        ("more signers than messages", complete(9, 4)),
        ("more messages than signers", complete(4, 9)),
        ("as many of both", complete(6, 6)),
        ("a chain", chain(20)),
        ("a ring", ring),
        ("each its own", (0..35).map(|k| (k, k)).collect()),
        ("islands", islands),
        ("the same again and again", vec![(0, 0); 25]),
    ]
}

/// Good and wrong cases for each edge that is asked for.
struct Signed<V: Oracle> {
    suite: Suite<V>,
    cases: HashMap<Edge, [Case<V>; 2]>,
}

impl<V: Oracle> Signed<V> {
    fn new(suite: Suite<V>, edges: impl Iterator<Item = Edge>) -> Self {
        let mut cases = HashMap::new();
        for (signer, message) in edges {
            cases.entry((signer, message)).or_insert_with(|| {
                let text = format!("message {message}");
                let good = Case::good(&suite, &secret(signer), text.as_bytes());
                let mismatch = MISMATCHES[usize::try_from(signer + message).unwrap() % 5];
                let wrong = spoil(&good, signer, Fault::Equation(mismatch));
                // Some messages come as points: an own vertex, though the message be the same.
                if message % 5 == 4 && signer % 2 == 0 {
                    return [good.with_hashed_message(), wrong.with_hashed_message()];
                }
                [good, wrong]
            });
        }
        Self { suite, cases }
    }

    fn batch(&self, edges: &[Edge], is_bad: impl FnMut() -> bool) -> Vec<&Case<V>> {
        let mut is_bad = is_bad;
        edges.iter().map(|edge| &self.cases[edge][usize::from(is_bad())]).collect()
    }
}

fn every_shape<V: Oracle>(scheme: Scheme) {
    let mut counted = Counted::new("shapes", 12);
    let mut random = Random::new(10);
    let mut settings = settings().cycle();
    let shapes = shapes();
    let edges = shapes.iter().flat_map(|(_, edges)| edges.iter().copied());
    let signed = Signed::<V>::new(Suite::standard(scheme), edges);
    for (_, mut edges) in shapes {
        random.shuffle(&mut edges);
        for bad_of_16 in [0, 1, 4, 12] {
            let batch = signed.batch(&edges, || random.chance(bad_of_16, 16));
            check(&batch, settings.next().unwrap());
        }
        let (mut count, place) = (0, random.below(edges.len()));
        let batch = signed.batch(&edges, || {
            count += 1;
            count == place + 1
        });
        check(&batch, settings.next().unwrap());
        counted.case();
    }
}

fn basic<V: Oracle>() {
    every_shape::<V>(Scheme::Basic);
}

fn augmented<V: Oracle>() {
    every_shape::<V>(Scheme::Augmented);
}

fn proof_of_possession<V: Oracle>() {
    every_shape::<V>(Scheme::ProofOfPossession);
}

/// The same signers and messages under two tags are other messages, and a signature under one is
/// wrong under the other.
fn two_suites<V: Oracle>() {
    let edges = complete(5, 4);
    let sets = [Suite::basic(), Suite::proof_of_possession()]
        .map(|suite| Signed::<V>::new(suite, edges.iter().copied()));
    let crossed: Vec<_> = edges
        .iter()
        .map(|edge| {
            let [first, second] = [0, 1].map(|set: usize| &sets[set].cases[edge][0]);
            assert_ne!(sets[0].suite, sets[1].suite);
            first.with_signature(second.signature().to_vec())
        })
        .collect();
    let mut batch: Vec<_> = sets.iter().flat_map(|set| set.batch(&edges, || false)).collect();
    for (setting, take) in settings().zip([0, 1, 3, 20].into_iter().cycle()) {
        let mut with_crossed = batch.clone();
        with_crossed.extend(&crossed[..take]);
        Random::new(11).shuffle(&mut with_crossed);
        check(&with_crossed, setting);
    }
    batch.truncate(3);
    check(&batch, settings().next().unwrap());
}
