//! `membership::weigh`: the fused pass beside a check for each point, to place the crossover.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pairlane::internals::Weighing;
use pairlane::{MinPk, MinSig, Signature, Variant};
use pairlane_benches::{Batch, Shape};

fn crossover<V: Variant>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{}/membership::weigh", V::NAME));
    group.sample_size(10);
    let signatures: Vec<_> = Batch::<V>::new(2048, Shape::SameMessage)
        .signatures
        .iter()
        .map(|bytes| Signature::<V>::from_bytes(bytes).expect("a signature of ours"))
        .collect();
    for n in [8, 16, 22, 32, 51, 64, 128, 512, 2048] {
        let weighing = Weighing::new(&signatures[..n]);
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new("fused", n), |bencher| {
            bencher.iter(|| assert!(weighing.fused()));
        });
        group.bench_function(BenchmarkId::new("singly", n), |bencher| {
            bencher.iter(|| assert!(weighing.singly()));
        });
    }
}

criterion_group!(membership, crossover::<MinPk>, crossover::<MinSig>);
criterion_main!(membership);
