//! Signatures of the basic suites: signed, verified singly, and verified as one batch.

use pairlane::{Item, MinPk, MinSig, Pooled, Scheme, SecretKey, Suite, Tag, Variant, Verifier};
use pairlane_tests::counted::Counted;
use pairlane_tests::vectors::signatures::signing;

fn rows<V: Variant>(file: &'static str, count: usize) {
    let mut counted = Counted::new(file, count);
    let (tag, rows) = signing(file);
    let suite = Suite::<V>::new(Scheme::Basic, Tag::new(tag).unwrap());
    assert_eq!(suite, Suite::basic());
    let keys: Vec<_> = rows
        .iter()
        .map(|row| {
            let secret = SecretKey::from_bytes(&row.0).unwrap();
            let (key, signature) = (secret.public_key::<V>(), secret.sign(&suite, &row.1));
            assert_eq!(signature.to_bytes(), row.2.0);
            assert_eq!(signature.verify(&suite, &key, &row.1), Ok(()));
            counted.case();
            key.to_bytes()
        })
        .collect();
    let mut items: Vec<_> = rows
        .iter()
        .zip(&keys)
        .map(|(row, key)| Item::new(&suite, key, &row.1.0, &row.2.0))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    assert!(Verifier::new().all_valid(&items, &Pooled(&pool)));
    // Every signature one place further: all wrong but those whose neighbour signed the same.
    let signatures: Vec<_> = items.iter().map(|item| item.signature).collect();
    for (item, signature) in items.iter_mut().zip(signatures.iter().cycle().skip(1)) {
        item.signature = *signature;
    }
    let verdicts = Verifier::new().verify(&items, &Pooled(&pool));
    for (row, verdict) in verdicts.iter().enumerate() {
        let (this, next) = (&rows[row], &rows[(row + 1) % rows.len()]);
        assert_eq!(verdict.is_valid(), this.2 == next.2, "row {row}");
    }
}

#[test]
fn min_pk() {
    rows::<MinPk>("min_pk_sign", 559);
}

#[test]
fn min_sig() {
    rows::<MinSig>("min_sig_sign", 128);
}
