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

/// Nanoseconds, the least of many samples.
fn least(mut f: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..100 {
        let start = std::time::Instant::now();
        for _ in 0..4 {
            f();
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    best * 1e9 / 4.0
}

fn times<C: Curve, B: Lanes>(backend: B) {
    use std::hint::black_box;
    type On<C, B> = <<C as Curve>::Field as Field>::Lanes<B>;
    let tag = Tag::new("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_").unwrap();
    let texts: Vec<[u8; 32]> = (0..64).map(|k| [k; 32]).collect();
    let messages: Vec<Message<'_>> =
        texts.iter().map(|text| Message { augmentation: &[], message: text, tag: &tag }).collect();
    let lanes = B::LANES as f64;
    let blst = least(|| drop(black_box(messages[1].hash_alone::<C>().to_affine())));
    let ours = least(|| drop(black_box(hash::<C, B>(backend, &messages)))) / 64.0;
    let again = least(|| drop(black_box(messages[1].hash_alone::<C>().to_affine())));
    println!("blst {blst:.0} {again:.0}, lanes {ours:.0}: {:.2}", blst.min(again) / ours);
    let one = least(|| drop(black_box(hash::<C, B>(backend, &messages[..B::LANES])))) / lanes;
    println!("one chunk {one:.0}");
    let new = least(|| drop(black_box(Hasher::<On<C, B>>::new(backend))));
    println!("new {new:.0} a call");
    let hasher = Hasher::<On<C, B>>::new(backend);
    let chunk = &messages[..B::LANES];
    let mut out = [[0; 6]; 8];
    let per_lane = |what: &str, nanoseconds: f64| println!("  {what} {:.0}", nanoseconds / lanes);
    println!(
        "  expand {:.0}",
        least(|| expand::expand(&messages[3], &mut out[..4 * On::<C, B>::DEGREE]))
    );
    per_lane("hash_to_field", least(|| drop(black_box(hasher.hash_to_field(chunk)))));
    let u = hasher.hash_to_field(chunk);
    per_lane("map", least(|| drop(black_box(hasher.map.point(&u[0])))));
    per_lane(
        "roots",
        least(|| drop(black_box(On::<C, B>::inverse_root(&hasher.map.roots, &u[0])))),
    );
    per_lane("sign", least(|| drop(black_box(u[0].sign()))));
    per_lane("is_zero", least(|| drop(black_box(u[0].is_zero()))));
    let [p, q] = u.each_ref().map(|u| hasher.map.point(u));
    per_lane("add", least(|| drop(black_box(p.add(&q)))));
    per_lane("double", least(|| drop(black_box(p.double()))));
    per_lane("double 16", least(|| drop(black_box(p.double_times(16)))) / 16.0);
    per_lane("isogeny", least(|| drop(black_box(hasher.isogeny.image(&p)))));
    let p = hasher.isogeny.image(&p);
    per_lane("clear", least(|| drop(black_box(On::<C, B>::clear(&hasher.clearing, &p)))));
    per_lane("store", least(|| drop(black_box(p.store::<C>()))));
    let points: Vec<Projective<C>> = messages.iter().map(|m| m.hash_alone()).collect();
    println!("  to_affine_batch {:.0}", least(|| drop(black_box(to_affine_batch(&points)))) / 64.0);
}
