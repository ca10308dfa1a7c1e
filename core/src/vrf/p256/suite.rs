//! The two ciphersuites on P-256.

use vrf_rfc9381::ec::p256::{sswu, tai};

/// ECVRF-P256-SHA256-TAI (suite 0x01): try and increment. Its time shows something of alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct P256Tai;

/// ECVRF-P256-SHA256-SSWU (suite 0x02): simplified SWU, in time independent of alpha's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct P256Sswu;

/// A ciphersuite on P-256. Sealed: [`P256Tai`] and [`P256Sswu`] are all there are.
pub trait P256Suite: sealed::Backend {
    /// The name that RFC 9381 gives it.
    const NAME: &'static str;
    /// The `suite_string` of RFC 9381, section 5.5.
    const SUITE_STRING: u8;
}

impl P256Suite for P256Tai {
    const NAME: &'static str = "ECVRF-P256-SHA256-TAI";
    const SUITE_STRING: u8 = 0x01;
}

impl P256Suite for P256Sswu {
    const NAME: &'static str = "ECVRF-P256-SHA256-SSWU";
    const SUITE_STRING: u8 = 0x02;
}

pub(super) mod sealed {
    use sha2::Sha256;
    use vrf_rfc9381::ec::p256::EcVrfProof;
    use vrf_rfc9381::{Prover, Verifier};

    /// The types that do the work.
    pub trait Backend:
        Copy + Default + Eq + core::hash::Hash + core::fmt::Debug + Send + Sync + 'static
    {
        #[doc(hidden)]
        type Prover: Prover<Sha256, Proof = EcVrfProof, Verifier = Self::Verifier> + Send + Sync;
        #[doc(hidden)]
        type Verifier: Verifier<Sha256, Proof = EcVrfProof> + Send + Sync;
    }
}

impl sealed::Backend for P256Tai {
    type Prover = tai::EcVrfP256TaiSecretKey;
    type Verifier = tai::EcVrfP256TaiPublicKey;
}

impl sealed::Backend for P256Sswu {
    type Prover = sswu::EcVrfP256SswuSecretKey;
    type Verifier = sswu::EcVrfP256SswuPublicKey;
}
