//! What the processor offers and which arithmetic runs on it.

use crate::arch::cpu_brand;

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
    /// The arithmetic in use.
    pub backend: &'static str,
    /// Why that one.
    pub reason: &'static str,
}

impl Cpu {
    /// Asks the processor.
    pub fn detect() -> Self {
        let features = features();
        let has = |name| features.iter().any(|feature| feature.name == name && feature.present);
        let (backend, reason) = if !cfg!(target_arch = "x86_64") {
            ("blst", "blst's arithmetic for this architecture")
        } else if has("adx") && has("bmi2") {
            ("blst, ADX", "scalar arithmetic with mulx, adcx and adox, which this CPU has")
        } else {
            ("blst, plain x86-64", "this CPU lacks ADX or BMI2")
        };
        Self {
            model: cpu_brand().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            features,
            backend,
            reason,
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
    fn the_backend_follows_from_the_features() {
        let cpu = Cpu::detect();
        assert!(!cpu.model.is_empty() && !cpu.reason.is_empty());
        let adx = cpu.features.iter().any(|f| f.name == "adx" && f.present);
        let bmi2 = cpu.features.iter().any(|f| f.name == "bmi2" && f.present);
        assert_eq!(cpu.backend.contains("ADX"), adx && bmi2);
    }
}
