//! What a person does first: starts the service and pastes what it prints.

mod cli_support;
mod serve_support;

use std::process::Command;

use serve_support::Server;

#[test]
fn the_three_requests_of_the_greeting_work_as_pasted() {
    if Command::new("curl").arg("--version").output().is_err() {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no curl in PATH\n");
        return;
    }
    let server = Server::start(cli_support::binary(), &["--threads", "1"], &[]);
    let lines = server.greeting.lines();
    let pasted: Vec<&str> = lines.filter(|line| line.starts_with("  curl ")).collect();
    let wanted = [r#"{"valid":true}"#, "\"batch_items_max\":", "# EOF\n"];
    assert_eq!(pasted.len(), wanted.len(), "{}", server.greeting);
    for (line, wanted) in pasted.iter().zip(wanted) {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && answer.contains(wanted), "{line}\n{answer}");
    }
}
