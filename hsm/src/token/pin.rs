//! PINs and passwords: where they come from, and where they lie.

use core::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::arena::{Arena, ArenaError, Locked, after_secret};

/// Longest PIN or password, in bytes.
pub const PIN_LENGTH_MAX: usize = 1024;

/// A PIN or password in locked memory. `Debug` shows nothing of it.
pub struct Pin {
    bytes: Locked<[u8; PIN_LENGTH_MAX]>,
    length: usize,
}

impl Pin {
    /// Copies a PIN into locked memory; the caller wipes its own copy.
    ///
    /// # Errors
    /// [`PinError::Length`] when it is empty or over [`PIN_LENGTH_MAX`]; [`PinError::Arena`].
    pub fn new(bytes: &[u8]) -> Result<Self, PinError> {
        if bytes.is_empty() || bytes.len() > PIN_LENGTH_MAX {
            return Err(PinError::Length { actual: bytes.len() });
        }
        let mut locked = Arena::process()?.bytes()?;
        locked[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { bytes: locked, length: bytes.len() })
    }

    /// The bytes. Whoever calls this holds the PIN.
    pub fn expose(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// Where a PIN comes from: `fd:3`, `file:/run/credentials/pin`, `env:TOKEN_PIN` or `prompt`. There
/// is no form that holds the PIN itself: a command line is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinSource {
    /// An inherited file descriptor, read to its end.
    Descriptor(i32),
    /// A file, read to its end. Others must not be able to read it.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The terminal, without echo.
    Prompt,
}

impl PinSource {
    /// Reads the PIN. One line end after it is no part of it. `what` is named at the prompt.
    ///
    /// # Errors
    /// One [`PinError`] for each way to fail.
    pub fn read(&self, what: &str) -> Result<Pin, PinError> {
        let raw = match self {
            Self::Descriptor(fd) => read_to_end(File::open(format!("/proc/self/fd/{fd}"))),
            Self::File(path) => {
                check_mode(path)?;
                read_to_end(File::open(path))
            }
            Self::Environment(name) => std::env::var(name)
                .map(|value| Zeroizing::new(value.into_bytes()))
                .map_err(io::Error::other),
            Self::Prompt => rpassword::prompt_password(format!("{what}: "))
                .map(|value| Zeroizing::new(value.into_bytes())),
        };
        let raw = raw.map_err(|cause| PinError::Source { source_name: self.to_string(), cause })?;
        let line = raw.strip_suffix(b"\n").unwrap_or(&raw);
        let pin = Pin::new(line.strip_suffix(b"\r").unwrap_or(line));
        drop(raw);
        after_secret();
        pin
    }
}

/// At most one byte more than a PIN may have, so that an endless source ends.
fn read_to_end(file: io::Result<File>) -> io::Result<Zeroizing<Vec<u8>>> {
    let limit = PIN_LENGTH_MAX + 3;
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
    file?.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn check_mode(path: &PathBuf) -> Result<(), PinError> {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().mode() & 0o007 != 0 => {
            Err(PinError::Readable { path: path.clone() })
        }
        _ => Ok(()), // what is wrong with it, opening it will tell
    }
}

impl fmt::Display for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Descriptor(fd) => write!(f, "fd:{fd}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Prompt => f.write_str("prompt"),
        }
    }
}

impl FromStr for PinSource {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let bad = || PinError::Form;
        match text.split_once(':') {
            None if text == "prompt" => Ok(Self::Prompt),
            Some(("fd", number)) => {
                let fd: i32 = number.parse().map_err(|_| bad())?;
                if fd < 0 { Err(bad()) } else { Ok(Self::Descriptor(fd)) }
            }
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("env", name)) if !name.is_empty() => Ok(Self::Environment(name.to_owned())),
            _ => Err(bad()),
        }
    }
}

/// Why there is no PIN.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PinError {
    /// Not one of the forms. What was given is not repeated: it may be the PIN.
    #[error("a PIN source is fd:NUMBER, file:PATH, env:NAME or prompt, never the PIN itself")]
    Form,
    /// The source cannot be read.
    #[error("cannot read the PIN from {source_name}: {cause}")]
    Source {
        /// The source.
        source_name: String,
        /// Why.
        cause: io::Error,
    },
    /// Anybody can read the file.
    #[error("{path} can be read by everybody: chmod o-rwx {path}")]
    Readable {
        /// The file.
        path: PathBuf,
    },
    /// Empty, or over [`PIN_LENGTH_MAX`] bytes.
    #[error("a PIN has 1 to {PIN_LENGTH_MAX} bytes, this one {actual}")]
    Length {
        /// Its bytes.
        actual: usize,
    },
    /// No locked memory for it.
    #[error(transparent)]
    Arena(#[from] ArenaError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_never_holds_the_pin() {
        assert_eq!("fd:3".parse::<PinSource>().unwrap(), PinSource::Descriptor(3));
        assert_eq!("prompt".parse::<PinSource>().unwrap(), PinSource::Prompt);
        for source in ["fd:0", "file:/run/pin", "env:PIN", "prompt"] {
            assert_eq!(source.parse::<PinSource>().unwrap().to_string(), source);
        }
        for bad in ["1234", "fd:", "fd:-1", "file:", "env:", "pin:1234", ""] {
            let error = bad.parse::<PinSource>().unwrap_err();
            assert!(!error.to_string().contains("1234"), "{error}");
        }
    }

    #[test]
    fn descriptors_and_the_environment_are_sources() {
        use std::io::Write;
        use std::os::fd::AsRawFd;
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"12 34\n").unwrap();
        drop(writer);
        let source = PinSource::Descriptor(reader.as_raw_fd());
        assert_eq!(source.read("PIN").unwrap().expose(), b"12 34");
        // Cargo sets it for every test; its value stands in for a PIN.
        let source: PinSource = "env:CARGO_PKG_NAME".parse().unwrap();
        assert_eq!(source.read("PIN").unwrap().expose(), b"pairlane-hsm");
        let missing: PinSource = "env:PAIRLANE_NO_SUCH_VARIABLE".parse().unwrap();
        let error = missing.read("PIN").unwrap_err().to_string();
        assert!(error.contains("env:PAIRLANE_NO_SUCH_VARIABLE"), "{error}");
    }

    #[test]
    fn files_are_read_to_the_line_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pin");
        let write = |bytes: &[u8]| std::fs::write(&path, bytes).unwrap();
        let mode = |mode| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let source = PinSource::File(path.clone());
        write(b"12 34\r\n");
        mode(0o644);
        assert!(matches!(source.read("PIN"), Err(PinError::Readable { .. })));
        mode(0o600);
        assert_eq!(source.read("PIN").unwrap().expose(), b"12 34");
        write(b"\n");
        assert!(matches!(source.read("PIN"), Err(PinError::Length { actual: 0 })));
        write(&[b'1'; 4096]);
        assert!(matches!(source.read("PIN"), Err(PinError::Length { .. })));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(source.read("PIN"), Err(PinError::Source { .. })));
    }
}
