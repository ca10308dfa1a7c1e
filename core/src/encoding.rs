//! serde for public types: `0x` and lower-case hex of the compressed form.
//!
//! Reading takes either case, with or without `0x`, compressed or uncompressed, and checks the
//! point as `from_bytes` does. Secret keys have no serde, on purpose.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::possession::Possession;
use crate::public_key::PublicKey;
use crate::signature::Signature;
use crate::tag::Tag;
use crate::variant::Variant;

fn to_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("0x{}", hex::encode(bytes)))
}

fn from_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    hex::decode(text.strip_prefix("0x").unwrap_or(&text)).map_err(D::Error::custom)
}

macro_rules! hex_serde {
    ($($name:ident),*) => {$(
        impl<V: Variant> Serialize for $name<V> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                to_hex(&self.to_bytes(), serializer)
            }
        }

        impl<'de, V: Variant> Deserialize<'de> for $name<V> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::from_bytes(&from_hex(deserializer)?).map_err(D::Error::custom)
            }
        }
    )*};
}

hex_serde!(PublicKey, Signature, Possession);

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        to_hex(self.as_bytes(), serializer)
    }
}

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(from_hex(deserializer)?).map_err(D::Error::custom)
    }
}
