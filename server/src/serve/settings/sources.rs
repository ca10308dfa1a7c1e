//! Reads settings from their sources: a file, then the environment. Flags come after.

use std::path::Path;

use anyhow::{Context, anyhow};
use config::{Config, Environment, File, FileFormat};

use super::Settings;
use super::origin::{Origins, line_of};

/// The settings of the file, if there is one, and of the environment: `PAIRLANE_SERVE_LISTEN`,
/// `PAIRLANE_SERVE_LIMITS__BATCH_ITEMS_MAX`. A field that is not known is an error.
pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<(Settings, Origins)> {
    let mut builder = Config::builder();
    let mut origins = Origins::default();
    if let Some(path) = file {
        let named = || format!("configuration {}", path.display());
        let text = std::fs::read_to_string(path).with_context(named)?;
        origins.file(path, &text);
        understood(path, &text)?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    origins.variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()));
    let environment = Environment::with_prefix(ENVIRONMENT)
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
        .with_list_parse_key("access.anonymous")
        .with_list_parse_key("dashboard.hosts");
    let mut settings: Settings = builder
        .add_source(environment)
        .build()
        .and_then(Config::try_deserialize)
        // The file alone is understood, so it is the environment.
        .with_context(|| format!("configuration, one of {}", origins.variable_names()))?;
    let telemetry = &mut settings.telemetry;
    let collector = std::env::var(COLLECTOR).ok().filter(|text| !text.is_empty());
    if let (None, Some(text)) = (&telemetry.endpoint, collector) {
        let endpoint = text.parse().map_err(|why| anyhow!("{COLLECTOR} is `{text}`: {why}"))?;
        telemetry.endpoint = Some(endpoint);
        origins.variable("telemetry.endpoint", COLLECTOR);
    }
    Ok((settings, origins))
}

/// Refuses a file that is not understood, and names line and field. Not the text of the line, which
/// may hold a PIN that somebody took for its source.
fn understood(path: &Path, text: &str) -> anyhow::Result<()> {
    let at = |error: &toml::de::Error, field: &str| {
        let line = error.span().map_or_else(String::new, |span| line_of(text, &span).to_string());
        let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
        anyhow!("configuration {}:{line}: {field}{}", path.display(), error.message())
    };
    let parsed = toml::Deserializer::parse(text).map_err(|error| at(&error, ""))?;
    let understood: Result<Settings, _> = serde_path_to_error::deserialize(parsed);
    understood.map(|_| ()).map_err(|error| at(error.inner(), &error.path().to_string()))
}

/// Where every program that sends traces looks for its collector.
const COLLECTOR: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What variables of the environment begin with.
pub(super) const ENVIRONMENT: &str = "PAIRLANE_SERVE";
