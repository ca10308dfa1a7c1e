//! `pairlane keys list`.

use clap::Args;
use comfy_table::ContentArrangement;
use pairlane_hsm::keystore::{KeyState, Record};
use serde::Serialize;

use super::super::access::VaultArgs;
use crate::ending::Ending;
use crate::print_line;
use crate::table::table;

/// List the keys of a vault, and how each is protected
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  pairlane keys list --vault vault
  pairlane keys list --vault vault --json | jq .id")]
pub(super) struct ListArgs {
    #[command(flatten)]
    vault: VaultArgs,

    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: Option<String>,
    #[serde(rename = "type")]
    key_type: &'static str,
    state: KeyState,
    level: &'static str,
    public_key: String,
}

impl Row {
    fn new(record: Record) -> Self {
        Self {
            id: record.id.to_string(),
            key_type: record.key_type.name(),
            state: record.state,
            level: record.protection.level().name(),
            public_key: format!("0x{}", hex::encode(&record.public_key)),
            name: record.name,
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            KeyState::Active => "active",
            KeyState::Locked => "locked",
            KeyState::Disabled => "disabled",
        }
    }
}

impl ListArgs {
    pub(super) fn run(&self) -> anyhow::Result<Ending> {
        let opened = self.vault.open()?;
        let rows: Vec<Row> = opened.vault.store().list().into_iter().map(Row::new).collect();
        if self.json {
            for row in &rows {
                print_line(&serde_json::to_string(row)?)?;
            }
            return Ok(Ending::Good);
        }
        let mut list = table(&["name", "type", "state", "protection", "id"]);
        // An id is there to be copied: no line of it is broken.
        list.set_content_arrangement(ContentArrangement::Disabled);
        for row in rows {
            let state = row.state();
            list.add_row([
                row.name.unwrap_or_default(),
                row.key_type.to_owned(),
                state.to_owned(),
                row.level.to_owned(),
                row.id,
            ]);
        }
        print_line(&list)?;
        Ok(Ending::Good)
    }
}
