//! One signature that is right and one that is wrong, before the service calls itself ready.

use std::sync::Arc;

use anyhow::ensure;
use pairlane::{MinPk, OwnedItem, OwnedKey, SecretKey, Suite};

use super::app::App;
use super::engine::{Patience, Spread};

/// The message of the example.
const MESSAGE: &[u8] = b"block 7";

/// A key whose secret everybody knows: it signs nothing but this example.
const SEED: [u8; 32] = *b"pairlane self-test, not a secret";

/// A public key, a message and its signature, in hex.
pub(super) fn example() -> (String, String, String) {
    let (key, signature) = signed();
    let text = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    (text(&key), text(MESSAGE), text(&signature))
}

/// Asks the engine what it must know.
pub(super) async fn run(app: &App) -> anyhow::Result<()> {
    let (key, signature) = signed();
    let suite = Arc::new(Suite::<MinPk>::proof_of_possession());
    let item = |message: &[u8]| OwnedItem {
        suite: suite.clone(),
        key: OwnedKey::Bytes(key.clone()),
        message: message.to_vec(),
        signature: signature.clone(),
    };
    let items = vec![item(MESSAGE), item(b"block 8")];
    let judged = app.engine.verify(items, Spread::AllThreads, Patience::Endless).await;
    let verdicts = judged.map_err(|problem| anyhow::anyhow!("self-test: {problem:?}"))?;
    let valid: Vec<bool> = verdicts.iter().map(|verdict| verdict.is_valid()).collect();
    ensure!(
        valid == [true, false],
        "self-test: the engine judged {valid:?} where [true, false] is right; do not use it here"
    );
    Ok(())
}

fn signed() -> (Vec<u8>, Vec<u8>) {
    let secret = SecretKey::from_seed(&SEED, &[]).expect("a seed of 32 bytes");
    let suite = Suite::<MinPk>::proof_of_possession();
    (secret.public_key::<MinPk>().to_bytes(), secret.sign(&suite, MESSAGE).to_bytes())
}
