//! Variants, schemes, suites.

use pairlane::{MinPk, MinSig, Tag};

use super::ffi::{Scheme, Variant};
use crate::status::{Failure, PL_BAD_ENUM};

/// A suite of either variant.
#[derive(Clone)]
pub(super) enum Suite {
    MinPk(pairlane::Suite<MinPk>),
    MinSig(pairlane::Suite<MinSig>),
}

pub(super) fn standard_suite(variant: Variant, scheme: Scheme) -> Result<Box<Suite>, Failure> {
    let scheme = known(scheme)?;
    Ok(Box::new(match variant {
        Variant::MinPk => Suite::MinPk(pairlane::Suite::standard(scheme)),
        Variant::MinSig => Suite::MinSig(pairlane::Suite::standard(scheme)),
        other => return Err(unknown("variant", other.repr)),
    }))
}

pub(super) fn suite_with_tag(
    variant: Variant,
    scheme: Scheme,
    tag: &[u8],
) -> Result<Box<Suite>, Failure> {
    let (scheme, tag) = (known(scheme)?, Tag::new(tag)?);
    Ok(Box::new(match variant {
        Variant::MinPk => Suite::MinPk(pairlane::Suite::new(scheme, tag)),
        Variant::MinSig => Suite::MinSig(pairlane::Suite::new(scheme, tag)),
        other => return Err(unknown("variant", other.repr)),
    }))
}

/// C++ can make any number a value of an enumeration.
fn known(scheme: Scheme) -> Result<pairlane::Scheme, Failure> {
    match scheme {
        Scheme::Basic => Ok(pairlane::Scheme::Basic),
        Scheme::Augmented => Ok(pairlane::Scheme::Augmented),
        Scheme::ProofOfPossession => Ok(pairlane::Scheme::ProofOfPossession),
        other => Err(unknown("scheme", other.repr)),
    }
}

pub(super) fn unknown(name: &str, number: i32) -> Failure {
    Failure::new(PL_BAD_ENUM, format_args!("{number} is no {name}"))
}
