//! One signature at a time: verdicts as a batch gives them, and encodings.

use pairlane::{
    Item, ItemKey, MinPk, MinSig, PointError, PublicKey, Reason, Scheme, SecretKey, Sequential,
    Signature, Suite, Tag, Variant, Verdict, Verifier,
};

use crate::c::{Tables, text};
use crate::file::{Value, bytes, ethereum, is_valid, list, many, read};

/// A variant and what pairlane.h calls it.
pub(crate) trait Numbered: Variant {
    const NUMBER: &'static str;
}

impl Numbered for MinPk {
    const NUMBER: &'static str = "PL_MIN_PK";
}

impl Numbered for MinSig {
    const NUMBER: &'static str = "PL_MIN_SIG";
}

pub(crate) fn write(tables: &mut Tables) {
    let mut rows = Vec::new();
    for case in
        ethereum_cases().iter().chain(&wycheproof("basic", 88)).chain(&wycheproof("pop", 26))
    {
        rows.push(case.row::<MinPk>(tables));
    }
    for round in list(&read("networks/drand.json")["cases"], 2) {
        let case = drand(round);
        rows.push(match round["scheme"].as_str() {
            Some("min_pk") => case.row::<MinPk>(tables),
            _ => case.row::<MinSig>(tables),
        });
    }
    for case in spoiled::<MinPk>() {
        rows.push(case.row::<MinPk>(tables));
    }
    for case in spoiled::<MinSig>() {
        rows.push(case.row::<MinSig>(tables));
    }
    tables.table("verification", "verifications", &rows);
    decodings(tables);
}

/// A signature to verify.
#[derive(Clone)]
struct Case {
    name: String,
    scheme: Scheme,
    /// Empty for the draft's own.
    tag: Vec<u8>,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
    /// What the file expects.
    valid: bool,
}

fn ethereum_cases() -> Vec<Case> {
    let case = |(name, case): (String, Value)| {
        let [key, message, signature] =
            ["pubkey", "message", "signature"].map(|part| bytes(&case["input"][part]));
        let (scheme, valid) = (Scheme::ProofOfPossession, is_valid(&case));
        Case { name, scheme, tag: Vec::new(), key, message, signature, valid }
    };
    ethereum("verify", 29).into_iter().map(case).collect()
}

fn wycheproof(file: &str, count: usize) -> Vec<Case> {
    let table = read(&format!("wycheproof/bls_sig_g2_{file}_verify_test.json"));
    let scheme = if file == "pop" { Scheme::ProofOfPossession } else { Scheme::Basic };
    let mut cases = Vec::new();
    for group in table["testGroups"].as_array().expect("groups") {
        for test in group["tests"].as_array().expect("tests") {
            cases.push(Case {
                name: format!("wycheproof {file} {}", test["tcId"]),
                scheme,
                tag: Vec::new(),
                key: bytes(&group["publicKey"]["pk"]),
                message: bytes(&test["msg"]),
                signature: bytes(&test["sig"]),
                valid: test["result"] == "valid",
            });
        }
    }
    assert_eq!(cases.len(), count, "cases of {file}");
    cases
}

fn drand(round: &Value) -> Case {
    Case {
        name: round["name"].as_str().expect("a name").into(),
        scheme: Scheme::Basic,
        tag: round["dst"].as_str().expect("a tag").into(),
        key: many(&round["public_keys"]).swap_remove(0),
        message: bytes(&round["message"]),
        signature: bytes(&round["signature"]),
        valid: true,
    }
}

/// Cases of our own: the augmented scheme, the longer encodings, and a case for each way to be
/// wrong that needs no search for a point.
fn spoiled<V: Numbered>() -> Vec<Case> {
    let suite = Suite::<V>::augmented();
    let secret = SecretKey::from_seed(&[3; 32], b"").expect("a seed");
    let key = secret.public_key::<V>();
    let signature = secret.sign(&suite, b"message");
    let good = Case {
        name: "augmented".into(),
        scheme: Scheme::Augmented,
        tag: Vec::new(),
        key: key.to_bytes(),
        message: b"message".into(),
        signature: signature.to_bytes(),
        valid: true,
    };
    let identity = |length: usize| (0..length).map(|i| if i == 0 { 0xc0 } else { 0 }).collect();
    let (no_key, no_signature): (Vec<u8>, Vec<u8>) =
        (identity(V::PUBLIC_KEY_LENGTH), identity(V::SIGNATURE_LENGTH));
    let but = |name: &str, change: &dyn Fn(&mut Case)| {
        let mut case = Case { name: name.into(), valid: false, ..good.clone() };
        change(&mut case);
        case
    };
    vec![
        but("uncompressed", &|case| {
            (case.key, case.signature) = (key.to_uncompressed(), signature.to_uncompressed());
            case.valid = true;
        }),
        but("another message", &|case| case.message.push(0)),
        but("another scheme", &|case| case.scheme = Scheme::Basic),
        but("another tag", &|case| case.tag = b"another".into()),
        but("a short key", &|case| case.key.truncate(40)),
        but("a key without flags", &|case| case.key[0] &= 0x1f),
        but("no key", &|case| case.key.clone_from(&no_key)),
        but("a short signature", &|case| case.signature.truncate(40)),
        but("an empty signature", &|case| case.signature.clear()),
        but("a signature without flags", &|case| case.signature[0] &= 0x1f),
        but("no signature", &|case| case.signature.clone_from(&no_signature)),
        good.clone(),
    ]
}

