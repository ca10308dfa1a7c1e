//! Signed triples and the bodies that carry them.

use pairlane::{Item, MinPk, SecretKey, Suite};
use rayon::prelude::*;

use crate::client::request;

/// Public key, message, signature.
pub(crate) struct Triple {
    key: Vec<u8>,
    message: [u8; 32],
    signature: Vec<u8>,
}

/// `n` triples, each of a signer of its own. Distinct messages count from `first`.
pub(crate) fn triples(n: u64, first: u64, distinct: bool) -> Vec<Triple> {
    let suite = Suite::<MinPk>::proof_of_possession();
    (0..n)
        .into_par_iter()
        .map(|i| {
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&i.to_le_bytes());
            let secret = SecretKey::from_seed(&seed, &[]).expect("32 bytes of seed");
            let mut message = [0xa5; 32];
            let number = if distinct { first + i } else { first };
            message[..8].copy_from_slice(&number.to_le_bytes());
            Triple {
                key: secret.public_key::<MinPk>().to_bytes(),
                message,
                signature: secret.sign(&suite, &message).to_bytes(),
            }
        })
        .collect()
}

/// What the engine takes: keys as bytes, as they come over the wire.
pub(crate) fn items<'a>(suite: &'a Suite<MinPk>, triples: &'a [Triple]) -> Vec<Item<'a, MinPk>> {
    let item = |t: &'a Triple| Item::new(suite, &t.key[..], &t.message, &t.signature);
    triples.iter().map(item).collect()
}

/// A batch as binary records.
pub(crate) fn binary(triples: &[Triple]) -> Vec<u8> {
    let record = |t: &Triple| [&t.key[..], &t.signature, &t.message].concat();
    let body: Vec<u8> = triples.iter().flat_map(record).collect();
    request("/v1/verify/batch", "application/octet-stream", &body)
}

/// A batch as JSON.
pub(crate) fn json(triples: &[Triple]) -> Vec<u8> {
    let items: Vec<String> = triples.iter().map(object).collect();
    let body = format!("{{\"items\":[{}]}}", items.join(","));
    request("/v1/verify/batch", "application/json", body.as_bytes())
}

/// One as JSON.
pub(crate) fn single(triple: &Triple) -> Vec<u8> {
    request("/v1/verify", "application/json", object(triple).as_bytes())
}

fn object(triple: &Triple) -> String {
    let hex = |bytes: &[u8]| hex::encode(bytes);
    format!(
        r#"{{"public_key":"0x{}","message":"0x{}","signature":"0x{}"}}"#,
        hex(&triple.key),
        hex(&triple.message),
        hex(&triple.signature)
    )
}
