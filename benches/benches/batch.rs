//! `batch::verify` beside blst's batch call, by shape and size.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pairlane::{MinPk, MinSig, Sequential, Verifier};
use pairlane_benches::{Batch, Blst, Shape};

fn shapes<V: Blst>(criterion: &mut Criterion) {
    for (name, shape, sizes) in [
        ("distinct", Shape::Distinct, &[1usize, 2, 8, 32, 128, 1024][..]),
        ("same_message", Shape::SameMessage, &[8, 32, 128, 1024, 8192][..]),
    ] {
        let mut group = criterion.benchmark_group(format!("{}/batch::verify/{name}", V::NAME));
        group.sample_size(10);
        for &n in sizes {
            let batch = Batch::<V>::new(n, shape);
            let (items, keys) = (batch.items(), V::keys(&batch));
            let verifier = Verifier::new().with_registry(&batch.registry);
            group.throughput(Throughput::Elements(n as u64));
            group.bench_function(BenchmarkId::new("pairlane", n), |bencher| {
                bencher.iter(|| verifier.verify(&items, &Sequential));
            });
            group.bench_function(BenchmarkId::new("blst", n), |bencher| {
                bencher.iter(|| V::verify_multiple(&batch, &keys));
            });
        }
    }
}

criterion_group!(batch, shapes::<MinPk>, shapes::<MinSig>);
criterion_main!(batch);
