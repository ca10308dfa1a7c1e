//! Files that hold secrets: read once, into memory that is wiped; written once, for the owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::Context;
use pairlane::{SECRET_KEY_LENGTH, SecretKey};
use zeroize::Zeroizing;

use crate::complain;
use crate::hex_text;
use crate::input::{Cause, InputError, Source};
use crate::out_file::sync_folder_of;

/// Most bytes of a file that holds a secret.
const FILE_BYTES_MAX: usize = 4096;

/// Owner reads and writes, nobody else anything.
pub(crate) const MODE: u32 = 0o600;

/// Any permission of group or others.
const MODE_OF_OTHERS: u32 = 0o077;

/// Any permission of those who are not even of the group: systemd hands credentials to the group.
const MODE_OF_STRANGERS: u32 = 0o007;

/// Hex of a key: `0x`, two digits a byte and the end of the line.
const KEY_TEXT_LENGTH: usize = 2 + 2 * SECRET_KEY_LENGTH + 1;

/// Reads a secret key: one line of hex.
pub(crate) fn read_key(path: &Path) -> Result<SecretKey, InputError> {
    let (source, text) = read(path)?;
    let mut bytes = Zeroizing::new([0; SECRET_KEY_LENGTH]);
    let error = |cause| source.name.error(cause);
    hex_text::decode_into(&mut *bytes, text.trim_ascii()).map_err(|e| error(Cause::Hex(e)))?;
    SecretKey::from_bytes(&*bytes).map_err(|e| error(Cause::SecretKey(e)))
}

/// Reads a seed: one line of hex.
pub(crate) fn read_seed(path: &Path) -> Result<Zeroizing<Vec<u8>>, InputError> {
    let (source, text) = read(path)?;
    // Room from the start: a vector that grows leaves copies behind.
    let mut seed = Zeroizing::new(Vec::with_capacity(FILE_BYTES_MAX));
    let decoded = hex_text::decode_onto(&mut seed, text.trim_ascii());
    decoded.map_err(|error| source.name.error(Cause::Hex(error)))?;
    Ok(seed)
}

/// The bytes of a file, in memory that never moves and is wiped.
pub(crate) fn read(path: &Path) -> Result<(Source, Zeroizing<Vec<u8>>), InputError> {
    let mut source = Source::open(path)?;
    warn_if_open_to_others(path);
    let mut text = Zeroizing::new(vec![0; FILE_BYTES_MAX + 1]);
    let mut length = 0;
    while length < text.len() {
        match source.read(&mut text[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(source.name.error(Cause::Read(error))),
        }
    }
    if length > FILE_BYTES_MAX {
        return Err(source.name.error(Cause::FileTooLong { bytes_max: FILE_BYTES_MAX }));
    }
    if text[..length].trim_ascii().is_empty() {
        return Err(source.name.error(Cause::Empty("hex")));
    }
    text.truncate(length);
    Ok((source, text))
}

/// A warning and no refusal: the owner may have reasons, as in a container of one user.
fn warn_if_open_to_others(path: &Path) {
    let Ok(metadata) = fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_file() && mode & MODE_OF_OTHERS != 0 {
        complain(format_args!(
            "warning: {} is open to others (mode {mode:04o}); chmod 600 closes it",
            path.display()
        ));
    }
}

/// A refusal where strangers could read: for a service that must not run like that.
pub(crate) fn refuse_open_to_all(path: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(path).with_context(|| path.display().to_string())?;
    let mode = metadata.permissions().mode() & 0o777;
    anyhow::ensure!(
        mode & MODE_OF_STRANGERS == 0,
        "{} is open to everybody (mode {mode:04o}); chmod 600 closes it",
        path.display()
    );
    Ok(())
}

/// Writes a secret key to a file that was not there before, on disk for good.
pub(crate) fn write_key(path: &Path, key: &SecretKey) -> anyhow::Result<()> {
    write_new(path, &*key_text(key), MODE)
}

/// Writes a file that was not there before, on disk for good.
pub(crate) fn write_new(path: &Path, text: &[u8], mode: u32) -> anyhow::Result<()> {
    let create = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = create.with_context(|| match path.try_exists() {
        Ok(true) => format!("{}: not overwritten", path.display()),
        _ => format!("{}: cannot create", path.display()),
    })?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    written
        .and_then(|()| sync_folder_of(path))
        .inspect_err(|_| {
            // Half a key is worse than none.
            let _ = fs::remove_file(path);
        })
        .with_context(|| format!("{}: cannot write", path.display()))
}

/// Writes a secret key to standard output, past the standard library's buffer, which would keep
/// a copy.
pub(crate) fn print_key(key: &SecretKey) -> anyhow::Result<()> {
    use std::os::fd::AsFd;
    let stdout = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    stdout.and_then(|mut stdout| stdout.write_all(&*key_text(key))).context("standard output")
}

/// A key as its file holds it, in memory that is wiped.
fn key_text(key: &SecretKey) -> Zeroizing<[u8; KEY_TEXT_LENGTH]> {
    let mut text = Zeroizing::new([b'\n'; KEY_TEXT_LENGTH]);
    text[..2].copy_from_slice(b"0x");
    hex::encode_to_slice(*key.expose_bytes(), &mut text[2..KEY_TEXT_LENGTH - 1])
        .expect("two digits for each byte of a key");
    text
}
