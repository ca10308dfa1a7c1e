//! The configuration with all that it names, read and parsed: what `serve` starts from, and what
//! `config check` looks for.

use anyhow::bail;
use tracing_subscriber::EnvFilter;

use super::access::{Access, Permission};
use super::flags::Flags;
use super::settings::{Origin, Origins, Refusal, Settings};
use super::tls::Tls;
use crate::custody::guard_process;

/// Settings that can work, and what was read because of them.
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    pub(crate) access: Access,
    pub(super) tls: Option<Tls>,
}

impl Loaded {
    /// Reads everything. The error has a line for each mistake, which says where it was made.
    pub(crate) fn read(flags: &Flags) -> anyhow::Result<Self> {
        let (settings, origins) = flags.settings()?;
        if settings.signing.vault.is_some() || settings.tls.key.is_some() {
            // Before the first secret is read, and before there are threads.
            guard_process();
        }
        let checked = settings.check();
        let filter = EnvFilter::try_new(&settings.log.filter).map_err(|error| {
            let filter = &settings.log.filter;
            Refusal::new("log.filter", format!("is `{filter}`: {error}"))
        });
        let parts = (checked, filter, Access::read(&settings.access), Tls::load(&settings.tls));
        match parts {
            (Ok(()), Ok(_), Ok(access), Ok(tls)) => Ok(Self { settings, access, tls }),
            (checked, filter, access, tls) => {
                let refusals = [checked.err(), filter.err(), access.err(), tls.err()];
                let lines = refusals.into_iter().flatten().map(|refusal| place(&origins, &refusal));
                bail!("{}", lines.collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

impl Loaded {
    /// What can be meant, and mostly is not.
    pub(crate) fn warnings(&self) -> Vec<&'static str> {
        let Self { settings, access, .. } = self;
        let signs = settings.signing.vault.is_some();
        let open_signing = signs && access.anonymous_may(Permission::Sign);
        let plain = settings.tls.certificate.is_none() && !settings.listen.ip().is_loopback();
        let cases = [(open_signing, OPEN_SIGNING), (plain, PLAIN)];
        cases.into_iter().filter_map(|(is, warning)| is.then_some(warning)).collect()
    }
}

/// A refusal after the place where the setting is.
fn place(origins: &Origins, refusal: &Refusal) -> String {
    match origins.of(refusal.field()) {
        Origin::Default => format!("configuration: {refusal}"),
        origin => format!("configuration {origin}: {refusal}"),
    }
}

const PLAIN: &str = "others can reach this address and it speaks no TLS: whoever is on the way can \
     read tokens and change verdicts; set tls.certificate and tls.key";

const OPEN_SIGNING: &str =
    "access.anonymous has `sign`: whoever reaches this address can sign with every key";
