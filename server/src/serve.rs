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
mod flags;
mod hosts;
mod items;
mod loaded;
mod merge;
mod metrics;
mod ops;
mod problem;
mod rate;
mod registry;
mod reload;
mod routes;
mod self_test;
pub(crate) mod settings;
mod shutdown;
mod signer;
mod supervisor;
mod telemetry;
mod tls;
mod wire;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
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
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::ending::Ending;
use access::Permission;
use app::App;
use connections::{Bounded, make_room};
use engine::Engine;
use ethereum::Ethereum;
pub(crate) use flags::Flags;
pub(crate) use loaded::Loaded;
use metrics::Metrics;
use ops::Readiness;
use reload::Reload;
use settings::{Limits, Log, LogFormat, Settings};
use shutdown::Stop;
use signer::Signer;
use telemetry::Telemetry;
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
    #[command(flatten)]
    flags: Flags,
}

const EXAMPLES: &str = "\
Examples:
  pairlane serve
  pairlane config check --config /etc/pairlane/pairlane.toml
  pairlane serve --config /etc/pairlane/pairlane.toml
  curl -s localhost:9400/v1/limits

Signals:
  SIGHUP            read again who may call, tokens and certificates
  SIGTERM, SIGINT   stop taking requests, finish those that run, exit with 0
  a second one      exit at once, with 130

Exit status 77: the token refused the PIN; do not start it again by itself.";

impl ServeArgs {
    /// Serves until told to stop.
    pub(crate) fn run(&self) -> anyhow::Result<Ending> {
        let loaded = Loaded::read(&self.flags)?;
        let settings = &loaded.settings;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("http")
            .build()
            .context("cannot start the runtime")?;
        let telemetry = Telemetry::start(&settings.telemetry, runtime.handle())?;
        start_log(&settings.log, &telemetry);
        let threads = match settings.threads {
            0 => available_parallelism().map_or(1, NonZeroUsize::get),
            threads => threads,
        };
        let metrics = Arc::new(Metrics::new());
        // Before anything listens: who is answered finds the keys open.
        let signer = Signer::open(&settings.signing, threads, &metrics)?;
        let traces = telemetry.is_on();
        let flags = self.flags.clone();
        let serving = serve(loaded, threads, metrics, signer.clone(), traces, flags);
        let served = runtime.block_on(serving);
        telemetry.close();
        // Also when the service failed: what was signed is put on disk, and the keys are wiped.
        let closed = signer.map_or(Ok(()), |signer| signer.close());
        served.and(closed)?;
        Ok(Ending::Good)
    }
}

fn start_log(settings: &Log, telemetry: &Telemetry) {
    // It has been parsed once, to see whether it can be.
    let filter = EnvFilter::new(&settings.filter);
    let text = fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(telemetry.layer());
    match settings.format {
        LogFormat::Text => registry.with(text.with_filter(filter)).init(),
        LogFormat::Json => registry.with(text.json().with_filter(filter)).init(),
    }
}

async fn serve(
    loaded: Loaded,
    threads: usize,
    metrics: Arc<Metrics>,
    signer: Option<Signer>,
    traces: bool,
    flags: Flags,
) -> anyhow::Result<()> {
    let warnings = loaded.warnings();
    let Loaded { settings, access, tls } = loaded;
    let limits = settings.limits.clone();
    let engine = Engine::start(threads, &limits, metrics.clone())?;
    let ethereum = Ethereum::new(&settings, signer.as_ref());
    let app = App::new(engine, metrics, limits, &settings.merge, access, signer, ethereum);
    let readiness = Readiness::default();
    make_room(settings.limits.connections_max);
    // Before anything listens: an engine that is wrong answers nobody.
    self_test::run(&app).await?;

    let api = bind(settings.listen, "listen")?;
    let ops = bind(settings.ops_listen, "ops_listen")?;
    let (api_address, ops_address) = (api.local_addr()?, ops.local_addr()?);
    let stop = Stop::on_signals()?;
    let handle = Handle::new();
    let routes = app.clone().router(traces);
    // On loopback alone: elsewhere names are the network's, and callers have to show who they are.
    let routes = if api_address.ip().is_loopback() {
        hosts::guarded(routes, &settings.dashboard.hosts)
    } else {
        routes
    };
    let serving = start(api, routes, &handle, &settings.limits, tls.as_ref())?;
    let ops_tls = tls.as_ref().filter(|_| settings.tls.ops);
    let ops_routes = ops::router(app.clone(), readiness.clone(), stop.clone(), &settings.dashboard);
    let watching = start(ops, ops_routes, &handle, &settings.limits, ops_tls)?;
    let reload = Reload { flags, begun: settings.clone(), app: app.clone(), tls };
    shutdown::on_hangup(move || reload.run())?;

    readiness.set(true);
    announce(api_address, ops_address, threads, &settings, &app, &warnings);
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
/// a request in time is closed, and one of HTTP/2 that has nobody at its other end any more: silent
/// ones must not pile up.
fn start(
    listener: TcpListener,
    routes: Router,
    handle: &Handle<SocketAddr>,
    limits: &Limits,
    tls: Option<&Tls>,
) -> anyhow::Result<JoinHandle<io::Result<()>>> {
    let head_wait = Duration::from_millis(limits.head_wait_ms_max);
    let server = axum_server::from_tcp(listener)?.handle(handle.clone());
    // Also before the first byte, when nobody knows which HTTP it will be.
    let mut server = server.first_request_timeout(head_wait);
    let http = server.http_builder();
    http.http1().timer(TokioTimer::new()).header_read_timeout(head_wait);
    let mut http2 = http.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(head_wait).keep_alive_timeout(head_wait);
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
fn announce(
    api: SocketAddr,
    ops: SocketAddr,
    threads: usize,
    settings: &Settings,
    app: &App,
    warnings: &[&str],
) {
    let off = || "Signing is off: no keys are configured.".to_owned();
    let mut signing = app.signer.as_ref().map_or_else(off, Signer::account);
    for warning in warnings {
        tracing::warn!("{warning}");
        signing.push_str("\nWarning: ");
        signing.push_str(warning);
    }
    let cpu = pairlane::Cpu::detect();
    tracing::info!(%api, %ops, threads, backend = cpu.backend, "serving");
    let merging = if settings.merge.enabled { "merged into batches" } else { "one by one" };
    let with_tls = settings.tls.certificate.is_some();
    let scheme = if with_tls { "https" } else { "http" };
    let ops_scheme = if with_tls && settings.tls.ops { "https" } else { "http" };
    let verifying = if app.access.load().anonymous_may(Permission::Verify) {
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
