//! `vrf`: proving, verifying and batches of every suite, in absolute times.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pairlane::vrf::edwards::{self, EdwardsSuite, Item, verify_batch};
use pairlane::vrf::p256::{self, P256Suite};
use pairlane::vrf::{BlsVrf, EdwardsEll2, EdwardsTai, P256Sswu, P256Tai, Vrf};
use pairlane::{MinPk, MinSig, SecretKey, Sequential, Variant};

const ALPHA: &[u8] = b"forty bytes of alpha, as a chain has them";

/// One proof made and one verified, from bytes.
fn one<F: Vrf>(
    criterion: &mut Criterion,
    name: &str,
    vrf: &F,
    secret: &F::SecretKey,
    key: &[u8],
    proof: &[u8],
) {
    let mut group = criterion.benchmark_group(format!("vrf/{name}"));
    group.sample_size(20);
    group.bench_function("prove", |bencher| bencher.iter(|| black_box(vrf.prove(secret, ALPHA))));
    group.bench_function("verify", |bencher| {
        bencher.iter(|| black_box(vrf.verify_bytes(key, ALPHA, proof).expect("valid")));
    });
}

fn on_edwards<S: EdwardsSuite + Vrf<SecretKey = edwards::SecretKey<S>>>(criterion: &mut Criterion) {
    let secret = edwards::SecretKey::<S>::from_seed(&[7; 32]);
    let (key, proof) = (*secret.public_key().as_bytes(), secret.prove(ALPHA).to_bytes());
    one(criterion, S::NAME, &S::default(), &secret, &key, &proof);
}

fn on_p256<S: P256Suite + Vrf<SecretKey = p256::SecretKey<S>>>(criterion: &mut Criterion) {
    let secret = p256::SecretKey::<S>::from_seed(&[7; 32]);
    let (key, proof) = (*secret.public_key().as_bytes(), secret.prove(ALPHA).to_bytes());
    one(criterion, S::NAME, &S::default(), &secret, &key, &proof);
}

fn on_bls<V: Variant>(criterion: &mut Criterion) {
    let vrf = BlsVrf::<V>::standard();
    let secret = SecretKey::from_seed(&[7; 32], &[]).expect("32 bytes of seed");
    let (key, proof) = (secret.public_key::<V>().to_bytes(), vrf.prove(&secret, ALPHA).to_bytes());
    one(criterion, &format!("BLS-{}", V::NAME), &vrf, &secret, &key, &proof);
}

fn batches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("vrf/batch");
    group.sample_size(10);
    let secrets: Vec<_> =
        (0..=255u8).map(|i| edwards::SecretKey::<EdwardsTai>::from_seed(&[i; 32])).collect();
    let proofs: Vec<_> =
        secrets.iter().map(|secret| secret.prove_announced(ALPHA).to_bytes()).collect();
    let items: Vec<_> = secrets
        .iter()
        .zip(&proofs)
        .map(|(secret, proof)| Item { key: secret.public_key(), alpha: ALPHA, proof })
        .collect();
    for n in [1, 2, 8, 64, 256] {
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new("verify", format!("n={n}")), |bencher| {
            bencher.iter(|| black_box(verify_batch(&items[..n], &Sequential)));
        });
    }
}

criterion_group!(
    vrf,
    on_edwards::<EdwardsTai>,
    on_edwards::<EdwardsEll2>,
    on_p256::<P256Tai>,
    on_p256::<P256Sswu>,
    on_bls::<MinPk>,
    on_bls::<MinSig>,
    batches
);
criterion_main!(vrf);
