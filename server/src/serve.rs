//! `pairlane serve`: the engine over HTTP.
//!
//! Data flows one way: a listener, a route that parses, the merger or a batch, the engine's queue
//! and pool, a verdict.

mod access;
mod app;
mod connections;
mod dashboard;
mod engine;
mod ethereum;
mod merge;
mod metrics;
mod ops;
mod problem;
mod rate;
mod routes;
mod self_test;
mod settings;
mod shutdown;
mod signer;
mod supervisor;
mod tls;
mod wire;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum_server::Handle;
use axum_server::accept::DefaultAcceptor;
use clap::Args;
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use crate::ending::Ending;
use access::{Access, Permission};
use app::App;
use connections::{Bounded, make_room};
use engine::Engine;
use ethereum::Ethereum;
use metrics::Metrics;
use ops::Readiness;
use settings::{Limits, LogFormat, Settings};
use shutdown::Stop;
use signer::Signer;
use tls::Tls;

/// Serve verification over HTTP
///
/// Without any configuration: listens on loopback only, verifies for whoever asks, signs nothing.
/// The API is described at /v1/openapi.json. A second listener has /livez, /readyz and /metrics.
/// Settings come from a TOML file, then from the environment (`PAIRLANE_SERVE_LISTEN`,
/// `PAIRLANE_SERVE_LIMITS__BATCH_ITEMS_MAX`), then from flags; the last word wins.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// The configuration
    #[arg(long, value_name = "FILE.toml", env = "PAIRLANE_CONFIG")]
    config: Option<PathBuf>,

    /// Where the API listens [default: 127.0.0.1:9400]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,

    /// Where health and metrics listen [default: 127.0.0.1:9401]
    #[arg(long, value_name = "ADDRESS:PORT")]
    ops_listen: Option<SocketAddr>,

    /// Threads that verify [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,

    /// Verify each request by itself, also when many arrive together
    #[arg(long)]
    no_merge: bool,
}

const EXAMPLES: &str = "\
Examples:
  pairlane serve
  pairlane serve --config /etc/pairlane/pairlane.toml
  curl -s localhost:9400/v1/limits

Signals:
  SIGTERM, SIGINT   stop taking requests, finish those that run, exit with 0
  a second one      exit at once, with 130";

impl ServeArgs {
    /// Serves until told to stop.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let settings = self.settings()?;
        start_log(&settings)?;
        let threads = match settings.threads {
            0 => available_parallelism().map_or(1, NonZeroUsize::get),
            threads => threads,
        };
        let metrics = Arc::new(Metrics::new());
        // Before anything listens: who is answered finds the keys open.
        let signer = Signer::open(&settings.signing, threads, &metrics)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("http")
            .build()
            .context("cannot start the runtime")?;
        let served = runtime.block_on(serve(settings, threads, metrics, signer.clone()));
        // Also when the service failed: what was signed is put on disk, and the keys are wiped.
        let closed = signer.map_or(Ok(()), |signer| signer.close());
        served.and(closed)?;
        Ok(Ending::Good)
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = Settings::load(self.config.as_deref())?;
        settings.listen = self.listen.unwrap_or(settings.listen);
        settings.ops_listen = self.ops_listen.unwrap_or(settings.ops_listen);
        settings.threads = self.threads.unwrap_or(settings.threads);
        settings.merge.enabled &= !self.no_merge;
        settings.check()
    }
}

fn start_log(settings: &Settings) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log.filter)
        .with_context(|| format!("log.filter `{}`", settings.log.filter))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

