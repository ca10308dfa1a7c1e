//! The whole against blst and the RFC's vectors, and every stage against its definition.

mod polynomials;
mod stages;

use serde_json::Value;

use super::*;
use crate::arch::vectors::{bytes, list, read, text};
use crate::arch::{Fp, G1, G2};
use crate::curve::to_affine_batch;
use crate::lanes::portable::Portable;
use crate::lanes::tests::{Values, rounds};

type On<C, B> = <<C as Curve>::Field as Field>::Lanes<B>;

/// What is hashed in a test: texts of 0 to 300 bytes under tags of 1 to 255, some of them the
/// digests of longer ones, with and without augmentation.
struct Texts {
    values: Values,
    tags: Vec<Tag>,
    bytes: Vec<u8>,
}

impl Texts {
    fn new() -> Self {
        let mut values = Values::new(11);
        let bytes = (0..1_000).flat_map(|_| values.limbs()[0].to_be_bytes()).collect::<Vec<_>>();
        let lengths = [43, 1, 21, 22, 85, 86, 254, 255, 256, 300];
        let tags = lengths.map(|length| Tag::new(&bytes[length..2 * length]).unwrap());
        Self { values, tags: tags.into(), bytes }
    }

    fn next(&mut self, index: usize) -> Message<'_> {
        let [a, b, ..] = self.values.limbs().map(|limb| usize::try_from(limb >> 32).unwrap());
        let slice = |start: usize, length: usize| &self.bytes[start % 7_000..][..length];
        Message {
            augmentation: slice(b, [0, 0, 0, 48, 96, b % 300][index % 6]),
            message: slice(a, if index < 600 { index % 300 } else { a % 301 }),
            tag: &self.tags[if index.is_multiple_of(2) { 0 } else { index / 2 % self.tags.len() }],
        }
    }
}

/// Calls of every length up to several vectors, and no lane left to scalar arithmetic.
fn agrees_with_blst<C: Curve, B: Lanes>(backend: B, count: usize) {
    let hasher = Hasher::<On<C, B>>::new(backend);
    let mut texts = Texts::new();
    let (mut done, mut call) = (0, 0);
    while done < count {
        call = call % (3 * B::LANES + 1) + 1;
        let owned: Vec<(Vec<u8>, Vec<u8>, Tag)> = (done..done + call)
            .map(|index| {
                let Message { augmentation, message, tag } = texts.next(index);
                (augmentation.to_vec(), message.to_vec(), tag.clone())
            })
            .collect();
        let messages: Vec<Message<'_>> = owned
            .iter()
            .map(|(augmentation, message, tag)| Message { augmentation, message, tag })
            .collect();
        let expected: Vec<Projective<C>> = messages.iter().map(Message::hash_alone).collect();
        assert_eq!(hash::<C, B>(backend, &messages), to_affine_batch(&expected));
        let first = &messages[..call.min(B::LANES)];
        let left = hasher.hash(first).z.is_zero();
        assert!((0..first.len()).all(|lane| !left.has(lane)));
        done += call;
    }
    assert_eq!(hash::<C, B>(backend, &[]), []);
}

fn element<C: Curve>(value: &Value) -> C::Field {
    // The files have the real part first, encodings the imaginary one.
    let parts = text(value).rsplit(',').map(|part| bytes(&part.into()));
    C::Field::from_bytes(&parts.flatten().collect::<Vec<_>>()).expect("an element")
}

fn point<C: Curve>(value: &Value) -> Affine<C> {
    Affine { x: element::<C>(&value["x"]), y: element::<C>(&value["y"]) }
}

/// RFC 9380 appendices J.9.1 and J.10.1, with the values between.
fn agrees_with_the_rfc<C: Curve, B: Lanes>(backend: B, suite: &str) {
    let suite = read(&format!("rfc9380/{suite}.json"));
    let tag = Tag::new(text(&suite["dst"])).unwrap();
    let hasher = Hasher::<On<C, B>>::new(backend);
    assert_eq!(list(&suite["vectors"]).len(), 5);
    for chunk in list(&suite["vectors"]).chunks(B::LANES) {
        let messages: Vec<Message<'_>> = chunk
            .iter()
            .map(|vector| Message {
                augmentation: &[],
                message: text(&vector["msg"]).as_bytes(),
                tag: &tag,
            })
            .collect();
        let u = hasher.hash_to_field(&messages);
        let images = u.each_ref().map(|u| hasher.isogeny.image(&hasher.map.point(u)).store::<C>());
        let points = hash::<C, B>(backend, &messages);
        for (lane, vector) in chunk.iter().enumerate() {
            for (k, name) in ["Q0", "Q1"].into_iter().enumerate() {
                assert_eq!(u[k].store()[lane], element::<C>(&vector["u"][k]));
                assert_eq!(images[k][lane].to_affine(), point(&vector[name]));
            }
            assert_eq!(points[lane], point(&vector["P"]));
        }
    }
}

fn everything<B: Lanes>(backend: B, count: usize) {
    agrees_with_the_rfc::<G1, B>(backend, "BLS12381G1_XMD_SHA-256_SSWU_RO_");
    agrees_with_the_rfc::<G2, B>(backend, "BLS12381G2_XMD_SHA-256_SSWU_RO_");
    agrees_with_blst::<G1, B>(backend, 2 * count);
    agrees_with_blst::<G2, B>(backend, count);
    stages::agree_with_their_definitions(backend, count / 100 + 1);
}

#[test]
fn portable() {
    everything(Portable, rounds(700));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn ifma() {
    match crate::arch::Ifma::detect() {
        Some(backend) => backend.within(|| everything(backend, rounds(35_000))),
        None => crate::lanes::tests::skip("AVX-512 IFMA"),
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn fma() {
    match crate::arch::Fma::detect() {
        Some(backend) => backend.within(|| everything(backend, rounds(35_000))),
        None => crate::lanes::tests::skip("AVX2 and FMA"),
    }
}
