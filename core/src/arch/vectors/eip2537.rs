//! EIP-2537: additions, products, sums of products, maps and pairing checks.

use blst::{blst_fp, blst_fp2, blst_p1, blst_p2};

use super::{bytes, list, read, text};
use crate::arch::{G1, G2, Gt, miller_loop};
use crate::backend::Backend;
use crate::curve::{Affine, Curve, Projective, digit_sums, sum};
use crate::strategy::Sequential;

/// A padded coordinate: 16 zero bytes and a field element.
const PADDED: usize = 64;

/// Runs the cases of one operation: from the input, the result in the file's form.
fn run(operation: &str, count: usize, compute: impl Fn(&[u8]) -> Vec<u8>) {
    let cases = read(&format!("eip-2537/{operation}_bls.json"));
    assert_eq!(list(&cases).len(), count, "{operation}");
    for case in list(&cases) {
        let result = compute(&bytes(&case["Input"]));
        assert_eq!(result, bytes(&case["Expected"]), "{}", text(&case["Name"]));
    }
}

/// The 48 bytes of each padded coordinate.
fn elements(padded: &[u8]) -> Vec<&[u8]> {
    assert!(padded.len().is_multiple_of(PADDED));
    padded.chunks(PADDED).map(|element| &element[PADDED - 48..]).collect()
}

/// The EIP has the real part of an Fp2 element first, the usual encoding has it last.
fn swap_parts<C: Curve>(elements: &mut [&[u8]]) {
    if C::COMPRESSED == 96 {
        elements.chunks_mut(2).for_each(<[_]>::reverse);
    }
}

/// Bytes of a point in padded coordinates.
fn padded_length<C: Curve>() -> usize {
    C::UNCOMPRESSED / 48 * PADDED
}

/// A point from padded coordinates, all zero for the identity.
fn decode<C: Curve>(padded: &[u8]) -> Affine<C> {
    let mut elements = elements(padded);
    swap_parts::<C>(&mut elements);
    let mut encoded = elements.concat();
    if encoded.iter().all(|&byte| byte == 0) {
        encoded[0] = 0x40;
    }
    C::decode(&encoded).expect("a point of the curve")
}

/// Padded coordinates of a point.
fn encode<C: Curve>(point: &Affine<C>) -> Vec<u8> {
    let mut encoded = vec![0; C::UNCOMPRESSED];
    C::serialize(point, &mut encoded);
    encoded[0] &= 0x1f;
    let mut elements: Vec<&[u8]> = encoded.chunks(48).collect();
    swap_parts::<C>(&mut elements);
    elements.iter().flat_map(|element| [&[0; PADDED - 48], *element].concat()).collect()
}

/// By each of the ways that the crate adds: they must agree with the file.
fn add<C: Curve>(input: &[u8]) -> Vec<u8> {
    let (p, q) = input.split_at(padded_length::<C>());
    let (p, q): (Affine<C>, Affine<C>) = (decode(p), decode(q));
    let general = C::add(&p.to_projective(), &q.to_projective()).to_affine();
    assert_eq!(C::add_affine(&p.to_projective(), &q).to_affine(), general);
    assert_eq!(sum(&[p, q]).to_affine(), general);
    assert_eq!(sum(&[q, p]).to_affine(), general);
    encode(&general)
}

/// The balanced digits of a big-endian number in an odd base, least significant first.
fn digits(number: &[u8], base: u8) -> Vec<i8> {
    let mut number = number.to_vec();
    let width = if base == 3 { 163 } else { 71 }; // 256 bits and a carry
    let mut carry = 0;
    (0..width)
        .map(|_| {
            let mut rest = 0u16;
            for byte in &mut number {
                let value = rest << 8 | u16::from(*byte);
                *byte = u8::try_from(value / u16::from(base)).expect("below 256");
                rest = value % u16::from(base);
            }
            let digit = i8::try_from(rest).expect("below the base") + carry;
            carry = i8::from(digit > i8::try_from(base / 2).expect("a small base"));
            digit - carry * i8::try_from(base).expect("a small base")
        })
        .collect()
}

