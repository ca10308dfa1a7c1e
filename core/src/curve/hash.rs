//! Many messages to points of the subgroup, on lanes where there are any.

use core::marker::PhantomData;

use super::{Affine, Curve, to_affine_batch};
use crate::backend::{Backend, Work};
use crate::lanes::Lanes;
pub(crate) use crate::lanes::hash::Message;
use crate::lanes::hash::hash as hash_on_lanes;

/// Fewest messages that are worth a vector.
const LANES_MIN: usize = 3;

/// `hash_to_curve` of each message.
pub(crate) fn hash<C: Curve>(backend: Backend, messages: &[Message<'_>]) -> Vec<Affine<C>> {
    let on_lanes = if messages.len() < LANES_MIN {
        None
    } else {
        backend.enter(Hash { messages, curve: PhantomData })
    };
    on_lanes.unwrap_or_else(|| {
        to_affine_batch(&messages.iter().map(Message::hash_alone).collect::<Vec<_>>())
    })
}

struct Hash<'a, C> {
    messages: &'a [Message<'a>],
    curve: PhantomData<C>,
}

impl<C: Curve> Work for Hash<'_, C> {
    type Output = Vec<Affine<C>>;

    fn run<B: Lanes>(self, lanes: B) -> Self::Output {
        hash_on_lanes(lanes, self.messages)
    }
}
