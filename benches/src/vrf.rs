//! The VRF cases: ours beside `vrf-rfc9381`, beside Ed25519, and batches beside single proofs.

use std::hint::black_box;
use std::time::Duration;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use pairlane::Strategy;
use pairlane::vrf::edwards::{EdwardsSuite, Item, Proof, PublicKey, SecretKey, verify_batch};
use pairlane::vrf::{EdwardsEll2, EdwardsTai};
use vrf_rfc9381::ec::edwards25519::{elligator2, tai};
use vrf_rfc9381::{Proof as _, Prover, Verifier};

use crate::cases::Plan;
use crate::measure::{Pair, in_turn};
use crate::report::{Bar, Row};

const THEIRS: &str = "vrf-rfc9381 0.0.7";
const ED25519: &str = "time, ed25519-dalek verify";
const SINGLY: &str = "ours, each singly";

/// Proofs timed together: one takes less than a clock can tell from its neighbours.
const TOGETHER: usize = 32;

/// Measures the VRF cases; `progress` hears of each as it starts.
pub fn rows(plan: &Plan, strategy: &impl Strategy, progress: &mut dyn FnMut(&str)) -> Vec<Row> {
    let mut bench = Bench { plan, rows: Vec::new(), progress };
    bench.suite::<EdwardsTai, tai::EdVrfEdwards25519TaiSecretKey>("ecvrf tai", 1.3, 1.9);
    bench.beside_ed25519();
    if !plan.quick {
        bench.suite::<EdwardsEll2, elligator2::EdVrfEdwards25519Ell2SecretKey>(
            "ecvrf ell2",
            0.,
            0.,
        );
        for n in [2, 8] {
            bench.batch(n, Bar::None, strategy);
        }
    }
    bench.batch(64, Bar::AtLeast(1.5), strategy);
    bench.batch(1024, Bar::AtLeast(1.8), strategy);
    bench.rows
}

/// Proofs by as many keys, with what each library needs to verify them.
struct Proofs<S: EdwardsSuite> {
    secrets: Vec<SecretKey<S>>,
    alphas: Vec<[u8; 40]>,
    /// The 80-byte form.
    short: Vec<[u8; 80]>,
    /// The 128-byte form.
    announced: Vec<[u8; 128]>,
}

impl<S: EdwardsSuite> Proofs<S> {
    fn new(n: usize) -> Self {
        let mut all = Self { secrets: vec![], alphas: vec![], short: vec![], announced: vec![] };
        for i in 0..n {
            let mut alpha = [0xa5; 40];
            alpha[..8].copy_from_slice(&(i as u64).to_le_bytes());
            let secret = SecretKey::from_rfc9381_seed(&seed(i));
            all.short.push(secret.prove(&alpha).to_bytes());
            all.announced.push(secret.prove_announced(&alpha).to_bytes());
            all.secrets.push(secret);
            all.alphas.push(alpha);
        }
        all
    }

    fn key(&self, i: usize) -> &PublicKey<S> {
        self.secrets[i].public_key()
    }

    fn prove(&self) {
        for (secret, alpha) in self.secrets.iter().zip(&self.alphas) {
            black_box(secret.prove(alpha).to_bytes());
        }
    }

    /// From the bytes of the proof, with the key known beforehand.
    fn verify_one(&self, i: usize) {
        let proof = Proof::from_bytes(&self.short[i]).expect("well formed");
        black_box(self.key(i).verify(&self.alphas[i], &proof).expect("valid"));
    }

    fn items(&self) -> Vec<Item<'_, S>> {
        (0..self.secrets.len())
            .map(|i| Item { key: self.key(i), alpha: &self.alphas[i], proof: &self.announced[i] })
            .collect()
    }
}

fn seed(i: usize) -> [u8; 32] {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&(i as u64).to_le_bytes());
    seed
}

struct Bench<'a> {
    plan: &'a Plan,
    rows: Vec<Row>,
    progress: &'a mut dyn FnMut(&str),
}