/// A sum of products through the buckets that weigh a batch, in both bases of weights.
fn sum_of_products<C: Curve>(input: &[u8]) -> Vec<u8> {
    let terms: Vec<(&[u8], &[u8])> = input
        .chunks(padded_length::<C>() + 32)
        .map(|term| term.split_at(padded_length::<C>()))
        .collect();
    let points: Vec<Affine<C>> = terms.iter().map(|(point, _)| decode(point)).collect();
    let results = [3u8, 13].map(|base| {
        let digits: Vec<Vec<i8>> = terms.iter().map(|(_, scalar)| digits(scalar, base)).collect();
        let rows: Vec<&[i8]> = digits.iter().map(Vec::as_slice).collect();
        let sums = digit_sums(&points, &rows, base, Backend::default(), &Sequential);
        let total = sums.iter().rev().fold(Projective::IDENTITY, |total, sum| {
            let product = (1..base).fold(total, |product, _| C::add(&product, &total));
            C::add(&product, sum)
        });
        encode(&total.to_affine())
    });
    assert_eq!(results[0], results[1]);
    results[0].clone()
}

/// Whether a product of pairings is one, in one Miller loop and in one for each pair.
fn pairing_check(input: &[u8]) -> Vec<u8> {
    let pairs: Vec<(Affine<G1>, Affine<G2>)> = input
        .chunks(padded_length::<G1>() + padded_length::<G2>())
        .map(|pair| pair.split_at(padded_length::<G1>()))
        .map(|(p, q)| (decode(p), decode(q)))
        .collect();
    let together = miller_loop(&pairs).final_exponentiation();
    let apart = pairs.iter().fold(Gt::one(), |product, pair| {
        product.mul(&miller_loop(&[*pair]).final_exponentiation())
    });
    assert_eq!(together, apart);
    let mut word = vec![0; 32];
    word[31] = u8::from(together.is_one());
    word
}

fn fp(element: &[u8]) -> blst_fp {
    assert_eq!(element.len(), 48);
    let mut out = blst_fp::default();
    // SAFETY: reads exactly 48 bytes, asserted above, and writes one fp.
    unsafe { blst::blst_fp_from_bendian(&mut out, element.as_ptr()) };
    out
}

/// The point, uncompressed, that blst maps one element of Fp to.
fn map_to_g1(input: &[u8]) -> Vec<u8> {
    let u = fp(elements(input)[0]);
    let mut point = blst_p1::default();
    let mut encoded = [0; 96];
    // SAFETY: reads one fp, the second being absent, and writes one point; then reads that point
    // and writes exactly 96 bytes.
    unsafe {
        blst::blst_map_to_g1(&mut point, &u, core::ptr::null());
        blst::blst_p1_serialize(encoded.as_mut_ptr(), &point);
    }
    encode(&G1::decode(&encoded).expect("a point of the curve"))
}

/// As [`map_to_g1`], for Fp2.
fn map_to_g2(input: &[u8]) -> Vec<u8> {
    let elements = elements(input);
    let u = blst_fp2 { fp: [fp(elements[0]), fp(elements[1])] };
    let mut point = blst_p2::default();
    let mut encoded = [0; 192];
    // SAFETY: reads one fp2, the second being absent, and writes one point; then reads that point
    // and writes exactly 192 bytes.
    unsafe {
        blst::blst_map_to_g2(&mut point, &u, core::ptr::null());
        blst::blst_p2_serialize(encoded.as_mut_ptr(), &point);
    }
    encode(&G2::decode(&encoded).expect("a point of the curve"))
}

#[test]
fn additions() {
    run("add_G1", 9, add::<G1>);
    run("add_G2", 9, add::<G2>);
}

#[test]
fn products() {
    run("mul_G1", 11, sum_of_products::<G1>);
    run("mul_G2", 11, sum_of_products::<G2>);
}

#[test]
fn sums_of_products() {
    run("multiexp_G1", 13, sum_of_products::<G1>);
    run("multiexp_G2", 14, sum_of_products::<G2>);
}

#[test]
fn maps() {
    run("map_fp_to_G1", 5, map_to_g1);
    run("map_fp2_to_G2", 5, map_to_g2);
}

#[test]
fn pairings() {
    run("pairing_check", 10, pairing_check);
}
