//! How a command ends: its exit status.

use std::process::ExitCode;

/// The end of a command. Scripts depend on these numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Done; where signatures were verified, all are valid.
    Good,
    /// Everything was read and verified, and not all of it is valid.
    SomeInvalid,
    /// Bad usage, input that cannot be read or output that cannot be written. clap ends with the
    /// same number.
    Unreadable,
    /// A token refused its PIN: sysexits' `EX_NOPERM`. A number of its own, because who starts us again must
    /// not: each try counts against the token's few.
    PinRefused,
    /// The reader of our output went away. The number is what a shell shows for SIGPIPE; it must
    /// not be 0, because not everything was verified.
    Closed,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Good => 0,
            Ending::SomeInvalid => 1,
            Ending::Unreadable => 2,
            Ending::PinRefused => 77,
            Ending::Closed => 141,
        })
    }
}

/// The exit status, as every help page that needs it says it.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0    every signature is valid
  1    some signature is not
  2    bad usage, or input that cannot be read (nothing, bad JSON, bad hex, a
       truncated record): the message on stderr names the place and the reason
  141  stdout was closed before the end";
