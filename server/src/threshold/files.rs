//! The files of a group: one of each holder's, one for all.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow, ensure};
use pairlane::threshold::{Commitment, GroupKey, KeyShare, Threshold};
use pairlane::{PublicKey, Variant};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::hex_text;
use crate::input::Source;
use crate::secret_file;
use crate::suite::VariantName;

/// What everybody may know of a group. The rest follows from the commitment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    pub(super) variant: VariantName,
    threshold: u16,
    shares: u16,
    public_key: String,
    commitment: String,
}

/// Most bytes of a group's file: a commitment of 1024 points of 96 bytes, in hex, and the rest.
const GROUP_BYTES_MAX: u64 = 1 << 18;

/// Bytes of a share: its index and its secret.
const SHARE_LENGTH: usize = 34;

impl GroupFile {
    pub(super) fn new<V: Variant>(variant: VariantName, group: &GroupKey<V>) -> Self {
        let count = |count| u16::try_from(count).unwrap_or(u16::MAX);
        Self {
            variant,
            threshold: count(group.threshold().required()),
            shares: count(group.threshold().participants()),
            public_key: group.public_key().to_string(),
            commitment: format!("0x{}", hex::encode(group.commitment().to_bytes())),
        }
    }

    /// Reads the file; [`Self::group`] looks at what it says.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let source = Source::open(path)?;
        let name = source.name.clone();
        let mut text = Vec::new();
        source
            .take(GROUP_BYTES_MAX + 1)
            .read_to_end(&mut text)
            .with_context(|| name.to_string())?;
        ensure!(
            text.len() as u64 <= GROUP_BYTES_MAX,
            "{name}: longer than {GROUP_BYTES_MAX} bytes"
        );
        serde_json::from_slice(&text).with_context(|| format!("{name}: no group's file"))
    }

    /// The group, whose key is the one that the file names. `V` is of [`Self::variant`].
    pub(super) fn group<V: Variant>(&self) -> anyhow::Result<GroupKey<V>> {
        let threshold = Threshold::new(self.threshold, self.shares)?;
        let commitment = Commitment::from_bytes(&bytes("commitment", &self.commitment)?)
            .context("field `commitment`")?;
        let group = GroupKey::<V>::new(threshold, commitment)?;
        let key = bytes("public_key", &self.public_key)?;
        ensure!(
            key == group.public_key().to_bytes(),
            "field `public_key`: is not the key of the commitment"
        );
        Ok(group)
    }
}

/// One holder's file. The text that it was read from holds the secret, and is wiped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareFields<'a> {
    variant: VariantName,
    public_key: &'a str,
    share: &'a str,
}

/// A share, and the group's key, which the augmented scheme hashes.
pub(super) struct ShareFile {
    pub(super) variant: VariantName,
    pub(super) share: KeyShare,
    public_key: Vec<u8>,
}

impl ShareFile {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let (source, text) = secret_file::read(path)?;
        // The parser's own message may repeat what it met: here that could be the secret.
        let fields: ShareFields<'_> = serde_json::from_slice(&text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            anyhow!("{}: no share's file: bad at line {line}, column {column}", source.name)
        })?;
        Self::from_fields(&fields).with_context(|| source.name.to_string())
    }

    fn from_fields(fields: &ShareFields<'_>) -> anyhow::Result<Self> {
        let mut share = Zeroizing::new([0; SHARE_LENGTH]);
        hex_text::decode_into(&mut *share, fields.share.as_bytes()).context("field `share`")?;
        Ok(Self {
            variant: fields.variant,
            share: KeyShare::from_bytes(&*share).context("field `share`")?,
            public_key: bytes("public_key", fields.public_key)?,
        })
    }

    pub(super) fn public_key<V: Variant>(&self) -> anyhow::Result<PublicKey<V>> {
        PublicKey::from_bytes(&self.public_key).context("field `public_key` of the share")
    }

    /// The text of a share's file, in memory that is wiped and never moves.
    pub(super) fn text<V: Variant>(group: &GroupFile, share: &KeyShare) -> Zeroizing<Vec<u8>> {
        let head = format!(
            "{{\"variant\":\"{}\",\"public_key\":\"{}\",\"share\":\"0x",
            V::NAME,
            group.public_key
        );
        let mut digits = Zeroizing::new([0; 2 * SHARE_LENGTH]);
        hex::encode_to_slice(&*share.expose_bytes(), &mut *digits).expect("two digits a byte");
        let mut text = Zeroizing::new(Vec::with_capacity(head.len() + digits.len() + 3));
        for part in [head.as_bytes(), &*digits, b"\"}\n"] {
            text.extend_from_slice(part);
        }
        text
    }
}

/// The bytes of a field.
fn bytes(field: &str, text: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    hex_text::decode_onto(&mut bytes, text.as_bytes())
        .with_context(|| format!("field `{field}`: bad hex"))?;
    Ok(bytes)
}
