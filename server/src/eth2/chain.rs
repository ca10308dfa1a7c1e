//! The network that a vault serves.

use super::bytes::{Bytes, Root, Version};

/// What the signer has to know of its network, because requests do not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Which network it is.
    pub(crate) genesis_validators_root: Root,
    /// For registrations with builders, which belong to no fork.
    pub(crate) genesis_fork_version: Option<Version>,
    /// For exits: EIP-7044 has them count for good under Capella's version, while clients may send
    /// the fork that they are at.
    pub(crate) exit_fork_version: Option<Version>,
}

impl Chain {
    /// A network by its root. Of a private one only the root is known.
    pub(crate) fn new(
        genesis_validators_root: [u8; 32],
        genesis_fork_version: Option<[u8; 4]>,
    ) -> Self {
        let known = PUBLIC.iter().find(|known| known.0 == genesis_validators_root);
        Self {
            genesis_validators_root: Bytes(genesis_validators_root),
            genesis_fork_version: genesis_fork_version.or(known.map(|known| known.1)).map(Bytes),
            exit_fork_version: known.map(|known| Bytes(known.2)),
        }
    }
}

/// Roots, versions at genesis and versions of Capella: mainnet, Sepolia, Holesky, Hoodi.
const PUBLIC: [([u8; 32], [u8; 4], [u8; 4]); 4] = [
    (
        root("4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95"),
        [0x00, 0x00, 0x00, 0x00],
        [0x03, 0x00, 0x00, 0x00],
    ),
    (
        root("d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078"),
        [0x90, 0x00, 0x00, 0x69],
        [0x90, 0x00, 0x00, 0x72],
    ),
    (
        root("9143aa7c615a7f7115e2b6aac319c03529df8242ae705fba9df39b79c59fa8b1"),
        [0x01, 0x01, 0x70, 0x00],
        [0x04, 0x01, 0x70, 0x00],
    ),
    (
        root("212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f"),
        [0x10, 0x00, 0x09, 0x10],
        [0x40, 0x00, 0x09, 0x10],
    ),
];

/// Hex, at compile time.
const fn root(hex: &str) -> [u8; 32] {
    let (hex, mut bytes, mut i) = (hex.as_bytes(), [0; 32], 0);
    while i < 64 {
        let digit = match hex[i] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit => digit - b'a' + 10,
        };
        bytes[i / 2] = bytes[i / 2] << 4 | digit;
        i += 1;
    }
    bytes
}
