//! Hash-to-curve, the random-oracle suites. The other suites and `expand_message` are not part of
//! the public interface; unit tests in core read them.

use pairlane::{MessagePoint, MinPk, MinSig, Signature, Tag, Variant};
use pairlane_tests::counted::Counted;
use pairlane_tests::vectors::rfc9380::hash_to_curve;

fn random_oracle<V: Variant>(suite: &'static str) {
    let mut counted = Counted::new(suite, 5);
    let cases = hash_to_curve(suite);
    let tag = Tag::new(&cases.dst).unwrap();
    for vector in cases.vectors {
        let point = MessagePoint::<V>::hash(&tag, vector.msg.as_bytes());
        // As a signature, so that both coordinates are compared.
        let expected = Signature::<V>::from_bytes(&vector.point.uncompressed()).unwrap();
        assert_eq!(point.to_bytes(), expected.to_bytes(), "{:?}", vector.msg);
        counted.case();
    }
}

#[test]
fn g1() {
    random_oracle::<MinSig>("BLS12381G1_XMD_SHA-256_SSWU_RO_");
}

#[test]
fn g2() {
    random_oracle::<MinPk>("BLS12381G2_XMD_SHA-256_SSWU_RO_");
}
