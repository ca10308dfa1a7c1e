//! Which arithmetic batches run on, chosen once a process.

use core::fmt;
use core::str::FromStr;
use std::sync::LazyLock;

mod self_timing;

#[cfg(target_arch = "x86_64")]
use crate::arch::{Fma, Ifma};
use crate::lanes::Lanes;
use crate::lanes::portable::Portable;

/// The arithmetic of a batch. A value exists only where the processor can run it.
///
/// Secrets, single verifications and final exponentiations run on blst whatever is chosen here.
///
/// | name | what it is |
/// |---|---|
/// | `avx512ifma` | eight lanes of 52-bit limbs, AVX-512 IFMA |
/// | `avx2` | four lanes of 48-bit digits as doubles, AVX2 and FMA |
/// | `blst` | blst's scalar arithmetic, one item at a time |
/// | `portable` | a scalar model of `avx512ifma`, slow, for tests |
#[derive(Clone, Copy, Debug)]
pub struct Backend(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Blst,
    Portable,
    #[cfg(target_arch = "x86_64")]
    Fma(Fma),
    #[cfg(target_arch = "x86_64")]
    Ifma(Ifma),
}

/// The environment variable that forces a backend by its name.
pub const BACKEND_VARIABLE: &str = "PAIRLANE_BACKEND";

/// Names of all backends, the fastest first where the processor has them all.
const NAMES: [&str; 4] = ["avx512ifma", "avx2", "blst", "portable"];

/// How many times blst's products the lanes of AVX2 must make to be chosen. Intel's processors
/// before AVX-512 have one kind of unit for products and sums of doubles, and gain next to nothing.
#[cfg(target_arch = "x86_64")]
const GAIN_MIN: f64 = 1.3;

/// Why there is no backend of some name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// No backend has this name.
    #[error("no backend is called {name:?}; there are avx512ifma, avx2, blst and portable")]
    Unknown {
        /// The name given.
        name: String,
    },
    /// The processor, or the operating system, lacks what it needs.
    #[error("backend {name} needs {needs}, which this processor lacks")]
    Unavailable {
        /// The backend's name.
        name: &'static str,
        /// The instructions missing.
        needs: &'static str,
    },
}

/// A backend and the reason for it.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) backend: Backend,
    pub(crate) reason: String,
}

/// Chosen once a process: what the environment asks for, else the fastest that is here.
static CHOICE: LazyLock<Choice> = LazyLock::new(|| {
    let fastest = Backend::fastest();
    match Backend::from_environment() {
        Ok(Some(backend)) => {
            Choice { backend, reason: format!("{BACKEND_VARIABLE}={} asks for it", backend.name()) }
        }
        Ok(None) => fastest,
        Err(error) => {
            let reason = format!("{}; {BACKEND_VARIABLE} is not heeded: {error}", fastest.reason);
            Choice { reason, ..fastest }
        }
    }
});

/// Work that is generic over lanes.
pub(crate) trait Work {
    /// What comes of it.
    type Output;
    /// Does it on the lanes of a backend.
    fn run<B: Lanes>(self, lanes: B) -> Self::Output;
}

impl Backend {
    /// blst's scalar arithmetic, which is everywhere.
    pub const BLST: Self = Self(Kind::Blst);

    /// The backend that [`BACKEND_VARIABLE`] asks for; `None` where it is not set or empty.
    ///
    /// # Errors
    /// [`BackendError`] where it names none that can run here.
    pub fn from_environment() -> Result<Option<Self>, BackendError> {
        match std::env::var_os(BACKEND_VARIABLE) {
            Some(name) if !name.is_empty() => name.to_string_lossy().parse().map(Some),
            _ => Ok(None),
        }
    }

    /// All that can run here, the fastest first.
    pub fn available() -> Vec<Self> {
        NAMES.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Blst => "blst",
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Fma(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Ifma(_) => "avx512ifma",
        }
    }