impl Bench<'_> {
    fn budget(&self) -> Duration {
        Duration::from_secs(if self.plan.quick { 1 } else { 3 })
    }

    /// A row of `n` proofs a run, reported as `shown`.
    fn push(&mut self, operation: String, (n, shown): (usize, usize), pair: Pair, row: Shown) {
        self.rows.push(Row {
            operation,
            n: shown,
            threads: row.threads,
            rate: n as f64 / pair.ours.as_secs_f64(),
            ratio: pair.ratio,
            spread: pair.spread,
            baseline: row.baseline,
            bar: row.bar,
        });
    }

    /// Proving and verifying, one at a time, beside `vrf-rfc9381`.
    fn suite<S: EdwardsSuite, P: Prover<sha2::Sha512>>(
        &mut self,
        name: &str,
        prove_bar: f64,
        verify_bar: f64,
    ) {
        let ours = Proofs::<S>::new(TOGETHER);
        let theirs: Vec<_> =
            (0..TOGETHER).map(|i| P::from_slice(&seed(i)).expect("a seed")).collect();
        let verifiers: Vec<_> = theirs.iter().map(Prover::verifier).collect();
        let bar = |bar: f64| if bar > 0.0 { Bar::AtLeast(bar) } else { Bar::None };

        (self.progress)(&format!("{name}, prove"));
        let pair = in_turn(
            self.budget(),
            || ours.prove(),
            || {
                for (prover, alpha) in theirs.iter().zip(&ours.alphas) {
                    black_box(prover.prove(alpha).expect("a proof").encode_to_pi());
                }
            },
        );
        let row = Shown { threads: 1, baseline: THEIRS, bar: bar(prove_bar) };
        self.push(format!("{name}, prove"), (TOGETHER, 1), pair, row);

        (self.progress)(&format!("{name}, verify"));
        let pair = in_turn(
            self.budget(),
            || (0..TOGETHER).for_each(|i| ours.verify_one(i)),
            || {
                for (i, verifier) in verifiers.iter().enumerate() {
                    let proof = P::Proof::decode_pi(&ours.short[i]).expect("well formed");
                    black_box(verifier.verify(&ours.alphas[i], proof).expect("valid"));
                }
            },
        );
        let row = Shown { threads: 1, baseline: THEIRS, bar: bar(verify_bar) };
        self.push(format!("{name}, verify"), (TOGETHER, 1), pair, row);
    }

    /// One VRF proof beside one signature on the same curve: what a proof costs more.
    fn beside_ed25519(&mut self) {
        (self.progress)("ecvrf tai, verify, beside ed25519");
        let ours = Proofs::<EdwardsTai>::new(TOGETHER);
        let signed: Vec<(VerifyingKey, Signature)> = (0..TOGETHER)
            .map(|i| {
                let key = SigningKey::from_bytes(&seed(i));
                (key.verifying_key(), key.sign(&ours.alphas[i]))
            })
            .collect();
        let pair = in_turn(
            self.budget(),
            || (0..TOGETHER).for_each(|i| ours.verify_one(i)),
            || {
                use ed25519_dalek::Verifier;
                for ((key, signature), alpha) in signed.iter().zip(&ours.alphas) {
                    key.verify(alpha, signature).expect("valid");
                }
            },
        );
        let row = Shown { threads: 1, baseline: ED25519, bar: Bar::AtMost(2.4) };
        self.push("ecvrf tai, verify".to_owned(), (TOGETHER, 1), inverted(pair), row);
    }

    /// A batch of announced proofs beside as many 80-byte proofs verified singly.
    fn batch(&mut self, n: usize, bar: Bar, strategy: &impl Strategy) {
        (self.progress)(&format!("ecvrf tai, batch, n = {n}"));
        let proofs = Proofs::<EdwardsTai>::new(n);
        let items = proofs.items();
        // Small batches several times, so that a run is long enough to time.
        let times = TOGETHER.div_ceil(n);
        let pair = in_turn(
            self.budget(),
            || {
                for _ in 0..times {
                    assert!(verify_batch(&items, strategy).iter().all(Result::is_ok));
                }
            },
            || {
                for _ in 0..times {
                    strategy.map(n, |i| proofs.verify_one(i));
                }
            },
        );
        let row = Shown { threads: self.plan.threads, baseline: SINGLY, bar };
        self.push("ecvrf tai, batch".to_owned(), (n * times, n), pair, row);
    }
}

/// The same measurement as a ratio of times, ours over the other's.
fn inverted(pair: Pair) -> Pair {
    let (least, most) = pair.spread;
    Pair { ours: pair.ours, ratio: 1.0 / pair.ratio, spread: (1.0 / most, 1.0 / least) }
}

/// What a row says beside its figures.
#[derive(Clone, Copy)]
struct Shown {
    threads: usize,
    baseline: &'static str,
    bar: Bar,
}
