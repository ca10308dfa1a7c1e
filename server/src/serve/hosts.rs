//! By which names a listener may be called.
//!
//! A page elsewhere may point a name of its own at this listener and have a browser beside it read
//! and write (DNS rebinding); such a request carries that name. So only addresses, `localhost` and
//! names that are configured are answered.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::http::uri::Authority;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use super::problem::{Kind, Problem};

/// The routes, for who calls them by a name of ours.
pub(super) fn guarded(routes: Router, hosts: &[String]) -> Router {
    let hosts: Arc<[String]> = hosts.iter().map(|host| host.to_lowercase()).collect();
    routes.layer(from_fn_with_state(hosts, called_by_its_name))
}

/// Refuses requests that were sent to somebody else's name.
async fn called_by_its_name(
    State(hosts): State<Arc<[String]>>,
    request: Request,
    next: Next,
) -> Response {
    let header = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or("?"));
    // Browsers always say it, probes of HTTP/1.0 do not.
    let Some(said) = header.or(request.uri().authority().map(Authority::as_str)) else {
        return next.run(request).await;
    };
    if is_own(said, &hosts) {
        return next.run(request).await;
    }
    let text = "this listener does not go by that name: ask by address, or set dashboard.hosts";
    Problem::new(Kind::Misdirected, text).into_response()
}

fn is_own(said: &str, hosts: &[String]) -> bool {
    let Ok(authority) = said.parse::<Authority>() else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_lowercase();
    host == "localhost" || host.parse::<IpAddr>().is_ok() || hosts.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn names_of_others_are_not_its_own() {
        let hosts = ["pairlane.example".to_owned()];
        for own in
            ["localhost:9401", "127.0.0.1", "[::1]:9401", "10.0.0.7:1", "Pairlane.Example:9401"]
        {
            assert!(is_own(own, &hosts), "{own}");
        }
        for other in [
            "evil.example",
            "localhost.evil.example:9401",
            "127.0.0.1.evil.example",
            "",
            "?",
            "a b",
        ] {
            assert!(!is_own(other, &hosts), "{other}");
        }
    }
}
