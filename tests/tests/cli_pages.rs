//! `pairlane cpu`, `demo`, `completions`, `man` and the help.

mod cli_support;

use cli_support::run;
use tempfile::tempdir;

#[test]
fn cpu_agrees_with_the_engine() {
    let cpu = pairlane::Cpu::detect();
    let table = run(["cpu"]);
    table.expect(0, "");
    assert!(table.stdout.contains(&cpu.model) && table.stdout.contains(&cpu.reason));
    let json: serde_json::Value = serde_json::from_str(&run(["cpu", "--json"]).stdout).unwrap();
    assert_eq!(json["backend"], cpu.backend);
    assert_eq!(json["features"].as_object().unwrap().len(), cpu.features.len());
    for feature in cpu.features {
        assert_eq!(json["features"][feature.name], feature.present);
    }
}

#[test]
fn backends_are_forced_by_name() {
    let run = |name: &str| -> cli_support::Run {
        let mut command = assert_cmd::Command::new(cli_support::binary());
        command
            .args(["cpu", "--json"])
            .env(pairlane::BACKEND_VARIABLE, name)
            .output()
            .unwrap()
            .into()
    };
    for backend in pairlane::Backend::available() {
        let answer = run(backend.name());
        answer.expect(0, "");
        let json: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(json["backend"], backend.name());
        assert!(json["reason"].as_str().unwrap().contains("PAIRLANE_BACKEND"));
    }
    run("avx1024")
        .expect(2, "PAIRLANE_BACKEND: no backend is called \"avx1024\"; there are avx512ifma");
}

#[test]
fn demo_agrees_with_the_publishers() {
    let run = run(["demo", "--no-bench"]);
    run.expect(0, "");
    assert!(run.stdout.starts_with("145 published signatures"), "{}", run.stdout);
    let rows: Vec<Vec<&str>> =
        run.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    for row in [
        ["Ethereum", "min-pk", "possession", "29", "10", "19", "all"].as_slice(),
        &["Wycheproof", "NUL", "min-pk", "basic", "88", "29", "59", "all"],
        &["Wycheproof", "POP", "min-pk", "possession", "26", "13", "13", "all"],
        &["drand", "min-sig", "basic", "1", "1", "0", "all"],
    ] {
        assert!(rows.iter().any(|found| found == row), "{row:?} in {}", run.stdout);
    }
}

#[test]
fn completions_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = run(["completions", shell]);
        run.expect(0, "");
        assert!(run.stdout.contains("keygen"), "{shell}");
    }
    run(["completions", "csh"]).expect(2, "csh");
}

#[test]
fn man_writes_a_page_for_each_command() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("man/man1");
    run(["man", path.to_str().unwrap()]).expect(0, "");
    for command in ["verify", "keygen", "sign", "aggregate", "cpu", "bench", "demo"] {
        let page = std::fs::read_to_string(path.join(format!("pairlane-{command}.1"))).unwrap();
        assert!(page.contains("Examples:"), "{command}");
    }
    run(["man", "/dev/null"]).expect(2, "/dev/null");
}

#[test]
fn every_help_ends_with_examples() {
    for command in ["verify", "keygen", "sign", "aggregate", "cpu", "bench", "demo", "man"] {
        let help = run([command, "--help"]).stdout;
        let (_, examples) = help.split_once("\nExamples:\n").unwrap();
        assert!(examples.lines().all(|line| line.starts_with("  ")), "{command}: {examples}");
    }
}
