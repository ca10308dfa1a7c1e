//! Pointers to checked values, panics to a status, details to the caller's buffer.

use core::ffi::c_char;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::limits::{PL_COUNT_MAX, PL_ERROR_BYTES};
use crate::status::{
    Failure, PL_BAD_LENGTH, PL_NULL_POINTER, PL_OK, PL_OVERLAP, PL_PANIC, PlStatus,
};

/// No processor of ours has addresses of more bits, so no array is longer.
const ADDRESS_BITS: u32 = 48;

/// Runs the body of an exported function: catches panics, and writes a failure's detail, cut to
/// the capacity and ended by NUL, into the caller's buffer. On success the buffer is not touched.
///
/// # Safety
/// `error` is NULL or names `error_capacity` writable bytes.
pub(super) unsafe fn guard(
    error: *mut c_char,
    error_capacity: usize,
    body: impl FnOnce() -> Result<(), Failure>,
) -> PlStatus {
    let outcome = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        Err(Failure::new(PL_PANIC, format_args!("a defect of pairlane was caught: {text}")))
    });
    let Err(failure) = outcome else { return PL_OK };
    let error_capacity = error_capacity.min(PL_ERROR_BYTES);
    if !error.is_null() && error_capacity > 0 {
        let text = cut(&failure.detail, error_capacity - 1);
        // SAFETY: `cut` gives at most `error_capacity - 1` bytes, so these and the NUL are writable; the
        // text is our own.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr().cast(), error, text.len());
            error.add(text.len()).write(0);
        }
    }
    failure.status
}

/// A text of at most so many bytes: after a word and with an ellipsis where there is room for one, so
/// that half an index does not read as another.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    const ELLIPSIS: &str = "…";
    if text.len() <= most {
        return text.into();
    }
    let room = most.saturating_sub(ELLIPSIS.len());
    match text[..text.floor_char_boundary(room)].rsplit_once(' ') {
        Some((words, _)) => format!("{}{ELLIPSIS}", words.trim_end_matches(',')).into(),
        None => text[..text.floor_char_boundary(most)].into(),
    }
}

/// A handle of ours.
///
/// # Safety
/// The pointer is NULL, or came from this library as a `T` and has not been freed.
pub(super) unsafe fn handle<'a, T>(name: &str, pointer: *const T) -> Result<&'a T, Failure> {
    // SAFETY: not NULL by the check that `as_ref` makes; the rest is the caller's promise.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// A handle that may be left out.
///
/// # Safety
/// As [`handle`].
pub(super) unsafe fn optional<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: as in `handle`.
    unsafe { pointer.as_ref() }
}

/// Frees a handle; NULL is allowed and does nothing.
///
/// # Safety
/// As [`handle`], and the pointer is not used again.
pub(super) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // There is no status to answer, and C cannot be unwound into: a defect here leaks.
        // SAFETY: came from `Box::into_raw` in `Place::give` and is freed once.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(pointer) })));
    }
}

/// Bytes of the caller; a length of zero allows any pointer.
///
/// # Safety
/// The pointer names `length` readable bytes that nobody changes during the call.
pub(super) unsafe fn bytes<'a>(
    name: &str,
    pointer: *const u8,
    length: usize,
) -> Result<&'a [u8], Failure> {
    check_length(name, length)?;
    match (pointer.is_null(), length) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(null(name)),
        // SAFETY: not NULL, not over the address space; readable by the caller's promise.
        (false, _) => Ok(unsafe { core::slice::from_raw_parts(pointer, length) }),
    }
}

/// An array of 64-bit numbers of the caller, of any alignment.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a>(&'a [u8]);

impl<'a> Numbers<'a> {
    /// # Safety
    /// The pointer names `count` readable numbers that nobody changes during the call.
    pub(super) unsafe fn new(
        name: &str,
        pointer: *const u64,
        count: usize,
    ) -> Result<Self, Failure> {
        // SAFETY: the same memory as bytes, so no alignment is asked of it.
        unsafe { bytes(name, pointer.cast(), count.saturating_mul(8)) }.map(Self)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = u64> + use<'a> {
        self.0
            .chunks_exact(8)
            .map(|chunk| u64::from_ne_bytes(chunk.try_into().expect("eight bytes")))
    }

