//! How secret keys are made in the token, and which are refused.

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};

use super::error::TokenError;
use super::link::Lease;
use super::object::ObjectName;

/// Whether a key outlives its session. Session keys serve self-tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyLife {
    Token,
    Session,
}

/// A secret key of 32 bytes that is made in the token and stays there. `CKA_COPYABLE` is not among
/// its attributes: NSS does not know it, and fails.
pub(super) fn secret_template(
    name: &ObjectName,
    key_type: KeyType,
    life: KeyLife,
) -> Vec<Attribute> {
    let mut template = vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(key_type),
        Attribute::ValueLen(32.into()),
        Attribute::Token(life == KeyLife::Token),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Derive(false),
        Attribute::Label(name.label.clone().into_bytes()),
    ];
    if !name.id.is_empty() {
        template.push(Attribute::Id(name.id.clone()));
    }
    template
}

/// That a key cannot leave the token now, and, unless the configuration waives it, that it never
/// could and was made there.
pub(super) fn origin_demands(lease: &Lease<'_>) -> Vec<(AttributeType, bool)> {
    let mut demands = vec![(AttributeType::Sensitive, true), (AttributeType::Extractable, false)];
    if !lease.accept_unproven_origin {
        demands.extend([
            (AttributeType::AlwaysSensitive, true),
            (AttributeType::NeverExtractable, true),
            (AttributeType::Local, true),
        ]);
    }
    demands
}

/// Refuses an object whose attributes differ from what is demanded, or that does not tell them.
pub(super) fn demand(
    lease: &Lease<'_>,
    name: &ObjectName,
    key: ObjectHandle,
    demands: &[(AttributeType, bool)],
) -> Result<(), TokenError> {
    let wanted: Vec<AttributeType> = demands.iter().map(|(attribute, _)| *attribute).collect();
    let have = lease.attributes(key, &wanted)?;
    for (attribute, demanded) in demands {
        let actual = have.iter().find(|a| a.attribute_type() == *attribute).and_then(flag);
        if actual != Some(*demanded) {
            let actual = actual.map_or("not told".to_owned(), |actual| actual.to_string());
            let flaw = format!(
                "{} is {actual}, it must be {demanded}; make a new key with pairlane keys rotate-kek",
                attribute_name(*attribute)
            );
            return Err(TokenError::WeakKey { object: name.to_string(), flaw });
        }
    }
    Ok(())
}

fn flag(attribute: &Attribute) -> Option<bool> {
    match attribute {
        Attribute::Sensitive(b)
        | Attribute::AlwaysSensitive(b)
        | Attribute::Extractable(b)
        | Attribute::NeverExtractable(b)
        | Attribute::Local(b)
        | Attribute::Encrypt(b)
        | Attribute::Decrypt(b)
        | Attribute::Wrap(b)
        | Attribute::Unwrap(b)
        | Attribute::Sign(b) => Some(*b),
        _ => None,
    }
}

fn attribute_name(attribute: AttributeType) -> String {
    let mut name = "CKA".to_owned();
    for c in format!("{attribute:?}").chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    name
}
