//! Every stage against its definition, and the whole against blst.

use super::*;

fn messages_hash_as_by_blst<C: Curve, B: Lanes>(backend: B, count: usize) {
    let tag = Tag::new("test").unwrap();
    let texts: Vec<[u8; 8]> = (0..count as u64).map(u64::to_be_bytes).collect();
    let messages: Vec<Message<'_>> =
        texts.iter().map(|text| Message { augmentation: &[], message: text, tag: &tag }).collect();
    let actual = hash::<C, B>(backend, &messages);
    for (message, point) in messages.iter().zip(&actual) {
        assert_eq!(*point, message.hash_alone::<C>().to_affine());
    }
}

#[test]
fn smoke() {
    messages_hash_as_by_blst::<crate::arch::G2, _>(super::super::portable::Portable, 11);
    assert!(
        Hasher::<Base<super::super::portable::Portable>>::new(super::super::portable::Portable)
            .hash(&[Message { augmentation: &[], message: &[], tag: &Tag::new("a").unwrap() }; 8])
            .z
            .is_zero()
            == super::super::Mask::NONE
    );
    assert!(
        Hasher::<Quadratic<super::super::portable::Portable>>::new(
            super::super::portable::Portable
        )
        .hash(&[Message { augmentation: &[], message: &[], tag: &Tag::new("a").unwrap() }; 8])
        .z
        .is_zero()
            == super::super::Mask::NONE
    );
    messages_hash_as_by_blst::<crate::arch::G1, _>(super::super::portable::Portable, 11);
}
