//! Names of the objects that we keep in a token.

use core::fmt;

use cryptoki::object::{Attribute, ObjectClass};

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Secret,
    Private,
    Public,
}

/// Class, label and id: together they name one object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ObjectName {
    pub(crate) kind: Kind,
    pub(crate) label: String,
    /// Empty where the label alone decides.
    pub(crate) id: Vec<u8>,
}

impl ObjectName {
    pub(crate) fn new(kind: Kind, label: impl Into<String>, id: &[u8]) -> Self {
        Self { kind, label: label.into(), id: id.to_vec() }
    }

    /// What to look for.
    pub(crate) fn template(&self) -> Vec<Attribute> {
        let class = match self.kind {
            Kind::Secret => ObjectClass::SECRET_KEY,
            Kind::Private => ObjectClass::PRIVATE_KEY,
            Kind::Public => ObjectClass::PUBLIC_KEY,
        };
        let mut template =
            vec![Attribute::Class(class), Attribute::Label(self.label.clone().into_bytes())];
        if !self.id.is_empty() {
            template.push(Attribute::Id(self.id.clone()));
        }
        template
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Secret => "secret key",
            Kind::Private => "private key",
            Kind::Public => "public key",
        };
        write!(f, "{kind} \"{}\"", self.label)?;
        if !self.id.is_empty() {
            write!(f, " id {}", hex::encode(&self.id))?;
        }
        Ok(())
    }
}
