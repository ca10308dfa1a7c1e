//! How many requests each client may send.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::access::Caller;
use super::problem::{Kind, Problem};
use super::settings::Limits;

/// A bucket of requests for each client, which fills again with time.
#[derive(Clone)]
pub(crate) struct Rates(Option<Arc<DefaultKeyedRateLimiter<Key>>>);

/// Whose bucket it is: of a client that is known, or else of an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Client(String),
    Address(Option<IpAddr>),
}

impl Rates {
    /// None at all if the settings have none. Called inside the runtime: buckets that are full
    /// again are forgotten by a task.
    pub(crate) fn start(limits: &Limits) -> Self {
        let Some(each_second) = NonZeroU32::new(limits.requests_per_second_max) else {
            return Self(None);
        };
        let burst = NonZeroU32::new(limits.requests_burst_max).unwrap_or(each_second);
        let quota = Quota::per_second(each_second).allow_burst(burst);
        let limiter = Arc::new(RateLimiter::keyed(quota));
        tokio::spawn(forget(limiter.clone()));
        Self(Some(limiter))
    }

    fn check(&self, request: &Request) -> Result<(), Problem> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let key = match Caller::of(request.extensions()) {
            Ok(caller) if !caller.is_anonymous() => Key::Client(caller.actor()),
            _ => {
                let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
                Key::Address(peer.map(|peer| network(peer.0.ip())))
            }
        };
        limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            let text = "more requests than limits.requests_per_second_max lets this client send; \
                        many signatures fit into one request";
            let problem = Problem::new(Kind::TooMany, text);
            problem.retry_after(wait.as_secs() + 1)
        })
    }
}

/// An address; of IPv6 the network, since a stranger has all the addresses of one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Forgets those that have not asked for a while: strangers must not fill the memory.
async fn forget(limiter: Arc<DefaultKeyedRateLimiter<Key>>) {
    let mut every = tokio::time::interval(Duration::from_secs(10));
    loop {
        every.tick().await;
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
}

/// The layer that counts. It comes after the one that says who calls.
pub(crate) async fn limited(State(rates): State<Rates>, request: Request, next: Next) -> Response {
    match rates.check(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
