//! What changes while the service runs: who may call, and certificates.

use std::sync::Arc;

use super::app::App;
use super::flags::Flags;
use super::loaded::Loaded;
use super::settings::Settings;
use super::tls::Tls;

/// Reads the configuration again, on SIGHUP.
pub(super) struct Reload {
    pub(super) flags: Flags,
    /// What the service was started with.
    pub(super) begun: Settings,
    pub(super) app: App,
    pub(super) tls: Option<Tls>,
}

impl Reload {
    /// Takes what may change. A configuration that cannot be used changes nothing.
    pub(super) fn run(&self) {
        let Loaded { settings, access, tls } = match Loaded::read(&self.flags) {
            Ok(loaded) => loaded,
            Err(error) => {
                tracing::error!("what was in force stays in force: {error:#}");
                return;
            }
        };
        let clients = access.clients();
        self.app.access.store(Arc::new(access));
        // Other files, or no authority for clients any more, is no change of certificates.
        let same_tls = settings.tls == self.begun.tls;
        if let (true, Some(tls), Some(newer)) = (same_tls, &self.tls, &tls) {
            tls.adopt(newer);
        }
        if !same_tls {
            tracing::warn!("[tls] has changed: certificates stay as they are until a new start");
        }
        tracing::info!(clients, "read again: who may call, tokens and certificates");
        let taken = Settings { access: settings.access.clone(), ..self.begun.clone() };
        if taken != settings {
            tracing::warn!("other settings have changed as well; those need a new start");
        }
    }
}