    pub(super) fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

/// An array of handles of ours.
pub(super) struct Handles<'a, T> {
    pointers: &'a [u8],
    of: core::marker::PhantomData<&'a T>,
}

impl<'a, T> Handles<'a, T> {
    /// # Safety
    /// The pointer names `count` readable pointers, of any alignment, that nobody changes during
    /// the call; each is NULL, or came from this library as a `T` and has not been freed.
    pub(super) unsafe fn new(
        name: &str,
        pointer: *const *const T,
        count: usize,
    ) -> Result<Self, Failure> {
        let length = count.saturating_mul(size_of::<*const T>());
        // SAFETY: the same memory as bytes, so no alignment is asked of it.
        let pointers = unsafe { bytes(name, pointer.cast(), length) }?;
        Ok(Self { pointers, of: core::marker::PhantomData })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Result<&'a T, Failure>> {
        self.pointers.chunks_exact(size_of::<*const T>()).enumerate().map(|(place, chunk)| {
            // SAFETY: a chunk has the bytes of one pointer; what it names is promised by `new`.
            let pointer = unsafe { chunk.as_ptr().cast::<*const T>().read_unaligned() };
            // SAFETY: the promise of `new`.
            unsafe { handle(&format!("handle {place}"), pointer) }
        })
    }

    pub(super) fn as_bytes(&self) -> &'a [u8] {
        self.pointers
    }
}

/// A count of things whose memory is taken before they are read.
pub(super) fn check_count(name: &str, count: usize) -> Result<(), Failure> {
    if count > PL_COUNT_MAX {
        let detail = format_args!("{count} {name}, at most {PL_COUNT_MAX} are possible");
        return Err(Failure::new(PL_BAD_LENGTH, detail));
    }
    Ok(())
}

/// Memory that an argument names.
#[derive(Clone, Copy)]
pub(super) struct Span {
    start: usize,
    length: usize,
}

impl Span {
    fn new<T>(pointer: *const T, length: usize) -> Self {
        Self { start: pointer as usize, length }
    }

    fn overlaps(self, other: Self) -> bool {
        let ends_after = |a: Self, b: Self| a.start.saturating_add(a.length) > b.start;
        self.length > 0 && other.length > 0 && ends_after(self, other) && ends_after(other, self)
    }
}

/// Refuses outputs that share memory with each other or with an input.
pub(super) fn apart(outputs: &[Span], inputs: &[&[u8]]) -> Result<(), Failure> {
    for (k, output) in outputs.iter().enumerate() {
        if outputs[..k].iter().any(|other| output.overlaps(*other)) {
            return Err(Failure::new(PL_OVERLAP, "two outputs overlap"));
        }
        if inputs.iter().any(|input| output.overlaps(Span::new(input.as_ptr(), input.len()))) {
            return Err(Failure::new(PL_OVERLAP, "an output overlaps an input"));
        }
    }
    Ok(())
}

/// Memory of the caller that an answer goes to, written at the end of a call that succeeds.
pub(super) struct Output {
    pointer: *mut u8,
    length: usize,
}

impl Output {
    /// An output of exactly `needed` bytes.
    ///
    /// # Safety
    /// The pointer names `length` writable bytes that nobody uses during the call.
    pub(super) unsafe fn exact(
        name: &str,
        pointer: *mut u8,
        length: usize,
        needed: usize,
    ) -> Result<Self, Failure> {
        if pointer.is_null() && needed > 0 {
            return Err(null(name));
        }
        check_length(name, length)?;
        if length != needed {
            let detail = format_args!("{name} has {length} bytes, {needed} are needed");
            return Err(Failure::new(PL_BAD_LENGTH, detail));
        }
        Ok(Self { pointer, length })
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.pointer, self.length)
    }

    /// Gives objects to the caller, who frees each with the type's `_free`.
    ///
    /// # Panics
    /// When there are other than as many as pointers fit.
    pub(super) fn give<T>(self, objects: impl IntoIterator<Item = T>) {
        let boxed: Vec<Box<T>> = objects.into_iter().map(Box::new).collect();
        assert_eq!(boxed.len() * size_of::<*mut T>(), self.length, "as many as were checked");
        let pointers: Vec<*mut T> = boxed.into_iter().map(Box::into_raw).collect();
        if self.length > 0 {
            // SAFETY: `length` bytes are writable by the promise of `exact`, and the pointers have
            // as many; as bytes they need no alignment.
            unsafe {
                core::ptr::copy_nonoverlapping(pointers.as_ptr().cast(), self.pointer, self.length);
            }
        }
    }

    /// Writes the answer.
    ///
    /// # Panics
    /// When the answer has another length than was asked for.
    pub(super) fn write(self, answer: &[u8]) {
        assert_eq!(answer.len(), self.length, "an answer has the length that was checked");
        if self.length > 0 {
            // SAFETY: `length` bytes are writable by the promise of `exact`; the answer is ours.
            unsafe { core::ptr::copy_nonoverlapping(answer.as_ptr(), self.pointer, self.length) };
        }
    }
}

