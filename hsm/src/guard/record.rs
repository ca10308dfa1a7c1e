//! Entries of the guard's log.
//!
//! Numbers are little-endian; a key is its length in one byte and its bytes; an unknown digest is
//! 32 zeros.
//!
//! ```text
//! 1 epoch        epoch 8
//! 2 network      genesis validators root 32
//! 3 key          key | flags 1 | [height 8 round 8 phase 1 digest 32] [slot 8 digest 32]
//!                [source 8 target 8 digest 32]       the whole history of a key
//! 4 consensus    key | height 8 round 8 phase 1 digest 32
//! 5 block        key | slot 8 digest 32
//! 6 attestation  key | source 8 target 8 digest 32
//! ```

use super::{Act, Digest, GuardKey, History, Mark, Position, Vote};

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// The log was opened for this many a time.
    Epoch(u64),
    /// The Ethereum network of every key in the log.
    Network([u8; 32]),
    /// All that is known of a key: at registration, after an import, in a rewritten log.
    Key(GuardKey, History),
    /// A duty that was permitted; never an unguarded one.
    Signed(GuardKey, Act, Digest),
}

impl Record {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        match self {
            Self::Epoch(epoch) => {
                out.push(EPOCH);
                out.extend_from_slice(&epoch.to_le_bytes());
            }
            Self::Network(root) => {
                out.push(NETWORK);
                out.extend_from_slice(root);
            }
            Self::Key(key, history) => {
                out.push(KEY);
                put_key(&mut out, key);
                put_history(&mut out, history);
            }
            Self::Signed(key, act, digest) => {
                out.push(match act {
                    Act::Consensus(_) => CONSENSUS,
                    Act::Block { .. } => BLOCK,
                    Act::Attestation(_) | Act::Unguarded(_) => ATTESTATION,
                });
                put_key(&mut out, key);
                put_act(&mut out, act);
                out.extend_from_slice(&digest.0);
            }
        }
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut input = Input(bytes);
        let record = input.record().ok_or("an entry that ends too early or holds no key")?;
        match (record, input.0) {
            (Ok(record), []) => Ok(record),
            (Ok(_), _) => Err("an entry with bytes after its end".into()),
            (Err(kind), _) => {
                Err(format!("an entry of kind {kind}, which a newer pairlane may know"))
            }
        }
    }
}

fn put_key(out: &mut Vec<u8>, key: &GuardKey) {
    let bytes = key.as_bytes();
    out.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(bytes);
}

fn put_act(out: &mut Vec<u8>, act: &Act) {
    let mut put = |number: u64| out.extend_from_slice(&number.to_le_bytes());
    match *act {
        Act::Consensus(Position { height, round, phase }) => {
            put(height);
            put(round);
            out.push(phase);
        }
        Act::Block { slot } => put(slot),
        Act::Attestation(Vote { source_epoch, target_epoch }) => {
            put(source_epoch);
            put(target_epoch);
        }
        Act::Unguarded(_) => {}
    }
}

fn put_history(out: &mut Vec<u8>, history: &History) {
    let flags = [
        (REGISTERED, history.registered),
        (HAS_CONSENSUS, history.consensus.is_some()),
        (HAS_BLOCK, history.block.is_some()),
        (HAS_ATTESTATION, history.attestation.is_some()),
    ];
    out.push(flags.iter().map(|(flag, set)| if *set { *flag } else { 0 }).sum());
    let marks = [
        history.consensus.map(|mark| (Act::Consensus(mark.at), mark.digest)),
        history.block.map(|mark| (Act::Block { slot: mark.at }, mark.digest)),
        history.attestation.map(|mark| (Act::Attestation(mark.at), mark.digest)),
    ];
    for (act, digest) in marks.iter().flatten() {
        put_act(out, act);
        out.extend_from_slice(&digest.map_or([0; 32], |digest| digest.0));
    }
}

