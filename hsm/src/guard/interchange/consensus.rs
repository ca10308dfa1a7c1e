//! The interchange form of our own consensus: for each key the highest place it has signed.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Interchange, InterchangeError, Issues, check_size, digest, element, number, whole};
use crate::guard::{GuardKey, History, Mark, Position};

pub(super) fn read(text: &[u8]) -> Result<Interchange, InterchangeError> {
    check_size(text)?;
    let file: File<&RawValue> = serde_json::from_slice(text).map_err(whole)?;
    let Metadata { format, version } = &file.metadata;
    if (format.as_str(), version.as_str()) != (FORMAT, VERSION) {
        return Err(whole(format_args!(
            "format {format:?}, version {version:?}; {FORMAT:?}, version {VERSION:?} is read"
        )));
    }
    let mut interchange = Interchange { network: None, histories: [].into() };
    let mut issues = Issues::default();
    for (i, raw) in file.data.into_iter().enumerate() {
        let place = format!("data[{i}]");
        let signed: Signed = match element(raw) {
            Ok(signed) => signed,
            Err(reason) => {
                issues.add(place, None, reason);
                continue;
            }
        };
        match signed.parse() {
            Ok((key, mark)) => {
                interchange.join(key, &History { consensus: Some(mark), ..History::default() });
            }
            Err(reason) => issues.add(place, Some(&signed.pubkey), reason),
        }
    }
    issues.end(interchange)
}

pub(super) fn write(interchange: &Interchange) -> String {
    let signed = |(key, history): (&GuardKey, &History)| {
        let Mark { at, digest } = history.consensus?;
        Some(Signed {
            pubkey: key.to_string(),
            height: at.height.to_string(),
            round: at.round.to_string(),
            phase: at.phase.to_string(),
            digest: digest.map(|digest| digest.to_string()),
        })
    };
    let file = File {
        metadata: Metadata { format: FORMAT.into(), version: VERSION.into() },
        data: interchange.histories.iter().filter_map(signed).collect(),
    };
    // Strings in structs: there is nothing that JSON could not hold.
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<S> {
    metadata: Metadata,
    data: Vec<S>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    format: String,
    version: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    pubkey: String,
    height: String,
    round: String,
    phase: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl Signed {
    fn parse(&self) -> Result<(GuardKey, Mark<Position>), String> {
        let key = self.pubkey.parse().map_err(|error| format!("{error}"))?;
        let at = Position {
            height: number("height", &self.height)?,
            round: number("round", &self.round)?,
            phase: number("phase", &self.phase)?,
        };
        Ok((key, Mark { at, digest: digest("digest", self.digest.as_ref())? }))
    }
}

const FORMAT: &str = "pairlane-consensus";
const VERSION: &str = "1";
