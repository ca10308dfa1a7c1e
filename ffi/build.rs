//! Compiles the C++ half of `src/bridge.rs`, where the feature `cxx` is on.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "cxx")]
    bridge();
}

#[cfg(feature = "cxx")]
fn bridge() {
    cxx_build::CFG.include_prefix = "pairlane";
    cxx_build::bridge("src/bridge.rs").std("c++17").compile("pairlane-cxx");
    println!("cargo:rerun-if-changed=src/bridge.rs");
}
