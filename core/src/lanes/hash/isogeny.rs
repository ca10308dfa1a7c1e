//! The isogenies from E' to E (RFC 9380 appendix E), of degree 11 for G1 and 3 for G2.
//!
//! The RFC prints four polynomials. Two are enough: an isogeny of odd degree has
//!
//!   x = N(x') / h(x')^2   and   y = y' M(x') / h(x')^3,
//!
//! and as it takes the invariant differential dx/y to a multiple of dx'/y',
//! M = c (N' h - 2 N h'), a derivative. So N and N' come out of one Horner scheme, and the point in
//! Jacobian coordinates is (N, Y M, Z h) without further products.

use crate::lanes::integer::integer;
use crate::lanes::{Base, JacobianLanes, LaneField, Lanes, Limbs, Quadratic};

/// A field with its suite's isogeny.
pub trait Isogenous: LaneField {
    /// N: the RFC's `k_(1,0)` and so on.
    const NUMERATOR: &'static [Self::Integers];
    /// h, monic, without its leading 1. Its square is the RFC's `x_den`, its cube `y_den`.
    const KERNEL: &'static [Self::Integers];
    /// c: the quotient of the leading coefficients of `y_num` and `x_num`.
    const SCALE: Self::Integers;
}

/// An isogeny, its constants on lanes.
#[derive(Debug)]
pub(super) struct Isogeny<F> {
    numerator: Vec<F>,
    kernel: Vec<F>,
    scale: F,
}

impl<F: Isogenous> Isogeny<F> {
    pub(super) fn new(backend: F::Backend) -> Self {
        let load = |constant: &F::Integers| F::constant(backend, constant);
        let one = F::splat(backend, &crate::curve::Field::one());
        Self {
            numerator: F::NUMERATOR.iter().map(load).collect(),
            kernel: F::KERNEL.iter().map(load).chain([one]).collect(),
            scale: load(&F::SCALE),
        }
    }

    /// The image of a point of E'. Z = 0 stays so.
    pub(super) fn image(&self, point: &JacobianLanes<F>) -> JacobianLanes<F> {
        let powers = powers(&point.z.sqr(), self.numerator.len());
        let [n, dn] = evaluate(&self.numerator, &point.x, &powers);
        let [h, dh] = evaluate(&self.kernel, &point.x, &powers);
        let m = dn.mul(&h).sub_double(&n.mul(&dh));
        JacobianLanes { x: n, y: point.y.mul(&self.scale).mul(&m), z: point.z.mul(&h) }
    }
}

/// w, w^2, ..., w^(count - 1).
fn powers<F: LaneField>(w: &F, count: usize) -> Vec<F> {
    let mut powers = Vec::with_capacity(count);
    powers.push(*w);
    for n in 2..count {
        let half = powers[n / 2 - 1];
        powers.push(if n % 2 == 0 { half.sqr() } else { powers[n / 2].mul(&half) });
    }
    powers
}

/// A polynomial made homogeneous, sum of `k_i` X^i w^(n-i), and its derivative by X.
fn evaluate<F: LaneField>(polynomial: &[F], x: &F, powers: &[F]) -> [F; 2] {
    let (leading, rest) = polynomial.split_last().expect("a leading coefficient");
    let mut terms = rest.iter().rev().zip(powers).map(|(k, power)| k.mul(power));
    let mut derivative = *leading;
    let mut value = leading.mul(x).add(&terms.next().expect("degree 1 or more"));
    for term in terms {
        derivative = derivative.mul(x).add(&value);
        value = value.mul(x).add(&term);
    }
    [value, derivative]
}

