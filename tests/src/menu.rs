//! Items by number: what the fuzzer composes batches of.

use std::collections::HashMap;

use pairlane::{Scheme, Suite, Tag};

use crate::case::{Case, secret};
use crate::fault::{Damage, damaged};
use crate::group::Group;
use crate::oracle::Oracle;

/// An item for every number below 2^13, about half of them valid. Each is made, and the oracle
/// asked, when it is first wanted; few enough that a fuzzer soon has them all.
pub struct Menu<V: Oracle> {
    suites: [Suite<V>; 4],
    cases: HashMap<u16, Case<V>>,
}

const MESSAGES: [&[u8]; 2] = [b"", b"a message"];

/// In place of a signature, by number and message.
const SPOILT_SIGNATURES: [[Damage; 2]; 4] = [
    [Damage::Torsion(0), Damage::Torsion(0)],
    [Damage::Torsion(1), Damage::SmallOrder(0)],
    [Damage::OffSubgroup, Damage::OffCurve],
    [Damage::Identity, Damage::Flags],
];

/// In place of a key, by number and message.
const SPOILT_KEYS: [[Damage; 2]; 2] =
    [[Damage::Torsion(0), Damage::Identity], [Damage::OffSubgroup, Damage::Range]];

impl<V: Oracle> Menu<V> {
    /// Nothing made yet.
    pub fn new() -> Self {
        let tag = Tag::new("a tag of our own").expect("not empty");
        let suites = [
            Suite::basic(),
            Suite::augmented(),
            Suite::proof_of_possession(),
            Suite::new(Scheme::Basic, tag),
        ];
        Self { suites, cases: HashMap::new() }
    }

    /// Sees to it that the items of these numbers are there.
    pub fn prepare(&mut self, numbers: &[u16]) {
        for number in numbers.iter().map(|number| number & MASK) {
            if !self.cases.contains_key(&number) {
                // The form that the parts are given in does not change the verdict.
                let encoded = number & ENCODED_MASK;
                if !self.cases.contains_key(&encoded) {
                    self.cases.insert(encoded, self.encoded(encoded));
                }
                let case = in_form(self.cases[&encoded].clone(), number);
                self.cases.insert(number, case);
            }
        }
    }

    /// An item that is there.
    pub fn case(&self, number: u16) -> &Case<V> {
        &self.cases[&(number & MASK)]
    }

    /// From the low end: 4 bits of signature, 3 of key, 1 of message, 2 of suite.
    fn encoded(&self, number: u16) -> Case<V> {
        let what = usize::from(number & 15);
        let who = usize::from(number >> 4 & 7);
        let which = usize::from(number >> 7 & 1);
        let (suite, message) = (&self.suites[usize::from(number >> 8 & 3)], MESSAGES[which]);

        // Three signers, two numbers for each, and two numbers of keys that are none.
        let signer = who % 3;
        let own = secret(signer as u64);
        let key = own.public_key::<V>().to_bytes();
        let key = match who {
            0..6 => key,
            _ => damaged::<V::Keys>(&key, SPOILT_KEYS[who - 6][which]),
        };
        let sign = |k: usize, m| secret(k as u64).sign(suite, m).to_bytes();
        let decode = |bytes: &[u8]| V::Signatures::decode(bytes).expect("a signature");
        let signature = match what {
            0..8 => sign(signer, message),
            8 => sign((signer + 1) % 3, message),
            9 => sign(signer, MESSAGES[1 - which]),
            // Two errors that cancel, whichever items they are added to.
            10 | 11 => {
                let (own, error) = (decode(&sign(signer, message)), decode(&sign(9, b"an error")));
                V::Signatures::compress(&match what {
                    10 => V::Signatures::add(&own, &error),
                    _ => V::Signatures::subtract(&own, &error),
                })
            }
            _ => {
                let damage = SPOILT_SIGNATURES[what - 12][which];
                damaged::<V::Signatures>(&sign(signer, message), damage)
            }
        };
        Case::new(suite, key, message.to_vec(), signature)
    }
}

/// Bits of a number that say which item, and those that do not say in which form.
const MASK: u16 = (1 << 13) - 1;
const ENCODED_MASK: u16 = (1 << 10) - 1;

/// The three bits above say which parts are decoded or hashed beforehand.
fn in_form<V: Oracle>(case: Case<V>, number: u16) -> Case<V> {
    let case = if number >> 10 & 1 == 1 { case.with_checked_key() } else { case };
    let case = if number >> 11 & 1 == 1 { case.with_hashed_message() } else { case };
    if number >> 12 & 1 == 1 { case.with_checked_signature() } else { case }
}

impl<V: Oracle> Default for Menu<V> {
    fn default() -> Self {
        Self::new()
    }
}
