//! What the processor offers and which arithmetic runs on it.

use crate::arch::cpu_brand;
use crate::backend::Backend;

/// One instruction-set extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name as `/proc/cpuinfo` and compilers write it.
    pub name: &'static str,
    /// Whether this processor has it and the operating system allows it.
    pub present: bool,
}

/// The processor, and the backend that the engine runs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cpu {
    /// The processor's own name, or its architecture where it has none to give.
    pub model: String,
    /// The extensions that matter to the engine.
    pub features: Vec<Feature>,
    /// The backend that batches run on, by its name ([`Backend::name`]).
    pub backend: &'static str,
    /// Why that one.
    pub reason: String,
}

impl Cpu {
    /// Asks the processor.
    pub fn detect() -> Self {
        let choice = Backend::choice();
        Self {
            model: cpu_brand().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            features: features(),
            backend: choice.backend.name(),
            reason: choice.reason.clone(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn features() -> Vec<Feature> {
    macro_rules! detect {
        ($($name:tt),*) => {
            vec![$(Feature { name: $name, present: std::is_x86_feature_detected!($name) }),*]
        };
    }
    detect!("adx", "bmi2", "sha", "avx2", "fma", "avx512f", "avx512vl", "avx512ifma")
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> Vec<Feature> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backend_is_one_that_is_here() {
        let cpu = Cpu::detect();
        assert!(!cpu.model.is_empty() && !cpu.reason.is_empty());
        assert!(Backend::available().iter().any(|backend| backend.name() == cpu.backend));
        assert_eq!(cpu.backend, Backend::default().name());
    }
}
