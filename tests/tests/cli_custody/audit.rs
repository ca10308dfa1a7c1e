//! `pairlane audit`.

use std::fs;

use serde_json::Value;

use crate::host::Host;

fn verify(host: &Host, head: Option<&str>) -> crate::cli_support::Run {
    let mut args = vec!["audit", "verify"];
    args.extend(head.iter().flat_map(|head| ["--head", head]));
    host.on("vault", &args)
}

#[test]
fn every_deed_has_an_entry() {
    let Some(host) = Host::with_vault("every_deed_has_an_entry") else { return };
    let key = host.good(&["keys", "create", "--name", "k"]);
    host.sign("vault", "k", "7", "0xcafe").expect(0, "");
    host.sign("vault", "k", "7", "0xbeef").expect(1, "");
    let shown = host.on("vault", &["audit", "show", "--json"]);
    let entries: Vec<Value> = shown.expect(0, "").verdicts();
    let text = shown.stdout.as_str();
    assert!(text.contains(&key) && text.contains("height 7"), "{text}");
    assert!(text.contains("\"refused\"") && text.contains("another message"), "{text}");
    let table = host.good(&["audit", "show", "--last", "1"]);
    assert!(table.contains("refused"), "{table}");
    let whole = host.good(&["audit", "verify"]);
    assert!(whole.starts_with(&format!("whole: {} entries; no head was given", entries.len())));
}

#[test]
fn edits_and_cuts_are_noticed() {
    let Some(host) = Host::with_vault("edits_and_cuts_are_noticed") else { return };
    let path = host.path("vault/audit.log");
    host.good(&["keys", "create", "--name", "k"]);
    let shorter = fs::read(&path).unwrap();
    host.good(&["audit", "head", "--out", "early.json"]);
    host.sign("vault", "k", "7", "0xcafe").expect(0, "");
    host.good(&["audit", "head", "--out", "head.json"]);
    host.sign("vault", "k", "8", "0xcafe").expect(0, "");
    for head in [None, Some("early.json"), Some("head.json")] {
        assert!(verify(&host, head).expect(0, "").stdout.starts_with("whole: "));
    }
    let whole = fs::read(&path).unwrap();

    for at in [70, whole.len() / 2, whole.len() - 40] {
        let mut edited = whole.clone();
        edited[at] ^= 1;
        fs::write(&path, edited).unwrap();
        verify(&host, Some("head.json")).expect(1, "the audit log is not whole");
    }
    // Cut between two entries it reads as whole, but for the head that was kept elsewhere.
    fs::write(&path, &shorter).unwrap();
    assert!(verify(&host, None).expect(0, "").stdout.contains("would not show"));
    verify(&host, Some("head.json")).expect(1, "the audit log is not whole");
    fs::write(&path, &whole).unwrap();

    let head = fs::read_to_string(host.path("head.json")).unwrap();
    let mut forged: Value = serde_json::from_str(&head).unwrap();
    forged["entries"] = 1.into();
    fs::write(host.path("forged.json"), forged.to_string()).unwrap();
    verify(&host, Some("forged.json")).expect(1, "the audit log is not whole");
    fs::write(host.path("forged.json"), "{").unwrap();
    verify(&host, Some("forged.json")).expect(2, "forged.json");
    verify(&host, Some("missing.json")).expect(2, "missing.json");

    // The log of another vault, under the same key of one token, is another log.
    host.init("other", &["--label", "vault", "--existing"]).expect(0, "");
    fs::copy(host.path("other/audit.log"), &path).unwrap();
    verify(&host, Some("head.json")).expect(1, "the audit log is not whole");
}
