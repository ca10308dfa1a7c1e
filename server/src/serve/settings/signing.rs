//! Which vault signs, and how much may wait for it.

use std::path::PathBuf;

use pairlane_hsm::guard::DUTIES_MAX;
use pairlane_hsm::token::PinSource;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Refusal;

/// Signing; off unless a vault is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Signing {
    /// The vault's folder, which `pairlane token init` makes.
    pub(crate) vault: Option<PathBuf>,
    /// Where the token's PIN comes from, or the password of a vault of files.
    pub(crate) pin_source: Option<PinText>,
    /// Most signatures that are made or wait for it.
    pub(crate) requests_waiting_max: usize,
    /// Most signatures of one batch: one write to the guard's log.
    pub(crate) batch_max: usize,
}

/// A PIN's source as a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PinText(pub(crate) PinSource);

impl Default for Signing {
    fn default() -> Self {
        Self { vault: None, pin_source: None, requests_waiting_max: 16_384, batch_max: 256 }
    }
}

impl Signing {
    /// Refuses what could not work.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let Self { vault, pin_source, requests_waiting_max, batch_max } = self;
        for (name, value) in [
            ("signing.requests_waiting_max", *requests_waiting_max),
            ("signing.batch_max", *batch_max),
        ] {
            if !(1..=DUTIES_MAX).contains(&value) {
                let why = format!("is {value}; 1 to {DUTIES_MAX} are possible");
                return Err(Refusal::new(name, why));
            }
        }
        let vault_field = "signing.vault";
        match (vault, pin_source) {
            (Some(_), Some(PinText(PinSource::Prompt))) => {
                let why = "is prompt; a service has nobody to ask";
                Err(Refusal::new("signing.pin_source", why))
            }
            (Some(vault), None) => {
                let why = "is missing: file:PATH, fd:NUMBER or env:NAME; signing.vault is";
                let why = format!("{why} {}", vault.display());
                Err(Refusal::new("signing.pin_source", why))
            }
            (None, Some(_)) => {
                Err(Refusal::new(vault_field, "is missing; signing.pin_source is set"))
            }
            (Some(vault), Some(_)) if !vault.is_dir() => {
                let why =
                    format!("is {}: no folder; `pairlane token init` makes one", vault.display());
                Err(Refusal::new(vault_field, why))
            }
            (_, Some(PinText(PinSource::File(path)))) if !path.exists() => {
                let why = format!("is file:{}: no such file", path.display());
                Err(Refusal::new("signing.pin_source", why))
            }
            _ => Ok(()),
        }
    }
}

impl Serialize for PinText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PinText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not by a visitor of text alone: its error would repeat what was given, perhaps the PIN.
        let given = serde_json::Value::deserialize(deserializer)?;
        let source =
            given.as_str().unwrap_or_default().parse().map_err(serde::de::Error::custom)?;
        Ok(Self(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Signing, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_pin_is_no_source_and_is_not_repeated() {
        for given in [r#"{"pin_source":"27182818"}"#, r#"{"pin_source":27182818}"#] {
            let error = read(given).unwrap_err();
            assert!(error.contains("file:PATH") && !error.contains("2718"), "{error}");
        }
        let signing = read(r#"{"vault":"/","pin_source":"fd:3"}"#).unwrap();
        signing.check().unwrap();
        assert!(serde_json::to_string(&signing).unwrap().contains(r#""pin_source":"fd:3""#));
    }

    #[test]
    fn halves_and_what_cannot_work_are_refused() {
        let refused = |text| read(text).unwrap().check().unwrap_err().to_string();
        assert!(refused(r#"{"vault":"v"}"#).contains("pin_source is missing"));
        assert!(refused(r#"{"pin_source":"fd:3"}"#).contains("vault is missing"));
        assert!(refused(r#"{"vault":"v","pin_source":"prompt"}"#).contains("nobody to ask"));
        assert!(refused(r#"{"vault":"/none","pin_source":"fd:3"}"#).contains("no folder"));
        assert!(refused(r#"{"vault":"/","pin_source":"file:/none"}"#).contains("no such file"));
        assert!(refused(r#"{"batch_max":0}"#).contains("signing.batch_max is 0"));
    }
}
