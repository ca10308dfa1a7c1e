//! Keys and proofs that the suites share.

use curve25519_dalek::Scalar;
use curve25519_dalek::scalar::clamp_integer;
use pairlane::vrf::edwards::{EdwardsSuite, SecretKey};
use sha2::{Digest, Sha512};

/// Key number `i`.
pub(crate) fn key<S: EdwardsSuite>(i: u64) -> SecretKey<S> {
    SecretKey::from_seed(&seed(i))
}

/// Seed number `i`.
pub(crate) fn seed(i: u64) -> [u8; 32] {
    let mut seed = [0x5a; 32];
    seed[..8].copy_from_slice(&i.to_le_bytes());
    seed
}

/// SHA-512 of some parts.
pub(crate) fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = Sha512::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The secret scalar of an RFC 8032 or RFC 9381 seed.
pub(crate) fn secret_scalar(seed: &[u8; 32]) -> Scalar {
    let hash = sha512(&[seed]);
    Scalar::from_bytes_mod_order(clamp_integer(hash[..32].try_into().unwrap()))
}

/// s + q in the place of s, which ends a proof: the same proof in other words.
pub(crate) fn add_order(proof: &[u8]) -> Vec<u8> {
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut out = proof.to_vec();
    let start = proof.len() - 32;
    let mut carry = 0;
    for (byte, q) in out[start..].iter_mut().zip(order.unwrap()) {
        let sum = u16::from(*byte) + u16::from(q) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    out
}