/// What is left to read. Every step is `None` at the end of the bytes.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*array)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn number(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn key(&mut self) -> Option<GuardKey> {
        let length = usize::from(self.byte()?);
        let (key, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        GuardKey::new(key).ok()
    }

    fn position(&mut self) -> Option<Position> {
        Some(Position { height: self.number()?, round: self.number()?, phase: self.byte()? })
    }

    fn vote(&mut self) -> Option<Vote> {
        Some(Vote { source_epoch: self.number()?, target_epoch: self.number()? })
    }

    fn digest(&mut self) -> Option<Digest> {
        self.array().map(Digest)
    }

    fn mark<P>(&mut self, at: P) -> Option<Mark<P>> {
        Some(Mark { at, digest: self.digest()?.known() })
    }

    fn history(&mut self) -> Option<History> {
        let flags = self.byte()?;
        if flags & !(REGISTERED | HAS_CONSENSUS | HAS_BLOCK | HAS_ATTESTATION) != 0 {
            return None;
        }
        let mut history = History { registered: flags & REGISTERED != 0, ..History::default() };
        if flags & HAS_CONSENSUS != 0 {
            let at = self.position()?;
            history.consensus = Some(self.mark(at)?);
        }
        if flags & HAS_BLOCK != 0 {
            let at = self.number()?;
            history.block = Some(self.mark(at)?);
        }
        if flags & HAS_ATTESTATION != 0 {
            let at = self.vote()?;
            history.attestation = Some(self.mark(at)?);
        }
        Some(history)
    }

    /// The inner error is a kind that this program does not know.
    fn record(&mut self) -> Option<Result<Record, u8>> {
        Some(Ok(match self.byte()? {
            EPOCH => Record::Epoch(self.number()?),
            NETWORK => Record::Network(self.array()?),
            KEY => Record::Key(self.key()?, self.history()?),
            CONSENSUS => {
                Record::Signed(self.key()?, Act::Consensus(self.position()?), self.digest()?)
            }
            BLOCK => {
                Record::Signed(self.key()?, Act::Block { slot: self.number()? }, self.digest()?)
            }
            ATTESTATION => {
                Record::Signed(self.key()?, Act::Attestation(self.vote()?), self.digest()?)
            }
            kind => return Some(Err(kind)),
        }))
    }
}

const EPOCH: u8 = 1;
const NETWORK: u8 = 2;
const KEY: u8 = 3;
const CONSENSUS: u8 = 4;
const BLOCK: u8 = 5;
const ATTESTATION: u8 = 6;

const REGISTERED: u8 = 1;
const HAS_CONSENSUS: u8 = 2;
const HAS_BLOCK: u8 = 4;
const HAS_ATTESTATION: u8 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Record> {
        let keys = [32, 48, 96].map(|length| GuardKey::new(&vec![7; length]).unwrap());
        let position = Position { height: u64::MAX, round: 2, phase: 255 };
        let vote = Vote { source_epoch: 3, target_epoch: u64::MAX };
        let (digest, some) = (Digest([9; 32]), Some(Digest([8; 32])));
        let full = History {
            registered: true,
            consensus: Some(Mark { at: position, digest: some }),
            block: Some(Mark { at: 5, digest: None }),
            attestation: Some(Mark { at: vote, digest: some }),
        };
        let mut records = vec![Record::Epoch(1), Record::Network([4; 32])];
        for key in keys {
            records.push(Record::Key(key, History::default()));
            records.push(Record::Key(key, full));
            records.push(Record::Key(key, History { consensus: None, ..full }));
            for act in [Act::Consensus(position), Act::Block { slot: 6 }, Act::Attestation(vote)] {
                records.push(Record::Signed(key, act, digest));
            }
        }
        records
    }

    #[test]
    fn records_read_back_and_nothing_shorter_or_longer_does() {
        for record in samples() {
            let bytes = record.encode();
            assert_eq!(Record::decode(&bytes).unwrap(), record);
            for length in 0..bytes.len() {
                assert!(Record::decode(&bytes[..length]).is_err(), "{record:?} cut at {length}");
            }
            assert!(Record::decode(&[&bytes[..], &[0]].concat()).is_err());
        }
        assert!(Record::decode(&[7]).unwrap_err().contains("kind 7"));
        let mut odd = Record::Key(GuardKey::new(&[1; 32]).unwrap(), History::default()).encode();
        *odd.last_mut().unwrap() = 0x10;
        assert!(Record::decode(&odd).is_err(), "an unknown flag");
        odd[1] = 31;
        assert!(Record::decode(&odd).is_err(), "a key of no scheme");
    }
}
