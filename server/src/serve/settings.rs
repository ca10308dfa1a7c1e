//! The configuration: defaults, then a file, then the environment, then flags.

mod access;
mod dashboard;
mod eth2;
mod origin;
mod refusal;
mod signing;
mod sources;
mod telemetry;
mod tls;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

pub(crate) use access::{Access, Client, Permission};
pub(crate) use dashboard::Dashboard;
pub(crate) use eth2::{Eth2, Keymanager};
pub(crate) use origin::{Origin, Origins};
pub(crate) use refusal::Refusal;
pub(crate) use signing::Signing;
use sources::ENVIRONMENT;
pub(crate) use sources::read;
pub(crate) use telemetry::{Endpoint, Telemetry};
pub(crate) use tls::Tls;

/// Everything that can be set. Names end in their unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Where the API listens.
    pub(crate) listen: SocketAddr,
    /// Where health, metrics and the dashboard listen.
    pub(crate) ops_listen: SocketAddr,
    /// Threads that verify; 0 for one for each core.
    pub(crate) threads: usize,
    pub(crate) merge: Merge,
    pub(crate) limits: Limits,
    pub(crate) access: Access,
    pub(crate) tls: Tls,
    pub(crate) signing: Signing,
    pub(crate) eth2: Eth2,
    pub(crate) keymanager: Keymanager,
    pub(crate) log: Log,
    pub(crate) telemetry: Telemetry,
    pub(crate) dashboard: Dashboard,
}

/// How single verifications become batches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Merge {
    /// Off: each is an engine call of its own.
    pub(crate) enabled: bool,
    /// Most items of a merged batch.
    pub(crate) items_max: usize,
    /// How long a batch is held open for more where requests come together, in microseconds.
    pub(crate) window_us: u64,
}

/// What a stranger may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_field_names, reason = "names end in their unit and their bound")]
pub(crate) struct Limits {
    /// Most bytes of a body that is read whole (JSON).
    pub(crate) body_bytes_max: usize,
    /// Most items of a JSON batch.
    pub(crate) batch_items_max: usize,
    /// Most bytes of a line of NDJSON, and of a binary record.
    pub(crate) record_bytes_max: usize,
    /// Most items that are verified or wait for it.
    pub(crate) items_in_flight_max: usize,
    /// Most public keys that are registered, of each variant.
    pub(crate) registered_keys_max: usize,
    /// How long a request waits for its place in the queue.
    pub(crate) queue_wait_ms_max: u64,
    /// How long a client may take to send a body that is read whole.
    pub(crate) body_wait_ms_max: u64,
    /// How long a connection may take to send a request's head.
    pub(crate) head_wait_ms_max: u64,
    /// Most connections at a time, on each listener.
    pub(crate) connections_max: usize,
    /// Most requests of a client, or of an address, in a second; 0 for as many as it likes. More than
    /// a client that means well sends one by one, and less than a loop that has gone wild.
    pub(crate) requests_per_second_max: u32,
    /// How many of those may come at once; 0 for as many as in a second.
    pub(crate) requests_burst_max: u32,
    /// How long requests may go on once the service is told to stop.
    pub(crate) drain_ms_max: u64,
}

/// What is written on standard error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    /// A filter such as `info` or `pairlane=debug,tower_http=info`.
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(LOOPBACK, 9400),
            ops_listen: SocketAddr::new(LOOPBACK, 9401),
            threads: 0,
            merge: Merge::default(),
            limits: Limits::default(),
            access: Access::default(),
            tls: Tls::default(),
            signing: Signing::default(),
            eth2: Eth2::default(),
            keymanager: Keymanager::default(),
            log: Log::default(),
            telemetry: Telemetry::default(),
            dashboard: Dashboard::default(),
        }
    }
}

