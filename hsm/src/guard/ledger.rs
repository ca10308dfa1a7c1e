//! All histories, in memory: what the log says, and what is on its way into it.

use std::collections::HashMap;

use super::record::Record;
use super::{Act, Duty, GuardKey, History, Refusal};
use crate::guard::history::Verdict;

/// The histories of all keys. Rebuilt from the log at every opening.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    keys: HashMap<GuardKey, Line>,
    pub(crate) network: Option<[u8; 32]>,
    pub(crate) epoch: u64,
}

/// A key's history and the log entry that last changed it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    pub(crate) history: History,
    /// One past the number of that entry: the history is durable when the log is, up to here.
    pub(crate) end: u64,
}

/// What a batch of duties comes to.
#[derive(Debug)]
pub(crate) struct Plan {
    /// For each duty, the end of the entries it rests on.
    pub(crate) answers: Vec<Result<u64, Refusal>>,
    /// New entries, encoded, in order.
    pub(crate) entries: Vec<Vec<u8>>,
    /// The histories that these change, as they are after the batch.
    pub(crate) changed: HashMap<GuardKey, Line>,
}

impl Ledger {
    /// Takes in one entry of the log.
    pub(crate) fn replay(&mut self, sequence: u64, entry: &[u8]) -> Result<(), String> {
        let end = sequence + 1;
        let record = Record::decode(entry)?;
        match record {
            Record::Epoch(epoch) if epoch < self.epoch => {
                return Err(format!("epoch {epoch} after epoch {}", self.epoch));
            }
            Record::Epoch(epoch) => self.epoch = epoch,
            Record::Network(root) if self.network.is_some_and(|known| known != root) => {
                return Err("a second Ethereum network".into());
            }
            Record::Network(root) => self.network = Some(root),
            Record::Key(key, history) => {
                self.keys.insert(key, Line { history, end });
            }
            Record::Signed(key, act, digest) => {
                let Some(line) = self.keys.get_mut(&key) else {
                    return Err(format!("a signature of {key} before its registration"));
                };
                match line.history.decide(&Duty { key, act, digest }) {
                    Ok(Verdict::Record) => line.history.advance(act, digest),
                    Ok(_) => return Err(format!("{act} of {key} twice")),
                    Err(refusal) => return Err(format!("it breaks the rules: {refusal}")),
                }
                line.end = end;
            }
        }
        Ok(())
    }

    /// Decides a batch, in order, each duty as if the ones before it were signed. What is
    /// permitted is taken in at once: from now on nothing that contradicts it is.
    pub(crate) fn plan(&mut self, duties: &[Duty], next_sequence: u64) -> Plan {
        let mut entries = Vec::new();
        let mut changed = HashMap::new();
        let mut decide = |duty: &Duty| {
            let ethereum = matches!(duty.act, Act::Block { .. } | Act::Attestation(_));
            if ethereum && self.network.is_none() {
                return Err(Refusal::NoNetwork);
            }
            let line = self
                .keys
                .get_mut(&duty.key)
                .filter(|line| line.history.registered)
                .ok_or(Refusal::NotRegistered { key: duty.key.into() })?;
            match line.history.decide(duty)? {
                Verdict::Free => Ok(0),
                Verdict::Repeat => Ok(line.end),
                Verdict::Record => {
                    line.history.advance(duty.act, duty.digest);
                    entries.push(Record::Signed(duty.key, duty.act, duty.digest).encode());
                    line.end = next_sequence + entries.len() as u64;
                    changed.insert(duty.key, *line);
                    Ok(line.end)
                }
            }
        };
        let answers = duties.iter().map(&mut decide).collect();
        Plan { answers, entries, changed }
    }

    pub(crate) fn line(&self, key: &GuardKey) -> Option<&Line> {
        self.keys.get(key)
    }

    pub(crate) fn put(&mut self, key: GuardKey, line: Line) {
        self.keys.insert(key, line);
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = (&GuardKey, &Line)> {
        self.keys.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Every key's history in the fewest entries. The epoch stands first, so that the last entry
    /// does not look like a fresh epoch.
    pub(crate) fn snapshot(&self) -> impl Iterator<Item = Vec<u8>> {
        let network = self.network.map(|root| Record::Network(root).encode());
        std::iter::once(Record::Epoch(self.epoch).encode())
            .chain(network)
            .chain(self.keys.iter().map(|(key, line)| Record::Key(*key, line.history).encode()))
    }
}