/// A place of the caller's for one value.
pub(super) struct Place<T>(*mut T);

impl<T> Place<T> {
    /// # Safety
    /// The pointer is NULL or names a writable `T`, aligned or not.
    pub(super) unsafe fn new(name: &str, pointer: *mut T) -> Result<Self, Failure> {
        if pointer.is_null() { Err(null(name)) } else { Ok(Self(pointer)) }
    }

    /// A place for an answer that the caller may not want: NULL is such a place.
    ///
    /// # Safety
    /// As [`Place::new`].
    pub(super) unsafe fn optional(pointer: *mut T) -> Self {
        Self(pointer)
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.0, if self.0.is_null() { 0 } else { size_of::<T>() })
    }

    /// Writes the value, where there is a place.
    pub(super) fn write(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: not NULL; writable by the promise of `new` and `optional`.
            unsafe { self.0.write_unaligned(value) };
        }
    }
}

impl<T> Place<*mut T> {
    /// Gives the object to the caller, who frees it with the type's `_free`.
    pub(super) fn give(self, object: T) {
        self.write(Box::into_raw(Box::new(object)));
    }
}

/// Memory of the caller for a text and its NUL.
pub(super) struct TextOutput {
    pointer: *mut c_char,
    capacity: usize,
}

impl TextOutput {
    /// # Safety
    /// The pointer is NULL or names `capacity` writable bytes.
    pub(super) unsafe fn new(
        name: &str,
        pointer: *mut c_char,
        capacity: usize,
    ) -> Result<Self, Failure> {
        if pointer.is_null() && capacity > 0 {
            return Err(null(name));
        }
        check_length(name, capacity)?;
        Ok(Self { pointer, capacity })
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.pointer, self.capacity)
    }

    /// Writes the text, if there is room for all of it.
    pub(super) fn write(self, text: &str) -> Result<(), Failure> {
        if self.capacity <= text.len() {
            let needed = text.len() + 1;
            let detail = format_args!("{} bytes given, {needed} are needed", self.capacity);
            return Err(Failure::new(PL_BAD_LENGTH, detail));
        }
        // SAFETY: `text.len() + 1 <= capacity` bytes are writable; the text is our own.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr().cast(), self.pointer, text.len());
            self.pointer.add(text.len()).write(0);
        }
        Ok(())
    }
}

fn check_length(name: &str, length: usize) -> Result<(), Failure> {
    if length as u64 >> ADDRESS_BITS != 0 || isize::try_from(length).is_err() {
        let detail = format_args!("{name} has a length over the address space");
        return Err(Failure::new(PL_BAD_LENGTH, detail));
    }
    Ok(())
}

fn null(name: &str) -> Failure {
    Failure::new(PL_NULL_POINTER, format_args!("{name} is NULL"))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_after_a_word() {
        let text = "wrong partial signatures of holders 7, 12, 123";
        for (most, expected) in [
            (text.len(), text),
            (45, "wrong partial signatures of holders 7…"),
            (38, "wrong partial signatures of…"),
            (9, "wrong…"),
            (8, "wrong pa"),
            (1, "w"),
            (0, ""),
        ] {
            assert_eq!(cut(text, most), expected, "{most}");
            assert!(cut(text, most).len() <= most);
        }
        assert_eq!(cut("é", 1), "");
    }
}
