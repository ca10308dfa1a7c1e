//! Byte strings of a fixed length, in hex.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tree_hash::{Hash256, PackedEncoding, TreeHash, TreeHashType};

use crate::hex_text;

/// `N` bytes; in JSON hex of either case, with or without `0x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes<const N: usize>(pub(crate) [u8; N]);

/// The root of a tree.
pub(crate) type Root = Bytes<32>;
/// A BLS public key.
pub(super) type PublicKey = Bytes<48>;
/// A BLS signature.
pub(super) type Signature = Bytes<96>;
/// Which rules a fork brought.
pub(crate) type Version = Bytes<4>;

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; N];
        hex_text::decode_into(&mut bytes, text.as_bytes()).map_err(D::Error::custom)?;
        Ok(Self(bytes))
    }
}

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("0x{}", hex::encode(self.0)))
    }
}

/// As the array, which is a vector of bytes to SSZ.
impl<const N: usize> TreeHash for Bytes<N> {
    fn tree_hash_type() -> TreeHashType {
        <[u8; N]>::tree_hash_type()
    }

    fn tree_hash_packed_encoding(&self) -> PackedEncoding {
        self.0.tree_hash_packed_encoding()
    }

    fn tree_hash_packing_factor() -> usize {
        <[u8; N]>::tree_hash_packing_factor()
    }

    fn tree_hash_root(&self) -> Hash256 {
        self.0.tree_hash_root()
    }
}
