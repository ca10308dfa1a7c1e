//! Miller loops on every backend against blst's.

use super::*;
use crate::arch::{Fp, Fp2};
use crate::curve::{Field, KeptLines, Projective, to_affine_batch};
use crate::lanes::portable::Portable;

type Pair = (Affine<G1>, Affine<G2>);

/// Pairs of points that have nothing to do with one another.
fn pairs(count: usize) -> Vec<Pair> {
    fn walk<C: Curve>(count: usize, tag: &[u8]) -> Vec<Affine<C>> {
        let (mut point, step) =
            (<C as Curve>::hash(b"start", tag, b""), <C as Curve>::hash(b"step", tag, b""));
        let mut next = || {
            point = C::add(&C::double(&point), &step);
            point
        };
        let points: Vec<Projective<C>> = (0..count).map(|_| next()).collect();
        to_affine_batch(&points)
    }
    walk(count, b"one").into_iter().zip(walk(count, b"other")).collect()
}

fn agrees_with_blst<B: Lanes>(backend: B, blocks: &[Vec<Pair>]) {
    let slices: Vec<&[Pair]> = blocks.iter().map(Vec::as_slice).collect();
    let values = miller_loops(backend, &slices);
    assert_eq!(values.len(), blocks.len());
    for (value, block) in values.iter().zip(blocks) {
        let expected = miller_loop(block).final_exponentiation();
        assert_eq!(value.final_exponentiation(), expected, "a block of {}", block.len());
    }
}

/// Blocks without an identity of G2 or a point outside it.
fn lines_give_the_same<B: Lanes>(backend: B, blocks: &[Vec<Pair>]) {
    let points: Vec<_> = blocks.iter().flatten().map(|pair| pair.1).collect();
    let lines = Lines::of(backend, &points).unwrap();
    assert!(lines.iter().all(|lines| lines.bytes() == KeptLines::BYTES));
    let mut lines = lines.iter();
    let with_lines: Vec<Vec<_>> = blocks
        .iter()
        .map(|block| block.iter().map(|pair| (pair.0, lines.next().unwrap())).collect())
        .collect();
    let with_lines: Vec<&[_]> = with_lines.iter().map(Vec::as_slice).collect();
    let blocks: Vec<&[_]> = blocks.iter().map(Vec::as_slice).collect();
    assert_eq!(miller_loops_with_lines(backend, &with_lines), Some(miller_loops(backend, &blocks)));
}

fn all_blocks_agree_with_blst<B: Lanes>(backend: B) {
    let pairs = pairs(200);
    // As many blocks as lanes, fewer and more; of one length and ragged.
    for length in [0, 1, 2, 3, 15, 16] {
        agrees_with_blst(backend, &vec![pairs[length..2 * length].to_vec(); 3]);
    }
    agrees_with_blst(backend, &[]);
    let ragged: Vec<_> =
        [5, 0, 1, 16, 2, 3, 0, 7, 4, 1, 2].iter().map(|n| pairs[10 * n..11 * n].to_vec()).collect();
    agrees_with_blst(backend, &ragged);
    lines_give_the_same(backend, &ragged);
    // Identities in either place, in both, alone and among others.
    let mut block = pairs[..6].to_vec();
    block[1].0 = Affine::IDENTITY;
    block[2].1 = Affine::IDENTITY;
    block[5] = (Affine::IDENTITY, Affine::IDENTITY);
    let alone = (1..3).map(|k| block[k..=k].to_vec());
    let blocks: Vec<_> = alone.chain([block.clone(), pairs[..6].to_vec()]).collect();
    agrees_with_blst(backend, &blocks);
    block[2].1 = pairs[2].1;
    block[5].1 = pairs[5].1;
    lines_give_the_same(backend, &[block, pairs[..2].to_vec()]);
    // What no point of the subgroups leads to: a vertical line, and a y without an inverse.
    let mut block = pairs[..3].to_vec();
    block[1].1.y = Fp2::ZERO;
    assert!(Lines::of(backend, &[block[1].1]).is_none());
    agrees_with_blst(backend, &[block, pairs[..3].to_vec()]);
    let mut block = pairs[..3].to_vec();
    block[2].0.y = Fp::ZERO;
    agrees_with_blst(backend, &[block, pairs[..3].to_vec()]);
    // e(2 P, Q) e(-P, 2 Q) = 1
    let (p, q) = pairs[0];
    let twice =
        (G1::double(&p.to_projective()).to_affine(), G2::double(&q.to_projective()).to_affine());
    let block = [(twice.0, q), (p.neg(), twice.1)];
    assert!(miller_loops(backend, &[&block])[0].final_exponentiation().is_one());
}

#[test]
fn portable() {
    all_blocks_agree_with_blst(Portable);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn ifma() {
    match crate::arch::Ifma::detect() {
        Some(backend) => all_blocks_agree_with_blst(backend),
        None => crate::lanes::tests::skip("AVX-512 IFMA"),
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn fma() {
    match crate::arch::Fma::detect() {
        Some(backend) => all_blocks_agree_with_blst(backend),
        None => crate::lanes::tests::skip("AVX2 and FMA"),
    }
}
