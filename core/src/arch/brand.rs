//! The processor's name, by CPUID.

/// The brand string, if the processor gives one.
#[cfg(target_arch = "x86_64")]
pub(crate) fn cpu_brand() -> Option<String> {
    use core::arch::x86_64::__cpuid;
    const LAST_LEAF: u32 = 0x8000_0004;
    if __cpuid(0x8000_0000).eax < LAST_LEAF {
        return None;
    }
    let mut bytes = Vec::with_capacity(48);
    for leaf in 0x8000_0002..=LAST_LEAF {
        let part = __cpuid(leaf);
        for word in [part.eax, part.ebx, part.ecx, part.edx] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
    }
    let name = String::from_utf8_lossy(&bytes).trim_matches(['\0', ' ']).to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn cpu_brand() -> Option<String> {
    None
}
