//! `pairlane audit`: what was done, and the proof of it.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use pairlane_hsm::audit::{self, AuditError, Entry, Head, Outcome};
use pairlane_hsm::vault::audit_key;

use super::access::VaultArgs;
use crate::ending::Ending;
use crate::out_file::OutFile;
use crate::table::table;
use crate::{complain, print_line};

/// Show the audit log, or prove that it is whole
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    Show(ShowArgs),
    Head(HeadArgs),
    Verify(VerifyArgs),
}

const EXAMPLES: &str = "\
Examples:
  pairlane audit show --vault vault
  pairlane audit head --vault vault --out head.json       # keep it elsewhere
  pairlane audit verify --vault vault --head head.json";

impl AuditArgs {
    /// Runs the inner command.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        match &self.command {
            AuditCommand::Show(args) => args.run(),
            AuditCommand::Head(args) => args.run(),
            AuditCommand::Verify(args) => args.run(),
        }
    }
}

/// Show entries of the audit log; needs neither token nor PIN, and proves nothing
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane audit show --vault vault --last 10
  pairlane audit show --vault vault --json | jq .action")]
struct ShowArgs {
    /// The vault's folder
    #[arg(long, value_name = "FOLDER", env = "PAIRLANE_VAULT")]
    vault: PathBuf,

    /// One JSON object a line, all entries
    #[arg(long)]
    json: bool,

    /// How many of the last entries
    #[arg(long, value_name = "N", default_value = "50", conflicts_with = "json")]
    last: usize,
}

impl ShowArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let path = self.vault.join("audit.log");
        if self.json {
            let mut stdout = std::io::stdout().lock();
            let mut broken = None;
            audit::read(&path, |entry| {
                let line = serde_json::to_string(&entry).map_err(std::io::Error::other);
                if broken.is_none() {
                    broken = line.and_then(|line| writeln!(stdout, "{line}")).err();
                }
                Ok(())
            })?;
            return match broken {
                Some(error) => Err(error).context("standard output"),
                None => Ok(Ending::Good),
            };
        }
        let mut last = std::collections::VecDeque::with_capacity(self.last.min(1 << 16));
        audit::read(&path, |entry| {
            if last.len() == self.last {
                last.pop_front();
            }
            last.push_back(entry);
            Ok(())
        })?;
        let mut rows = table(&["entry", "seconds since 1970", "who", "what", "outcome", "about"]);
        for Entry { number, time_unix_ms, event, .. } in last {
            let outcome = match event.outcome {
                Outcome::Done => "done",
                Outcome::Refused => "refused",
                Outcome::Failed => "failed",
            };
            let details =
                event.detail.iter().map(|(name, value)| format!("{name} {}", brief(value)));
            let subject = event.subject.iter().map(|subject| brief(subject));
            let about: Vec<String> = subject.chain(details).collect();
            rows.add_row([
                number.to_string(),
                (time_unix_ms / 1000).to_string(),
                event.actor.clone(),
                serde_json::to_value(event.action)?.as_str().unwrap_or_default().to_owned(),
                outcome.to_owned(),
                about.join(", "),
            ]);
        }
        print_line(&rows)?;
        Ok(Ending::Good)
    }
}

/// A text whose long words, keys and ids, are cut; --json has them whole.
fn brief(text: &str) -> String {
    const WORD_MAX: usize = 24;
    const SHOWN: usize = 12;
    let words = text.split(' ').map(|word| match word.char_indices().nth(SHOWN) {
        Some((end, _)) if word.len() > WORD_MAX => format!("{}…", &word[..end]),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Write the head of the audit log, authenticated: kept elsewhere, it shows that nothing was cut off
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane audit head --vault vault --out head.json")]
struct HeadArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl HeadArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let head = opened.vault.audit().head()?.to_json();
        match &self.out {
            Some(path) => {
                let mut file = OutFile::create(path)?;
                writeln!(file, "{head}").with_context(|| path.display().to_string())?;
                file.commit()?;
            }
            None => print_line(&head)?,
        }
        Ok(Ending::Good)
    }
}

/// Prove that the audit log is whole: chain, every entry's tag, and the head if one is given
///
/// Asks the token's key, so the token is needed. Exit status 1 when the log is not whole.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane audit verify --vault vault
  pairlane audit verify --vault vault --head head.json")]
struct VerifyArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// A head that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
}

impl VerifyArgs {
    fn run(&self) -> anyhow::Result<Ending> {
        let head = self.head.as_ref().map(|path| {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Head::from_json(&text).with_context(|| path.display().to_string())
        });
        let head = head.transpose()?;
        let key = self.vault.with_token(|token| Ok(audit_key(&self.vault.vault, token)?))?;
        let path = self.vault.vault.join("audit.log");
        let report = match audit::verify(&path, &*key, head.as_ref()) {
            Ok(report) => report,
            Err(error @ AuditError::Authenticator(_)) => return Err(error.into()),
            Err(error) => {
                complain(format_args!("the audit log is not whole: {error}"));
                return Ok(Ending::SomeInvalid);
            }
        };
        let covered = match report.covered {
            Some(entries) => format!("the head covers {entries} of them"),
            None => "no head was given: entries cut off the end would not show".to_owned(),
        };
        print_line(&format_args!("whole: {} entries; {covered}", report.entries))?;
        Ok(Ending::Good)
    }
}
