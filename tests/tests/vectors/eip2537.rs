//! Inputs that EIP-2537 has refused: by our decoders, for the right reason. The cases that succeed
//! are about arithmetic that the public interface does not show; unit tests in core read them.

use pairlane::{MinPk, MinSig, PointError, PublicKey, Signature};
use pairlane_tests::counted::Counted;
use pairlane_tests::vectors::eip2537::{PADDED, element, failing, uncompressed};

/// Why an input is refused: by the EIP's own framing, or by our decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Length,
    Padding,
    Point(PointError),
}

/// One argument of an operation.
#[derive(Clone, Copy)]
enum Argument {
    G1,
    G2,
    Scalar,
    Fp,
    Fp2,
}

impl Argument {
    fn bytes(self) -> usize {
        match self {
            Self::Scalar => 32,
            Self::Fp => PADDED,
            Self::Fp2 | Self::G1 => 2 * PADDED,
            Self::G2 => 4 * PADDED,
        }
    }

    fn check(self, input: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::Scalar => Ok(()),
            Self::Fp | Self::Fp2 => input.chunks(PADDED).try_for_each(check_element),
            Self::G1 => check_g1(&uncompressed(input).ok_or(Refusal::Padding)?),
            Self::G2 => check_g2(&uncompressed(input).ok_or(Refusal::Padding)?),
        }
    }
}

/// As a point and, where it is not the identity, as a key.
fn check_g1(bytes: &[u8]) -> Result<(), Refusal> {
    let point = Signature::<MinSig>::from_bytes(bytes);
    let key = PublicKey::<MinPk>::from_bytes(bytes).map(drop);
    if !point.is_ok_and(|point| point.is_identity()) {
        assert_eq!(point.map(drop), key);
    }
    point.map(drop).map_err(Refusal::Point)
}

fn check_g2(bytes: &[u8]) -> Result<(), Refusal> {
    let point = Signature::<MinPk>::from_bytes(bytes);
    let key = PublicKey::<MinSig>::from_bytes(bytes).map(drop);
    if !point.is_ok_and(|point| point.is_identity()) {
        assert_eq!(point.map(drop), key);
    }
    point.map(drop).map_err(Refusal::Point)
}

/// A lone field element is no input of ours; as the x of a point it is refused where it is out of
/// range.
fn check_element(padded: &[u8]) -> Result<(), Refusal> {
    let x = element(padded).ok_or(Refusal::Padding)?;
    match Signature::<MinSig>::from_bytes(&[x, &[0; 48]].concat()) {
        Err(PointError::Encoding) => Err(Refusal::Point(PointError::Encoding)),
        _ => Ok(()),
    }
}

/// Checks arguments, in order, over and over where the operation takes a list.
fn check(arguments: &[Argument], list: bool, input: &[u8]) -> Result<(), Refusal> {
    let bytes: usize = arguments.iter().map(|argument| argument.bytes()).sum();
    let right_length = if list { input.len().is_multiple_of(bytes) } else { input.len() == bytes };
    if input.is_empty() || !right_length {
        return Err(Refusal::Length);
    }
    input.chunks(bytes).try_for_each(|mut term| {
        arguments.iter().try_for_each(|argument| {
            let (this, rest) = term.split_at(argument.bytes());
            term = rest;
            argument.check(this)
        })
    })
}

fn expected(text: &str) -> Refusal {
    match text {
        "invalid input length" => Refusal::Length,
        "invalid field element top bytes" => Refusal::Padding,
        "invalid fp.Element encoding" => Refusal::Point(PointError::Encoding),
        "invalid point: not on curve" => Refusal::Point(PointError::NotOnCurve),
        "g1 point is not on correct subgroup" | "g2 point is not on correct subgroup" => {
            Refusal::Point(PointError::NotInSubgroup)
        }
        other => panic!("an error that this test does not know: {other}"),
    }
}

#[test]
fn failing_inputs_are_refused() {
    use Argument::{Fp, Fp2, G1, G2, Scalar};
    let operations: [(&str, &[Argument], bool, usize); 9] = [
        ("add_G1", &[G1, G1], false, 6),
        ("add_G2", &[G2, G2], false, 6),
        ("mul_G1", &[G1, Scalar], false, 7),
        ("mul_G2", &[G2, Scalar], false, 7),
        ("multiexp_G1", &[G1, Scalar], true, 7),
        ("multiexp_G2", &[G2, Scalar], true, 7),
        ("map_fp_to_G1", &[Fp], false, 5),
        ("map_fp2_to_G2", &[Fp2], false, 5),
        ("pairing_check", &[G1, G2], true, 22),
    ];
    for (operation, arguments, list, cases) in operations {
        let mut counted = Counted::new("eip-2537, failing", cases);
        for case in failing(operation) {
            let refusal = check(arguments, list, &case.input);
            assert_eq!(refusal, Err(expected(&case.expected_error)), "{}", case.name);
            counted.case();
        }
    }
}
