//! Lists of a request, of which no more is kept than may be.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

thread_local! {
    /// Most items that a route takes; a deserialiser has no way to be told.
    static ITEMS_MAX: Cell<usize> = const { Cell::new(0) };
}

/// A list. Of one that is too long there is one item more than may be, which its route refuses: the
/// others would cost many times their bytes.
pub(crate) struct Items<T>(pub(crate) Vec<T>);

/// Reads something whose lists may have so many items.
pub(super) fn bounded<T>(items_max: usize, read: impl FnOnce() -> T) -> T {
    ITEMS_MAX.set(items_max);
    read()
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items<T>, A::Error> {
        let kept_max = ITEMS_MAX.get().saturating_add(1);
        let mut items = Vec::new();
        while items.len() < kept_max {
            match list.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(Items(items)),
            }
        }
        // Only for where the list ends.
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Items(items))
    }
}
