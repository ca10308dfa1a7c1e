//! Proofs by provers who add points of small order: valid by the rule of the announced form, and by
//! that rule alone or in company alike.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use pairlane::Sequential;
use pairlane::vrf::edwards::{
    AnnouncedProof, EdwardsTai, Item, PublicKey, SecretKey, verify_batch,
};
use pairlane::vrf::{EncodingError, VrfError};

use crate::inputs::{key, secret_scalar, sha512};

/// Which point of small order is added where, as an index into the eight there are.
#[derive(Clone, Copy, Debug, Default)]
struct Torsion {
    key: usize,
    gamma: usize,
    u: usize,
    v: usize,
}

/// A key, an alpha and an announced proof, by a prover who knows the secret and cheats.
struct Forged {
    key: PublicKey<EdwardsTai>,
    proof: AnnouncedProof<EdwardsTai>,
}

const ALPHA: &[u8] = b"alpha";

/// The prover of RFC 9381, section 5.1, by the letter, plus torsion.
fn forge(number: u64, torsion: Torsion) -> Forged {
    let x = secret_scalar(&key::<EdwardsTai>(number).expose_rfc9381_seed());
    let y = EdwardsPoint::mul_base(&x) + EIGHT_TORSION[torsion.key];
    let y_string = y.compress().to_bytes();
    let h = (0..=255u8)
        .find_map(|counter| {
            let hash = sha512(&[&[0x03, 0x01], &y_string, ALPHA, &[counter, 0x00]]);
            let candidate = curve25519_dalek::edwards::CompressedEdwardsY::from_slice(&hash[..32]);
            candidate.unwrap().decompress().map(|point| point.mul_by_cofactor())
        })
        .unwrap();
    let k = Scalar::from_bytes_mod_order_wide(&sha512(&[b"nonce", &number.to_le_bytes()]));
    let points = [
        y,
        h,
        h * x + EIGHT_TORSION[torsion.gamma],
        EdwardsPoint::mul_base(&k) + EIGHT_TORSION[torsion.u],
        h * k + EIGHT_TORSION[torsion.v],
    ]
    .map(|point| point.compress().to_bytes());
    let c = sha512(&[&[0x03, 0x02], &points.concat(), &[0x00]]);
    let c = Scalar::from(u128::from_le_bytes(c[..16].try_into().unwrap()));
    let s = k + c * x;
    let proof = [&points[2..].concat()[..], s.as_bytes()].concat();
    Forged {
        key: PublicKey::from_bytes(&y_string).unwrap(),
        proof: AnnouncedProof::from_bytes(&proof).unwrap(),
    }
}

impl Forged {
    fn is_valid_announced(&self) -> bool {
        self.key.verify_announced(ALPHA, &self.proof).is_ok()
    }

    fn is_valid_converted(&self) -> bool {
        self.key.verify(ALPHA, &self.proof.to_proof(&self.key, ALPHA)).is_ok()
    }
}

#[test]
fn without_torsion_both_rules_agree() {
    let forged = forge(0, Torsion::default());
    assert!(forged.is_valid_announced() && forged.is_valid_converted());
    assert_eq!(forged.key, *key::<EdwardsTai>(0).public_key());
}

/// Each of the seven points of small order at each of the four places: 28 cases.
#[test]
fn one_rule_alone_and_in_a_batch() {
    let mut cases = Vec::new();
    for t in 1..8 {
        cases.push(Torsion { key: t, ..Torsion::default() });
        cases.push(Torsion { gamma: t, ..Torsion::default() });
        cases.push(Torsion { u: t, ..Torsion::default() });
        cases.push(Torsion { v: t, ..Torsion::default() });
    }
    let forged: Vec<_> = (0..).zip(&cases).map(|(i, torsion)| forge(i, *torsion)).collect();
    assert_eq!(forged.len(), 28);
    let proofs: Vec<_> = forged.iter().map(|forged| forged.proof.to_bytes()).collect();
    let items: Vec<_> = forged
        .iter()
        .zip(&proofs)
        .map(|(forged, proof)| Item { key: &forged.key, alpha: ALPHA, proof })
        .collect();
    assert!(forged.iter().all(Forged::is_valid_announced));
    // Fresh coefficients each time: without the cofactor in the rule, one of these would fail.
    for _ in 0..16 {
        assert!(verify_batch(&items, &Sequential).iter().all(Result::is_ok));
        for pair in items.chunks(2) {
            assert!(verify_batch(pair, &Sequential).iter().all(Result::is_ok));
        }
    }
}

/// Torsion in U or V alone never survives conversion: RFC 9381 computes both.
#[test]
fn conversion_refuses_spoilt_announcements() {
    for t in 1..8 {
        assert!(!forge(1, Torsion { u: t, ..Torsion::default() }).is_valid_converted());
        assert!(!forge(1, Torsion { v: t, ..Torsion::default() }).is_valid_converted());
    }
}

/// The output does not move: it is of 8 * Gamma.
#[test]
fn the_output_is_unique() {
    let honest = forge(2, Torsion::default());
    let output = honest.key.verify_announced(ALPHA, &honest.proof).unwrap();
    for t in 1..8 {
        for torsion in [
            Torsion { gamma: t, ..Torsion::default() },
            Torsion { gamma: t, u: 8 - t, v: t, ..Torsion::default() },
        ] {
            let forged = forge(2, torsion);
            assert_ne!(forged.proof, honest.proof);
            assert_eq!(forged.key.verify_announced(ALPHA, &forged.proof), Ok(output));
        }
    }
}

/// A Gamma that is wrong by more than torsion stays wrong, with torsion on top or without.
#[test]
fn torsion_excuses_nothing_else() {
    let mut refused = 0;
    for t in 0..8 {
        let good = forge(3, Torsion { u: t, ..Torsion::default() });
        for place in 0..3 {
            let mut bytes = good.proof.to_bytes();
            let other = forge(4, Torsion { gamma: t, ..Torsion::default() }).proof.to_bytes();
            bytes[32 * place..32 * (place + 1)]
                .copy_from_slice(&other[32 * place..32 * (place + 1)]);
            let proof = AnnouncedProof::from_bytes(&bytes).unwrap();
            let verdict = good.key.verify_announced(ALPHA, &proof);
            assert_eq!(verdict, Err(VrfError::WrongProof));
            let item = Item { key: &good.key, alpha: ALPHA, proof: &bytes };
            let batch = verify_batch(&[item, item], &Sequential);
            assert_eq!(batch, [verdict, verdict]);
            refused += 1;
        }
    }
    assert_eq!(refused, 24);
}

/// All keys of small order are refused, in each of their encodings.
#[test]
fn keys_of_small_order() {
    for point in EIGHT_TORSION {
        let key = PublicKey::<EdwardsTai>::from_bytes(&point.compress().to_bytes());
        assert_eq!(key, Err(EncodingError::SmallOrder));
    }
    let mixed = EdwardsPoint::mul_base(&secret_scalar(&[1; 32])) + EIGHT_TORSION[1];
    assert!(PublicKey::<EdwardsTai>::from_bytes(&mixed.compress().to_bytes()).is_ok());
    let secret = SecretKey::<EdwardsTai>::from_rfc9381_seed(&[1; 32]);
    assert_ne!(secret.public_key().as_bytes(), &mixed.compress().to_bytes());
}
