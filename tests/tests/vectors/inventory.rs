//! No vector file without a suite that reads it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pairlane_tests::vectors::path;

/// Files and, where every file of a folder is read, folders. Those with `core:` or `server:` in front
/// hold only what the public interface does not show; unit tests there read them.
const READ: &[&str] = &[
    "core:eip-2537/add_G1_bls.json",
    "core:eip-2537/add_G2_bls.json",
    "core:eip-2537/map_fp2_to_G2_bls.json",
    "core:eip-2537/map_fp_to_G1_bls.json",
    "core:eip-2537/mul_G1_bls.json",
    "core:eip-2537/mul_G2_bls.json",
    "core:eip-2537/multiexp_G1_bls.json",
    "core:eip-2537/multiexp_G2_bls.json",
    "core:eip-2537/pairing_check_bls.json",
    "core:rfc9380/BLS12381G1_XMD_SHA-256_SSWU_NU_.json",
    "core:rfc9380/BLS12381G2_XMD_SHA-256_SSWU_NU_.json",
    "core:rfc9380/expand_message_xmd_SHA256_256.json",
    "core:rfc9380/expand_message_xmd_SHA256_38.json",
    "eip-2537/fail-add_G1_bls.json",
    "eip-2537/fail-add_G2_bls.json",
    "eip-2537/fail-map_fp2_to_G2_bls.json",
    "eip-2537/fail-map_fp_to_G1_bls.json",
    "eip-2537/fail-mul_G1_bls.json",
    "eip-2537/fail-mul_G2_bls.json",
    "eip-2537/fail-multiexp_G1_bls.json",
    "eip-2537/fail-multiexp_G2_bls.json",
    "eip-2537/fail-pairing_check_bls.json",
    "eip2333.json",
    "server:eth2/eth2spec.json",
    "server:eth2/remote_signing_api.json",
    "ethereum-bls12-381-tests/aggregate/",
    "ethereum-bls12-381-tests/aggregate_verify/",
    "ethereum-bls12-381-tests/batch_verify/",
    "ethereum-bls12-381-tests/deserialization_G1/",
    "ethereum-bls12-381-tests/deserialization_G2/",
    "ethereum-bls12-381-tests/fast_aggregate_verify/",
    "ethereum-bls12-381-tests/hash_to_G2/",
    "ethereum-bls12-381-tests/sign/",
    "ethereum-bls12-381-tests/verify/",
    "networks/drand.json",
    "rfc9380/BLS12381G1_XMD_SHA-256_SSWU_RO_.json",
    "rfc9380/BLS12381G2_XMD_SHA-256_SSWU_RO_.json",
    "serialization/zkcrypto_points.json",
    "signatures/min_pk_sign.json",
    "signatures/min_sig_sign.json",
    "vrf/rfc9381.json",
    "wycheproof/bls_hash_to_g2_test.json",
    "wycheproof/bls_sig_g2_basic_verify_test.json",
    "wycheproof/bls_sig_g2_pop_verify_test.json",
];

/// Files that hold no cases.
const NO_CASES: &[&str] = &[
    "PROVENANCE.md",
    "SHA256SUMS",
    "wycheproof/bls_hash_to_g2_schema.json",
    "wycheproof/bls_sig_verify_schema.json",
];

#[test]
fn every_file_is_read() {
    let mut files = BTreeSet::new();
    collect(&path(""), "", &mut files);
    let expected: BTreeSet<String> = READ
        .iter()
        .map(|name| name.split_once(':').map_or(*name, |(_, name)| name))
        .chain(NO_CASES.iter().copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(files, expected);
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if !entry.file_type().unwrap().is_dir() {
            files.insert(name);
        } else if prefix == "ethereum-bls12-381-tests/" {
            files.insert(name + "/");
        } else {
            collect(&entry.path(), &(name + "/"), files);
        }
    }
}