async fn serve(
    settings: Settings,
    threads: usize,
    metrics: Arc<Metrics>,
    signer: Option<Signer>,
) -> anyhow::Result<()> {
    let limits = settings.limits.clone();
    let wait_max = Duration::from_millis(limits.queue_wait_ms_max);
    let engine = Engine::start(threads, limits.items_in_flight_max, wait_max, metrics.clone())?;
    let access = Access::new(&settings.access)?;
    let ethereum = Ethereum::new(&settings, signer.as_ref());
    let app = App::new(engine, metrics, limits, &settings.merge, access, signer, ethereum);
    let readiness = Readiness::default();
    let tls = Tls::load(&settings.tls)?;
    make_room(settings.limits.connections_max);

    let api = bind(settings.listen, "listen")?;
    let ops = bind(settings.ops_listen, "ops_listen")?;
    let (api_address, ops_address) = (api.local_addr()?, ops.local_addr()?);
    let stop = Stop::on_signals()?;
    let handle = Handle::new();
    let serving = start(api, app.clone().router(), &handle, &settings.limits, tls.as_ref())?;
    let ops_tls = tls.as_ref().filter(|_| settings.tls.ops);
    let ops_routes = ops::router(app.clone(), readiness.clone(), stop.clone(), &settings.dashboard);
    let watching = start(ops, ops_routes, &handle, &settings.limits, ops_tls)?;
    shutdown::on_hangup(move || {
        if let Some(tls) = &tls {
            tls.reload();
        }
    })?;

    self_test::run(&app).await?;
    readiness.set(true);
    announce(api_address, ops_address, threads, &settings, &app);
    supervisor::ready();
    stop.clone().asked().await;
    readiness.set(false);
    supervisor::stopping();
    let drain = Duration::from_millis(settings.limits.drain_ms_max);
    let unfinished = handle.connection_count();
    tracing::info!(deadline_ms = drain.as_millis(), unfinished, "stopping: finishing what runs");
    handle.graceful_shutdown(Some(drain));
    serving.await.context("the API's task")?.context("the API's listener")?;
    watching.await.context("the second task")?.context("the second listener")?;
    tracing::info!("stopped");
    Ok(())
}

fn bind(address: SocketAddr, name: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!("{name}: cannot listen on {address}; is it in use, or not of this machine?")
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves on a listener until the handle says to stop. A connection that does not send the head of
/// a request in time is closed: slow ones must not pile up.
fn start(
    listener: TcpListener,
    routes: Router,
    handle: &Handle<SocketAddr>,
    limits: &Limits,
    tls: Option<&Tls>,
) -> anyhow::Result<JoinHandle<io::Result<()>>> {
    let head_wait = Duration::from_millis(limits.head_wait_ms_max);
    let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(head_wait);
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    let connections_max = limits.connections_max;
    Ok(match tls {
        None => {
            let acceptor = Bounded::new(DefaultAcceptor::new(), connections_max);
            tokio::spawn(server.acceptor(acceptor).serve(routes))
        }
        Some(tls) => {
            let acceptor = Bounded::new(tls.acceptor(), connections_max);
            tokio::spawn(server.acceptor(acceptor).serve(routes))
        }
    })
}

/// What a person sees first: where it listens, what it does, and three things to try.
fn announce(api: SocketAddr, ops: SocketAddr, threads: usize, settings: &Settings, app: &App) {
    let off = || "Signing is off: no keys are configured.".to_owned();
    let mut signing = app.signer.as_ref().map_or_else(off, Signer::account);
    if app.signer.is_some() && app.access.anonymous_may(Permission::Sign) {
        tracing::warn!("{OPEN_SIGNING}");
        signing.push_str("\nWarning: ");
        signing.push_str(OPEN_SIGNING);
    }
    let cpu = pairlane::Cpu::detect();
    tracing::info!(%api, %ops, threads, backend = cpu.backend, "serving");
    let merging = if settings.merge.enabled { "merged into batches" } else { "one by one" };
    let with_tls = settings.tls.certificate.is_some();
    let scheme = if with_tls { "https" } else { "http" };
    let ops_scheme = if with_tls && settings.tls.ops { "https" } else { "http" };
    if !with_tls && !api.ip().is_loopback() {
        tracing::warn!("{PLAIN}");
        signing.push_str("\nWarning: ");
        signing.push_str(PLAIN);
    }
    let verifying = if app.access.anonymous_may(Permission::Verify) {
        "Verifying is on, for whoever reaches this address"
    } else {
        "Verifying is on, for the clients that are configured"
    };
    let (key, message, signature) = self_test::example();
    let text = format!(
        "\
pairlane serves on {scheme}://{api} with {threads} threads ({backend}).
{verifying}; single requests are {merging}.
{signing}
Dashboard: {ops_scheme}://{ops}/
Health and metrics: {ops_scheme}://{ops}/readyz, {ops_scheme}://{ops}/metrics

Try:
  curl -s {scheme}://{api}/v1/verify -H 'content-type: application/json' -d '{{\"public_key\":\"{key}\",\"message\":\"{message}\",\"signature\":\"{signature}\"}}'
  curl -s {scheme}://{api}/v1/limits
  curl -s {ops_scheme}://{ops}/metrics
",
        backend = cpu.backend,
    );
    // Nobody may be reading; that is no reason to stop.
    let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
}

const PLAIN: &str = "others can reach this address and it speaks no TLS: whoever is on the way can \
     read tokens and change verdicts; set tls.certificate and tls.key";

const OPEN_SIGNING: &str =
    "access.anonymous has `sign`: whoever reaches this address can sign with every key";