impl Case {
    /// A row of `verifications`.
    fn row<V: Numbered>(&self, tables: &mut Tables) -> Vec<String> {
        let suite = if self.tag.is_empty() {
            Suite::<V>::standard(self.scheme)
        } else {
            Suite::new(self.scheme, Tag::new(&self.tag).expect("a tag"))
        };
        let item =
            Item::new(&suite, ItemKey::Bytes(&self.key), &self.message[..], &self.signature[..]);
        let verdict = Verifier::<V>::new().verify(&[item], &Sequential)[0];
        assert_eq!(verdict.is_valid(), self.valid, "{}", self.name);
        let scheme = match self.scheme {
            Scheme::Basic => "PL_BASIC",
            Scheme::Augmented => "PL_AUGMENTED",
            Scheme::ProofOfPossession => "PL_PROOF_OF_POSSESSION",
        };
        let mut row = vec![text(&self.name), V::NUMBER.into(), scheme.into()];
        row.extend(
            [&self.tag, &self.key, &self.message, &self.signature].map(|part| tables.bytes(part)),
        );
        row.push(name(verdict));
        row
    }
}

/// What pairlane.h calls a verdict.
fn name(verdict: Verdict) -> String {
    match verdict.reason() {
        None => "PL_VALID".into(),
        Some(Reason::WrongSignature) => "PL_INVALID_SIGNATURE".into(),
        Some(Reason::PublicKey(error)) => format!("PL_INVALID_KEY_{}", ending(error)),
        Some(Reason::Signature(error)) => format!("PL_INVALID_SIGNATURE_{}", ending(error)),
        Some(other) => panic!("{other}: not among these cases"),
    }
}

/// How names of verdicts on a point end.
pub(crate) fn ending(error: PointError) -> &'static str {
    match error {
        PointError::Length { .. } => "LENGTH",
        PointError::Encoding => "ENCODING",
        PointError::NotOnCurve => "NOT_ON_CURVE",
        PointError::NotInSubgroup => "NOT_IN_SUBGROUP",
        PointError::Identity => "IDENTITY",
        other => panic!("{other}: has no name here"),
    }
}

fn decodings(tables: &mut Tables) {
    let mut rows = Vec::new();
    for (kind, part, count) in [("G1", "pubkey", 16), ("G2", "signature", 18)] {
        for (name, case) in ethereum(&format!("deserialization_{kind}"), count) {
            let point = bytes(&case["input"][part]);
            // Signatures of whichever variant has them in this group: theirs may be the identity.
            let (variant, valid) = match kind {
                "G1" => ("PL_MIN_SIG", Signature::<MinSig>::from_bytes(&point).is_ok()),
                _ => ("PL_MIN_PK", Signature::<MinPk>::from_bytes(&point).is_ok()),
            };
            assert_eq!(valid, is_valid(&case), "{name}");
            rows.push(decoding(tables, &name, variant, false, &point, valid));
        }
    }
    let points = read("serialization/zkcrypto_points.json");
    for form in ["G1_Compressed", "G1_Uncompressed", "G2_Compressed", "G2_Uncompressed"] {
        for (multiple, point) in many(&points[form]).iter().take(4).enumerate() {
            let (variant, valid) = if form.starts_with("G1") {
                ("PL_MIN_PK", PublicKey::<MinPk>::from_bytes(point).is_ok())
            } else {
                ("PL_MIN_SIG", PublicKey::<MinSig>::from_bytes(point).is_ok())
            };
            // The first is the identity, which is no key.
            assert_eq!(valid, multiple > 0, "{form}");
            rows.push(decoding(tables, form, variant, true, point, valid));
        }
    }
    tables.table("decoding", "decodings", &rows);
}

fn decoding(
    tables: &mut Tables,
    name: &str,
    variant: &str,
    is_key: bool,
    point: &[u8],
    valid: bool,
) -> Vec<String> {
    let point = tables.bytes(point);
    let flags = [is_key, valid].map(|flag| u8::from(flag).to_string());
    vec![text(name), variant.into(), flags[0].clone(), point, flags[1].clone()]
}