    /// Items that one vector carries; 1 for blst.
    pub fn lanes(self) -> usize {
        struct Count;
        impl Work for Count {
            type Output = usize;
            fn run<B: Lanes>(self, _: B) -> usize {
                B::LANES
            }
        }
        self.enter(Count).unwrap_or(1)
    }

    /// Runs `work` on the backend's lanes; `None` where it has none.
    ///
    /// Entered once for a piece of a batch, on the thread that does the piece.
    pub(crate) fn enter<W: Work>(self, work: W) -> Option<W::Output> {
        struct Within<W>(W);
        impl<W: Work> Work for Within<W> {
            type Output = W::Output;
            fn run<B: Lanes>(self, lanes: B) -> W::Output {
                lanes.within(|| self.0.run(lanes))
            }
        }
        self.direct(Within(work))
    }

    /// As [`Self::enter`], for work that an executor shares out: it calls [`Lanes::within`] for each
    /// piece, since what else this thread is given meanwhile is not ours.
    ///
    /// The one place where generic code meets a backend.
    pub(crate) fn direct<W: Work>(self, work: W) -> Option<W::Output> {
        match self.0 {
            Kind::Blst => None,
            Kind::Portable => Some(work.run(Portable)),
            #[cfg(target_arch = "x86_64")]
            Kind::Fma(lanes) => Some(work.run(lanes)),
            #[cfg(target_arch = "x86_64")]
            Kind::Ifma(lanes) => Some(work.run(lanes)),
        }
    }

    pub(crate) fn choice() -> &'static Choice {
        &CHOICE
    }

    fn fastest() -> Choice {
        #[cfg(target_arch = "x86_64")]
        if let Some(lanes) = Ifma::detect() {
            let reason = "eight items at a time with AVX-512 IFMA, which this CPU has".to_owned();
            return Choice { backend: Self(Kind::Ifma(lanes)), reason };
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(lanes) = Fma::detect() {
            let gain = lanes.within(|| self_timing::gain(lanes));
            if gain >= GAIN_MIN {
                let reason = format!(
                    "four items at a time with AVX2 and FMA: in a self-timing over {GAIN_MIN} times \
                     blst's products"
                );
                return Choice { backend: Self(Kind::Fma(lanes)), reason };
            }
            let reason = format!(
                "AVX2 and FMA make under {GAIN_MIN} times blst's products on this CPU in a self-timing"
            );
            return Choice { backend: Self::BLST, reason };
        }
        let reason = "this CPU has no vector instructions that beat blst's scalar code".to_owned();
        Choice { backend: Self::BLST, reason }
    }
}

impl Default for Backend {
    /// What [`BACKEND_VARIABLE`] asks for, if that can run here; else the fastest. Decided once a
    /// process.
    fn default() -> Self {
        CHOICE.backend
    }
}

impl FromStr for Backend {
    type Err = BackendError;

    fn from_str(name: &str) -> Result<Self, BackendError> {
        match name {
            "blst" => Ok(Self::BLST),
            "portable" => Ok(Self(Kind::Portable)),
            #[cfg(target_arch = "x86_64")]
            "avx2" => Fma::detect()
                .map(|lanes| Self(Kind::Fma(lanes)))
                .ok_or(BackendError::Unavailable { name: "avx2", needs: "AVX2 and FMA" }),
            #[cfg(target_arch = "x86_64")]
            "avx512ifma" => Ifma::detect().map(|lanes| Self(Kind::Ifma(lanes))).ok_or(
                BackendError::Unavailable {
                    name: "avx512ifma",
                    needs: "AVX-512F and AVX-512 IFMA",
                },
            ),
            #[cfg(not(target_arch = "x86_64"))]
            "avx2" => Err(BackendError::Unavailable { name: "avx2", needs: "an x86-64 processor" }),
            #[cfg(not(target_arch = "x86_64"))]
            "avx512ifma" => {
                Err(BackendError::Unavailable { name: "avx512ifma", needs: "an x86-64 processor" })
            }
            _ => Err(BackendError::Unknown { name: name.to_owned() }),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Backend {}