impl<B: Lanes> Isogenous for Base<B> {
    const NUMERATOR: &'static [Limbs] = &[
        integer(
            "11a05f2b1e833340b809101dd99815856b303e88a2d7005f\
             f2627b56cdb4e2c85610c2d5f2e62d6eaeac1662734649b7",
        ),
        integer(
            "17294ed3e943ab2f0588bab22147a81c7c17e75b2f6a8417\
             f565e33c70d1e86b4838f2a6f318c356e834eef1b3cb83bb",
        ),
        integer(
            "0d54005db97678ec1d1048c5d10a9a1bce032473295983e5\
             6878e501ec68e25c958c3e3d2a09729fe0179f9dac9edcb0",
        ),
        integer(
            "1778e7166fcc6db74e0609d307e55412d7f5e4656a8dbf25\
             f1b33289f1b330835336e25ce3107193c5b388641d9b6861",
        ),
        integer(
            "0e99726a3199f4436642b4b3e4118e5499db995a1257fb3f\
             086eeb65982fac18985a286f301e77c451154ce9ac8895d9",
        ),
        integer(
            "1630c3250d7313ff01d1201bf7a74ab5db3cb17dd952799b\
             9ed3ab9097e68f90a0870d2dcae73d19cd13c1c66f652983",
        ),
        integer(
            "0d6ed6553fe44d296a3726c38ae652bfb11586264f0f8ce1\
             9008e218f9c86b2a8da25128c1052ecaddd7f225a139ed84",
        ),
        integer(
            "17b81e7701abdbe2e8743884d1117e53356de5ab275b4db1\
             a682c62ef0f2753339b7c8f8c8f475af9ccb5618e3f0c88e",
        ),
        integer(
            "080d3cf1f9a78fc47b90b33563be990dc43b756ce79f5574\
             a2c596c928c5d1de4fa295f296b74e956d71986a8497e317",
        ),
        integer(
            "169b1f8e1bcfa7c42e0c37515d138f22dd2ecb803a0c5c99\
             676314baf4bb1b7fa3190b2edc0327797f241067be390c9e",
        ),
        integer(
            "10321da079ce07e272d8ec09d2565b0dfa7dccdde6787f96\
             d50af36003b14866f69b771f8c285decca67df3f1605fb7b",
        ),
        integer(
            "06e08c248e260e70bd1e962381edee3d31d79d7e22c837bc\
             23c0bf1bc24c6b68c24b1b80b64d391fa9c8ba2e8ba2d229",
        ),
    ];
    const KERNEL: &'static [Limbs] = &[
        integer(
            "133341fb0962a34cb0504a9c4fada0a5090d38679b4c040d\
             5d1c3afb023a3409fcc0815fea66d8b02bbef9c8b5a66e07",
        ),
        integer(
            "0264908af037bcede00d054cf5d4775e83eb6cf63c76b969\
             f8ed174fb59fcff78d201f46f6cfc4ed6552e59ce75177b0",
        ),
        integer(
            "1335c502c1f54c49aceea65e87fd7203ba0f626f305fc0cf\
             d606a5dae9f3c8e81a4b3b69600129fabd307c69bf319d39",
        ),
        integer(
            "094440f65f408a6e930e16e3e92dd17bf60d6e9679a8d3d5\
             8593de55ac23703042d609537eb3549aac234d896ca82944",
        ),
        integer(
            "04afe09d5cf4956a23b6b71f59d2b3407b415a774b7be81b\
             bb6fa99cbc798e0ac98ba725a5bc328016b1c268b4766e85",
        ),
    ];
    const SCALE: Limbs = integer(
        "17a3e1bda8a2d1a38a19241a0ea1e2f25b552d6197903f96\
             bae690ef6be6b1381be22e8a72a9745cd7a1ffffffffb26d",
    );
}

impl<B: Lanes> Isogenous for Quadratic<B> {
    const NUMERATOR: &'static [[Limbs; 2]] = &[
        [
            integer(
                "05c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a\
                 88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6",
            ),
            integer(
                "05c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a\
                 88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6",
            ),
        ],
        [
            integer("0"),
            integer(
                "11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f\
                 9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71a",
            ),
        ],
        [
            integer(
                "11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f\
                 9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71e",
            ),
            integer(
                "08ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063f\
                 cd104635a790520c0a395554e5c6aaaa9354ffffffffe38d",
            ),
        ],
        [
            integer(
                "171d6541fa38ccfaed6dea691f5fb614cb14b4e7f4e810aa\
                 22d6108f142b85757098e38d0f671c7188e2aaaaaaaa5ed1",
            ),
            integer("0"),
        ],
    ];
    /// 6 - 6 i
    const KERNEL: &'static [[Limbs; 2]] = &[[
        integer("6"),
        integer(
            "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf\
                 6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaa5",
        ),
    ]];
    const SCALE: [Limbs; 2] = [
        integer(
            "08ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063f\
             cd104635a790520c0a395554e5c6aaaa9354ffffffffe38e",
        ),
        integer("0"),
    ];
}
