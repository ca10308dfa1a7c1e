//! Every way that we know to spoil an item, and the reason that it has to be refused for.

use pairlane::{PointError, Reason, Signature, Suite, Tag, Verdict};

use crate::case::{Case, secret};
use crate::group::Group;
use crate::oracle::Oracle;
use crate::torsion::{curve_point, off_curve, small_order};

/// What is wrong with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The signature is somebody's on something: a point as good as any.
    Equation(Mismatch),
    /// The signature's encoding.
    Signature(Damage),
    /// The key's encoding.
    Key(Damage),
    /// Both; the key's counts.
    Both(Damage, Damage),
}

/// What a signature may be of, other than the key, message and tag that it is given with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Mismatch {
    Message,
    Key,
    Tag,
    Sign,
    Twice,
}

/// What may be wrong with an encoded point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// No bytes.
    Empty,
    /// One byte less.
    Short,
    /// One byte more.
    Long,
    /// The flag of compression cleared.
    Flags,
    /// A coordinate above the modulus.
    Range,
    /// An x that is no point's.
    OffCurve,
    /// The identity.
    Identity,
    /// A point of the curve and nothing more.
    OffSubgroup,
    /// The right point plus one of small order: which of the two primes.
    Torsion(usize),
    /// A point of small order alone.
    SmallOrder(usize),
}

/// Each damage once.
pub const DAMAGES: [Damage; 12] = [
    Damage::Empty,
    Damage::Short,
    Damage::Long,
    Damage::Flags,
    Damage::Range,
    Damage::OffCurve,
    Damage::Identity,
    Damage::OffSubgroup,
    Damage::Torsion(0),
    Damage::Torsion(1),
    Damage::SmallOrder(0),
    Damage::SmallOrder(1),
];

/// Each mismatch once.
pub const MISMATCHES: [Mismatch; 5] =
    [Mismatch::Message, Mismatch::Key, Mismatch::Tag, Mismatch::Sign, Mismatch::Twice];

/// Every fault: 5 mismatches, 12 of signatures, 12 of keys, and 4 of both at once.
pub fn faults() -> Vec<Fault> {
    let both = [
        (Damage::OffSubgroup, Damage::Empty),
        (Damage::Torsion(0), Damage::OffSubgroup),
        (Damage::Torsion(1), Damage::Identity),
        (Damage::Identity, Damage::OffCurve),
    ];
    let mismatches = MISMATCHES.into_iter().map(Fault::Equation);
    mismatches
        .chain(DAMAGES.into_iter().map(Fault::Signature))
        .chain(DAMAGES.into_iter().map(Fault::Key))
        .chain(both.into_iter().map(|(key, signature)| Fault::Both(key, signature)))
        .collect()
}

/// Spoils a good case that `secret(number)` signed. The oracle's reason has to be ours.
pub fn spoil<V: Oracle>(case: &Case<V>, number: u64, fault: Fault) -> Case<V> {
    let spoilt = match fault {
        Fault::Equation(mismatch) => case.with_signature(mismatched(case, number, mismatch)),
        Fault::Signature(damage) => {
            case.with_signature(damaged::<V::Signatures>(case.signature(), damage))
        }
        Fault::Key(damage) => case.with_key(damaged::<V::Keys>(case.key(), damage)),
        Fault::Both(key, signature) => case
            .with_signature(damaged::<V::Signatures>(case.signature(), signature))
            .with_key(damaged::<V::Keys>(case.key(), key)),
    };
    let reason = match fault {
        Fault::Equation(_) => Reason::WrongSignature,
        Fault::Signature(damage) => {
            Reason::Signature(error::<V::Signatures>(damage, spoilt.signature()))
        }
        Fault::Key(damage) | Fault::Both(damage, _) => {
            Reason::PublicKey(error::<V::Keys>(damage, spoilt.key()))
        }
    };
    assert_eq!(spoilt.verdict(), Verdict::Invalid(reason), "{fault:?}");
    spoilt
}

fn mismatched<V: Oracle>(case: &Case<V>, number: u64, mismatch: Mismatch) -> Vec<u8> {
    let own = secret(number);
    match mismatch {
        Mismatch::Message => own.sign(case.suite(), b"what nobody asked for").to_bytes(),
        Mismatch::Key => secret(number + 1_000_000).sign(case.suite(), case.message()).to_bytes(),
        Mismatch::Tag => {
            let tag = Tag::new("another tag").expect("not empty");
            let suite = Suite::<V>::new(case.suite().scheme(), tag);
            own.sign(&suite, case.message()).to_bytes()
        }
        Mismatch::Sign => {
            let mut opposite = own.sign(case.suite(), case.message()).to_bytes();
            opposite[0] ^= 0x20;
            opposite
        }
        Mismatch::Twice => {
            let signature = own.sign(case.suite(), case.message());
            Signature::aggregate(&[signature; 2]).expect("not empty").to_bytes()
        }
    }
}

/// An encoding with the damage, made of the good compressed point or in its place.
pub fn damaged<G: Group>(point: &[u8], damage: Damage) -> Vec<u8> {
    let mut bytes = point.to_vec();
    match damage {
        Damage::Empty => bytes.clear(),
        Damage::Short => bytes.truncate(bytes.len() - 1),
        Damage::Long => bytes.push(0),
        Damage::Flags => bytes[0] &= 0x7f,
        Damage::Range => bytes[1..48].fill(0xff),
        Damage::OffCurve => return off_curve::<G>(usize::from(point[1] % 8)),
        Damage::Identity => return G::compress(&G::identity()),
        Damage::OffSubgroup => return G::compress(&curve_point::<G>(usize::from(point[1] % 8))),
        Damage::Torsion(which) => {
            let point = G::decode(point).expect("a good point");
            return G::compress(&G::add(&point, &small_order::<G>(G::SMALL_PRIMES[which])));
        }
        Damage::SmallOrder(which) => {
            return G::compress(&small_order::<G>(G::SMALL_PRIMES[which]));
        }
    }
    if damage == Damage::Range {
        bytes[0] |= 0x1f;
    }
    bytes
}

/// What bytes with the damage have to be refused for.
pub fn error<G: Group>(damage: Damage, bytes: &[u8]) -> PointError {
    match damage {
        Damage::Empty | Damage::Short | Damage::Long => {
            PointError::Length { expected: G::COMPRESSED, actual: bytes.len() }
        }
        Damage::Flags | Damage::Range => PointError::Encoding,
        Damage::OffCurve => PointError::NotOnCurve,
        Damage::Identity => PointError::Identity,
        Damage::OffSubgroup | Damage::Torsion(_) | Damage::SmallOrder(_) => {
            PointError::NotInSubgroup
        }
    }
}

/// One case of each fault, on keys and messages of their own.
pub fn bad_cases<V: Oracle>() -> Vec<Case<V>> {
    let suites = [Suite::basic(), Suite::proof_of_possession(), Suite::augmented()];
    faults()
        .into_iter()
        .zip(500..)
        .map(|(fault, number)| {
            let message = format!("message {number}");
            let suite = &suites[usize::try_from(number % 3).expect("small")];
            spoil(&Case::good(suite, &secret(number), message.as_bytes()), number, fault)
        })
        .collect()
}