impl Default for Merge {
    fn default() -> Self {
        Self { enabled: true, items_max: 1024, window_us: 300 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 16 << 20,
            batch_items_max: 16_384,
            record_bytes_max: 1 << 20,
            items_in_flight_max: 65_536,
            registered_keys_max: 100_000,
            queue_wait_ms_max: 2_000,
            body_wait_ms_max: 30_000,
            head_wait_ms_max: 10_000,
            connections_max: 8_192,
            requests_per_second_max: 20_000,
            requests_burst_max: 0,
            drain_ms_max: 20_000,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Text }
    }
}

impl Settings {
    /// Refuses what could not work.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let limits = &self.limits;
        let above_zero = [
            ("merge.items_max", self.merge.items_max),
            ("limits.body_bytes_max", limits.body_bytes_max),
            ("limits.batch_items_max", limits.batch_items_max),
            ("limits.record_bytes_max", limits.record_bytes_max),
            ("limits.items_in_flight_max", limits.items_in_flight_max),
            ("limits.connections_max", limits.connections_max),
        ];
        if let Some((name, _)) = above_zero.into_iter().find(|(_, value)| *value == 0) {
            return Err(Refusal::new(name, "is 0; it has to be at least 1"));
        }
        if limits.items_in_flight_max < limits.batch_items_max {
            let (places, items) = (limits.items_in_flight_max, limits.batch_items_max);
            let why = format!("({places}) is below limits.batch_items_max ({items})");
            return Err(Refusal::new("limits.items_in_flight_max", why));
        }
        let at_most = [
            ("dashboard.streams_max", self.dashboard.streams_max, dashboard::STREAMS_MAX),
            ("threads", self.threads, THREADS_MAX),
        ];
        if let Some((name, value, most)) = at_most.into_iter().find(|(_, value, most)| value > most)
        {
            return Err(Refusal::new(name, format!("is {value}; at most {most} are possible")));
        }
        let window_us = self.merge.window_us;
        if window_us > WINDOW_US_MAX {
            let why = format!("is {window_us}; at most {WINDOW_US_MAX} are possible");
            return Err(Refusal::new("merge.window_us", why));
        }
        self.signing.check()?;
        let shows = |client: &Client| {
            client.certificate_sha256.is_some() || client.certificate_name.is_some()
        };
        let shown = self.access.clients.iter().position(shows);
        if let (None, Some(place)) = (&self.tls.client_ca, shown) {
            let why = ": a client is known by its certificate only where tls.client_ca says who \
                       signs those";
            return Err(Refusal::new(format!("access.clients[{place}]"), why));
        }
        Ok(())
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

const THREADS_MAX: usize = 1024;

/// A thread of the engine waits for it.
const WINDOW_US_MAX: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_sound_and_stay_at_home() {
        let settings = Settings::default();
        settings.check().unwrap();
        assert!(settings.listen.ip().is_loopback() && settings.ops_listen.ip().is_loopback());
    }

    fn load(text: &str) -> anyhow::Result<Settings> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let (settings, _) = read(Some(file.path()))?;
        settings.check()?;
        Ok(settings)
    }

    #[test]
    fn a_file_sets_what_it_names() {
        let settings = load("threads = 2\n[limits]\nbatch_items_max = 10\n").unwrap();
        assert_eq!((settings.threads, settings.limits.batch_items_max), (2, 10));
        assert_eq!(settings.merge, Merge::default());
    }

    #[test]
    fn what_is_not_known_or_cannot_work_is_refused() {
        let message = |text| format!("{:#}", load(text).unwrap_err());
        assert!(message("\ntreads = 2").contains(":2: treads: unknown field"));
        assert!(message("[limits]\nbatch_items = 2").contains(":2: limits.batch_items: unknown"));
        assert!(message("threads = 1\nlisten 1").contains(":2: "), "{}", message("a\nb"));
        assert!(message("[merge]\nitems_max = 0").contains("merge.items_max is 0"));
        assert!(message("threads = \"many\"").contains(":1: threads: invalid type"));
    }
}
