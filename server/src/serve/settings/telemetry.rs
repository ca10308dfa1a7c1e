//! Where traces go.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;
use axum::http::uri::Scheme;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Traces; off unless an endpoint is named. Sampling, headers and resource attributes are those of
/// OpenTelemetry's own variables (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Telemetry {
    /// The collector: `http://localhost:4318`. Also from `OTEL_EXPORTER_OTLP_ENDPOINT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<Endpoint>,
    /// How long the last traces may take to leave once the service stops.
    pub(crate) flush_ms_max: u64,
}

/// A collector that speaks OTLP over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(String);

impl Default for Telemetry {
    fn default() -> Self {
        Self { endpoint: None, flush_ms_max: 3_000 }
    }
}

impl Endpoint {
    /// Where traces are posted.
    pub(crate) fn traces(&self) -> String {
        format!("{}/v1/traces", self.0)
    }
}

impl FromStr for Endpoint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| "not a URL such as http://localhost:4318")?;
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err("traces are sent over http:// only: name a collector of this host, which \
                        can pass them on over TLS");
        }
        // A password has no place in what is shown and logged.
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("no user in the URL: OTEL_EXPORTER_OTLP_HEADERS is for credentials");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_without_a_user_is_an_endpoint() {
        let traces = |text: &str| text.parse::<Endpoint>().map(|endpoint| endpoint.traces());
        assert_eq!(traces("http://c:4318/").as_deref(), Ok("http://c:4318/v1/traces"));
        assert_eq!(traces("http://c/otlp").as_deref(), Ok("http://c/otlp/v1/traces"));
        for text in ["", "c:4318", "https://c:4318", "http://u:p@c:4318", "/v1/traces"] {
            assert!(traces(text).is_err(), "{text}");
        }
    }
}
