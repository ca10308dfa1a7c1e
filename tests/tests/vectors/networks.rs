//! Signatures and keys of networks in production.

use pairlane::{
    Item, MinPk, MinSig, Scheme, SecretKey, Sequential, Suite, Tag, Variant, Verdict, Verifier,
};
use pairlane_tests::counted::Counted;
use pairlane_tests::vectors::signatures::{Network, drand, eip2333};

fn verify<V: Variant>(round: &Network) {
    let suite = Suite::<V>::new(Scheme::Basic, Tag::new(&round.dst).unwrap());
    let [key] = &round.public_keys[..] else { panic!("one key a round") };
    let item = Item::new(&suite, &key.0, &round.message.0, &round.signature.0);
    let verdicts = Verifier::new().verify(&[item, item], &Sequential);
    assert_eq!(verdicts, [Verdict::Valid; 2], "{}", round.name);
}

#[test]
fn drand_rounds() {
    let mut counted = Counted::new("drand", 2);
    for round in drand() {
        assert!(round.valid);
        match round.scheme.as_str() {
            "min_pk" => verify::<MinPk>(&round),
            "min_sig" => verify::<MinSig>(&round),
            other => panic!("no such scheme: {other}"),
        }
        counted.case();
    }
}

#[test]
fn eip2333_derivations() {
    let mut counted = Counted::new("eip2333", 4);
    for case in eip2333() {
        let master = SecretKey::derive_master(&case.seed).unwrap();
        assert_eq!(master.expose_bytes().to_vec(), case.master_sk.0);
        let child = master.derive_child(case.child_index);
        assert_eq!(child.expose_bytes().to_vec(), case.child_sk.0);
        let path = format!("m/{}", case.child_index).parse().unwrap();
        assert_eq!(master.derive_path(&path), child);
        counted.case();
    }
}
