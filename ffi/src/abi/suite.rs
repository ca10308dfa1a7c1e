//! Ciphersuites.

use core::ffi::c_char;

use std::sync::Arc;

use pairlane::{MinPk, MinSig, Scheme, Suite, Tag, Variant};

use super::pointer::{Place, apart, bytes, free, guard};
use crate::status::{Failure, PL_BAD_ENUM, PlStatus};

/// Variant: public keys of 48 bytes in G1, signatures of 96 bytes in G2.
pub const PL_MIN_PK: i32 = 1;
/// Variant: public keys of 96 bytes in G2, signatures of 48 bytes in G1.
pub const PL_MIN_SIG: i32 = 2;

/// Scheme: basic (NUL).
pub const PL_BASIC: i32 = 1;
/// Scheme: message augmentation (AUG).
pub const PL_AUGMENTED: i32 = 2;
/// Scheme: proof of possession (POP).
pub const PL_PROOF_OF_POSSESSION: i32 = 3;

/// A ciphersuite: variant, scheme and domain-separation tag. Immutable: may be used by any number
/// of threads at once.
pub struct PlSuite(pub(super) AnySuite);

/// A suite of either variant.
#[derive(Clone)]
pub(super) enum AnySuite {
    MinPk(Arc<Suite<MinPk>>),
    MinSig(Arc<Suite<MinSig>>),
}

impl AnySuite {
    pub(super) fn min_pk(&self) -> Option<&Suite<MinPk>> {
        if let Self::MinPk(suite) = self { Some(suite) } else { None }
    }

    pub(super) fn min_sig(&self) -> Option<&Suite<MinSig>> {
        if let Self::MinSig(suite) = self { Some(suite) } else { None }
    }

    pub(super) fn variant(&self) -> i32 {
        match self {
            Self::MinPk(_) => PL_MIN_PK,
            Self::MinSig(_) => PL_MIN_SIG,
        }
    }
}

/// Runs an expression with the suite of whichever variant.
macro_rules! with_suite {
    ($suite:expr, |$inner:ident| $body:expr) => {
        match &$suite.0 {
            $crate::abi::suite::AnySuite::MinPk(suite) => {
                let $inner: &pairlane::Suite<_> = suite;
                $body
            }
            $crate::abi::suite::AnySuite::MinSig(suite) => {
                let $inner: &pairlane::Suite<_> = suite;
                $body
            }
        }
    };
}

/// Runs an expression with the variant's type as `$variant`.
macro_rules! with_variant {
    ($number:expr, |$variant:ident| $body:expr) => {
        match $number {
            $crate::abi::suite::PL_MIN_PK => {
                type $variant = pairlane::MinPk;
                $body
            }
            $crate::abi::suite::PL_MIN_SIG => {
                type $variant = pairlane::MinSig;
                $body
            }
            other => Err($crate::abi::suite::unknown("variant", other)),
        }
    };
}

pub(super) use {with_suite, with_variant};

pub(crate) fn unknown(name: &str, number: i32) -> Failure {
    Failure::new(PL_BAD_ENUM, format_args!("{number} is no {name}"))
}

fn scheme(number: i32) -> Result<Scheme, Failure> {
    match number {
        PL_BASIC => Ok(Scheme::Basic),
        PL_AUGMENTED => Ok(Scheme::Augmented),
        PL_PROOF_OF_POSSESSION => Ok(Scheme::ProofOfPossession),
        other => Err(unknown("scheme", other)),
    }
}

impl From<Suite<MinPk>> for AnySuite {
    fn from(suite: Suite<MinPk>) -> Self {
        Self::MinPk(Arc::new(suite))
    }
}

impl From<Suite<MinSig>> for AnySuite {
    fn from(suite: Suite<MinSig>) -> Self {
        Self::MinSig(Arc::new(suite))
    }
}

/// Makes the suite of draft-irtf-cfrg-bls-signature for a variant and scheme, such as
/// `BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_` for `PL_MIN_PK` and `PL_PROOF_OF_POSSESSION`,
/// which is Ethereum's. Free it with `pl_suite_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_suite_standard(
    variant: i32,
    scheme_number: i32,
    suite: *mut *mut PlSuite,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("suite", suite)?;
            let scheme = scheme(scheme_number)?;
            let made = with_variant!(variant, |V| Ok(Suite::<V>::standard(scheme).into()))?;
            place.give(PlSuite(made));
            Ok(())
        })
    }
}

/// Makes a suite under a tag of your own; a tag of over 255 bytes is hashed as RFC 9380 section
/// 5.3.3 says. Free it with `pl_suite_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_suite_new(
    variant: i32,
    scheme_number: i32,
    tag: *const u8,
    tag_length: usize,
    suite: *mut *mut PlSuite,
    error: *mut c_char,
    error_capacity: usize,
) -> PlStatus {
    // SAFETY: the header's rules.
    unsafe {
        guard(error, error_capacity, || {
            let place = Place::new("suite", suite)?;
            let scheme = scheme(scheme_number)?;
            let tag = bytes("tag", tag, tag_length)?;
            apart(&[place.span()], &[tag])?;
            let tag = Tag::new(tag)?;
            let made = with_variant!(variant, |V| Ok(Suite::<V>::new(scheme, tag).into()))?;
            place.give(PlSuite(made));
            Ok(())
        })
    }
}

/// Frees a suite; NULL does nothing. What was made with it lives on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pl_suite_free(suite: *mut PlSuite) {
    // SAFETY: the header's rules.
    unsafe { free(suite) };
}

/// Bytes of a compressed public key of a variant (48 or 96), or 0 for an unknown variant. An
/// uncompressed one has twice as many.
#[unsafe(no_mangle)]
pub extern "C" fn pl_public_key_length(variant: i32) -> usize {
    with_variant!(variant, |V| Ok(V::PUBLIC_KEY_LENGTH)).unwrap_or(0)
}

/// Bytes of a compressed signature of a variant (96 or 48), or 0 for an unknown variant. An
/// uncompressed one has twice as many.
#[unsafe(no_mangle)]
pub extern "C" fn pl_signature_length(variant: i32) -> usize {
    with_variant!(variant, |V| Ok(V::SIGNATURE_LENGTH)).unwrap_or(0)
}
