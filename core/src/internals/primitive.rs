//! Operations of the engine one by one, on a backend's lanes or on blst.

use core::hint::black_box;

use crate::arch::{Fp, G2};
use crate::backend::{Backend, Work};
use crate::curve::{self, Curve, Field, Message, to_affine_batch};
use crate::lanes::{JacobianLanes, LaneField, Lanes};
use crate::tag::Tag;

/// An operation to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    /// Product in Fp.
    FpProduct,
    /// Product in Fp2.
    Fp2Product,
    /// Square in Fp2.
    Fp2Square,
    /// Doubling of a point of G2 in Jacobian coordinates.
    G2Doubling,
    /// Decompression of a point of G2, subgroup check included.
    G2Decompression,
    /// `hash_to_curve` to G2 of 32 bytes.
    HashToG2,
}

type On<F, B> = <F as Field>::Lanes<B>;

impl Primitive {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::FpProduct,
        Self::Fp2Product,
        Self::Fp2Square,
        Self::G2Doubling,
        Self::G2Decompression,
        Self::HashToG2,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::FpProduct => "Fp product",
            Self::Fp2Product => "Fp2 product",
            Self::Fp2Square => "Fp2 square",
            Self::G2Doubling => "G2 doubling",
            Self::G2Decompression => "G2 decompression, checked",
            Self::HashToG2 => "hash to G2, 32 bytes",
        }
    }

    /// Does it at least `count` times on the backend; says how often it did.
    pub fn run(self, backend: Backend, count: usize) -> usize {
        match self {
            Self::G2Decompression => decompress(backend, count),
            Self::HashToG2 => hash(backend, count),
            _ => backend.enter(Arithmetic { primitive: self, count }).unwrap_or_else(|| {
                self.run_scalar(count);
                count
            }),
        }
    }

    fn run_scalar(self, count: usize) {
        let generator = G2::generator();
        let [mut a, b] = generator.x.parts();
        let (mut x, y) = (generator.x, generator.y);
        let mut point = generator.to_projective();
        for _ in 0..count {
            match self {
                Self::FpProduct => a = a.mul(&b),
                Self::Fp2Product => x = x.mul(&y),
                Self::Fp2Square => x = x.sqr(),
                _ => point = G2::double(&point),
            }
        }
        black_box((a, x, point));
    }
}

struct Arithmetic {
    primitive: Primitive,
    count: usize,
}

impl Work for Arithmetic {
    type Output = usize;

    fn run<B: Lanes>(self, lanes: B) -> usize {
        let generator = G2::generator();
        let [mut a, b] = generator.x.parts().map(|part| On::<Fp, B>::splat(lanes, &part));
        let mut x = On::<crate::arch::Fp2, B>::splat(lanes, &generator.x);
        let y = On::<crate::arch::Fp2, B>::splat(lanes, &generator.y);
        let mut point = JacobianLanes::<On<crate::arch::Fp2, B>>::load::<G2>(lanes, |_| {
            generator.to_projective()
        });
        let steps = self.count.div_ceil(B::LANES);
        for _ in 0..steps {
            match self.primitive {
                Primitive::FpProduct => a = a.mul(&b),
                Primitive::Fp2Product => x = x.mul(&y),
                Primitive::Fp2Square => x = x.sqr(),
                _ => point = point.double(),
            }
        }
        point.z = point.z.add(&x);
        black_box((a.store(), point.store::<G2>()));
        steps * B::LANES
    }
}

/// Points to a call: as a batch does it.
const AT_ONCE: usize = 16;

fn decompress(backend: Backend, count: usize) -> usize {
    let mut point = G2::generator().to_projective();
    let encodings: Vec<[u8; 96]> = (0..AT_ONCE)
        .map(|_| {
            point = G2::add_affine(&G2::double(&point), &G2::generator());
            let mut bytes = [0; 96];
            G2::compress(&point.to_affine(), &mut bytes);
            bytes
        })
        .collect();
    let encodings: Vec<&[u8]> = encodings.iter().map(<[u8; 96]>::as_slice).collect();
    let calls = count.div_ceil(AT_ONCE);
    for _ in 0..calls {
        let points = curve::decode::<G2>(backend, &encodings);
        let points: Vec<_> =
            points.into_iter().map(|point| point.expect("a point").to_projective()).collect();
        assert!(curve::in_subgroup(&points, backend).into_iter().all(|inside| inside));
    }
    calls * AT_ONCE
}

fn hash(backend: Backend, count: usize) -> usize {
    let tag = Tag::new(b"PAIRLANE-BENCH-V01-CS01-with-BLS12381G2_XMD:SHA-256_SSWU_RO_")
        .expect("a tag of fewer than 256 bytes");
    let messages: Vec<[u8; 32]> = (0..AT_ONCE).map(|k| [k.to_le_bytes()[0]; 32]).collect();
    let messages: Vec<_> =
        messages.iter().map(|message| Message { augmentation: &[], message, tag: &tag }).collect();
    let calls = count.div_ceil(AT_ONCE);
    for _ in 0..calls {
        match backend.lanes() {
            // One by one, as blst's callers do it.
            1 => {
                for message in &messages {
                    black_box(to_affine_batch(&[message.hash_alone::<G2>()]));
                }
            }
            _ => {
                black_box(curve::hash::<G2>(backend, &messages));
            }
        }
    }
    calls * AT_ONCE
}
