//! RFC 9380: the suites that are not random oracles, and `expand_message_xmd` under our tags.

use blst::{blst_p1, blst_p2};

use super::{bytes, list, read, text};
use crate::tag::Tag;

/// The uncompressed encoding of a point of the files: an element of Fp2 has its real part first,
/// the encoding has it last.
fn uncompressed(point: &serde_json::Value) -> Vec<u8> {
    let coordinate = |name: &str| {
        let parts = text(&point[name]).rsplit(',').map(str::to_owned);
        parts.flat_map(|part| bytes(&part.into())).collect::<Vec<_>>()
    };
    [coordinate("x"), coordinate("y")].concat()
}

/// Runs the cases of one suite: from message and tag, the uncompressed point.
fn run(suite: &str, map: impl Fn(&[u8], &Tag) -> Vec<u8>) {
    let suite = read(&format!("rfc9380/{suite}.json"));
    let tag = Tag::new(text(&suite["dst"])).unwrap();
    assert_eq!(list(&suite["vectors"]).len(), 5);
    for vector in list(&suite["vectors"]) {
        let point = map(text(&vector["msg"]).as_bytes(), &tag);
        assert_eq!(point, uncompressed(&vector["P"]), "{}", vector["msg"]);
    }
}

fn encode_to_g1(message: &[u8], tag: &Tag) -> Vec<u8> {
    let tag = tag.as_bytes();
    let mut point = blst_p1::default();
    let mut encoded = vec![0; 96];
    // SAFETY: both slices are passed with their own lengths and no augmentation is read, its
    // length being zero; writes one point, then reads it and writes exactly 96 bytes.
    unsafe {
        blst::blst_encode_to_g1(
            &mut point,
            message.as_ptr(),
            message.len(),
            tag.as_ptr(),
            tag.len(),
            core::ptr::null(),
            0,
        );
        blst::blst_p1_serialize(encoded.as_mut_ptr(), &point);
    }
    encoded
}

fn encode_to_g2(message: &[u8], tag: &Tag) -> Vec<u8> {
    let tag = tag.as_bytes();
    let mut point = blst_p2::default();
    let mut encoded = vec![0; 192];
    // SAFETY: both slices are passed with their own lengths and no augmentation is read, its
    // length being zero; writes one point, then reads it and writes exactly 192 bytes.
    unsafe {
        blst::blst_encode_to_g2(
            &mut point,
            message.as_ptr(),
            message.len(),
            tag.as_ptr(),
            tag.len(),
            core::ptr::null(),
            0,
        );
        blst::blst_p2_serialize(encoded.as_mut_ptr(), &point);
    }
    encoded
}

#[test]
fn not_random_oracles() {
    run("BLS12381G1_XMD_SHA-256_SSWU_NU_", encode_to_g1);
    run("BLS12381G2_XMD_SHA-256_SSWU_NU_", encode_to_g2);
}

/// One file has a tag of over 255 bytes, which [`Tag`] replaces by its digest.
#[test]
fn expand_message() {
    for file in ["expand_message_xmd_SHA256_38", "expand_message_xmd_SHA256_256"] {
        let suite = read(&format!("rfc9380/{file}.json"));
        let tag = Tag::new(text(&suite["DST"])).unwrap();
        assert_eq!(list(&suite["tests"]).len(), 10);
        for test in list(&suite["tests"]) {
            let length = u8::try_from(tag.as_bytes().len()).unwrap();
            assert_eq!([tag.as_bytes(), &[length]].concat(), bytes(&test["DST_prime"]));
            let message = text(&test["msg"]).as_bytes();
            let length = text(&test["len_in_bytes"]).trim_start_matches("0x").to_owned();
            let mut out = vec![0; usize::from_str_radix(&length, 16).unwrap()];
            // SAFETY: the three slices are passed with their own lengths; writes the first.
            unsafe {
                blst::blst_expand_message_xmd(
                    out.as_mut_ptr(),
                    out.len(),
                    message.as_ptr(),
                    message.len(),
                    tag.as_bytes().as_ptr(),
                    tag.as_bytes().len(),
                );
            }
            assert_eq!(out, bytes(&test["uniform_bytes"]), "{}", test["msg"]);
        }
    }
}
