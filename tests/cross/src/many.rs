//! Aggregates and whole batches, Ethereum's.

use pairlane::{
    Item, ItemKey, MinPk, PointError, PublicKey, Sequential, Signature, Suite, Verifier,
};

use crate::c::{Tables, text};
use crate::file::{Value, bytes, ethereum, is_valid, many};

pub(crate) fn write(tables: &mut Tables) {
    aggregations(tables);
    let rows = aggregate_verifications(tables);
    tables.table("together", "aggregate_verifications", &rows);
    let rows = fast_aggregate_verifications(tables);
    tables.table("together", "fast_aggregate_verifications", &rows);
    let rows = batches(tables);
    tables.table("together", "batches", &rows);
}

fn aggregations(tables: &mut Tables) {
    let mut rows = Vec::new();
    for (name, case) in ethereum("aggregate", 6) {
        let (signatures, expected) = (many(&case["input"]), bytes(&case["output"]));
        let decoded = signatures.iter().map(|bytes| Signature::<MinPk>::from_bytes(bytes));
        let decoded: Vec<_> = decoded.collect::<Result<_, _>>().expect("signatures");
        let sum = Signature::aggregate(&decoded).map_or(Vec::new(), |sum| sum.to_bytes());
        assert_eq!(sum, expected, "{name}");
        rows.push(vec![
            text(&name),
            signatures.len().to_string(),
            tables.bytes(&signatures.concat()),
            tables.bytes(&sum),
        ]);
    }
    tables.table("aggregation", "aggregations", &rows);
}

/// A row of `struct together`.
fn row(
    tables: &mut Tables,
    name: &str,
    keys: &[Vec<u8>],
    messages: &[Vec<u8>],
    signatures: &[u8],
    valid: bool,
) -> Vec<String> {
    let keys_and_count = [keys.len().to_string(), tables.bytes(&keys.concat())];
    let messages = tables.messages(messages);
    let signatures = tables.bytes(signatures);
    let mut row = vec![text(name)];
    row.extend(keys_and_count);
    row.extend(messages);
    row.extend([signatures, u8::from(valid).to_string()]);
    row
}

fn keys(input: &Value) -> Result<Vec<PublicKey<MinPk>>, PointError> {
    many(&input["pubkeys"]).iter().map(|key| PublicKey::from_bytes(key)).collect()
}

fn aggregate_verifications(tables: &mut Tables) -> Vec<Vec<String>> {
    let suite = Suite::<MinPk>::proof_of_possession();
    let row = |(name, case): (String, Value)| {
        let input = &case["input"];
        let (messages, signature) = (many(&input["messages"]), bytes(&input["signature"]));
        let verified = keys(input).ok().zip(Signature::from_bytes(&signature).ok());
        let slices: Vec<_> = messages.iter().map(Vec::as_slice).collect();
        let valid = verified
            .is_some_and(|(keys, sum)| sum.aggregate_verify(&suite, &keys, &slices).is_ok());
        assert_eq!(valid, is_valid(&case), "{name}");
        row(tables, &name, &many(&input["pubkeys"]), &messages, &signature, valid)
    };
    ethereum("aggregate_verify", 5).into_iter().map(row).collect()
}

fn fast_aggregate_verifications(tables: &mut Tables) -> Vec<Vec<String>> {
    let suite = Suite::<MinPk>::proof_of_possession();
    let row = |(name, case): (String, Value)| {
        let input = &case["input"];
        let (message, signature) = (bytes(&input["message"]), bytes(&input["signature"]));
        let verified = keys(input).ok().zip(Signature::from_bytes(&signature).ok());
        let valid = verified
            .is_some_and(|(keys, sum)| sum.fast_aggregate_verify(&suite, &keys, &message).is_ok());
        assert_eq!(valid, is_valid(&case), "{name}");
        row(tables, &name, &many(&input["pubkeys"]), &[message], &signature, valid)
    };
    ethereum("fast_aggregate_verify", 12).into_iter().map(row).collect()
}

fn batches(tables: &mut Tables) -> Vec<Vec<String>> {
    let suite = Suite::<MinPk>::proof_of_possession();
    let row = |(name, case): (String, Value)| {
        let input = &case["input"];
        let [keys, messages, signatures] =
            ["pubkeys", "messages", "signatures"].map(|part| many(&input[part]));
        let items: Vec<_> = (0..keys.len())
            .map(|i| {
                Item::new(&suite, ItemKey::Bytes(&keys[i]), &messages[i][..], &signatures[i][..])
            })
            .collect();
        let verdicts = Verifier::new().verify(&items, &Sequential);
        let valid = verdicts.iter().all(|verdict| verdict.is_valid());
        assert_eq!(valid, is_valid(&case), "{name}");
        row(tables, &name, &keys, &messages, &signatures.concat(), valid)
    };
    ethereum("batch_verify", 4).into_iter().map(row).collect()
}
