//! How many connections there may be: those that do nothing must not keep others out for lack of
//! file descriptors.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Layer;

/// Places for connections, over an acceptor.
#[derive(Clone)]
pub(super) struct Bounded<A> {
    inner: A,
    places: Arc<Semaphore>,
}

impl<A> Bounded<A> {
    pub(super) fn new(inner: A, connections_max: usize) -> Self {
        Self { inner, places: Arc::new(Semaphore::new(connections_max)) }
    }
}

impl<A, S> Accept<TcpStream, S> for Bounded<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
{
    type Stream = A::Stream;
    type Service = AddExtension<A::Service, Arc<OwnedSemaphorePermit>>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            tracing::debug!("a connection is closed: limits.connections_max is reached");
            return Box::pin(async { Err(io::Error::other("too many connections")) });
        };
        let accepting = self.inner.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            // The service lives as long as the connection, and the place with it.
            Ok((stream, Extension(Arc::new(place)).layer(service)))
        })
    }
}

/// Makes room for the files of so many connections on each of both listeners, where the system lets us;
/// otherwise says how to.
pub(super) fn make_room(connections_max: usize) {
    let needed = (connections_max as u64).saturating_mul(2).saturating_add(FILES_APART);
    let reached = rlimit::increase_nofile_limit(needed).unwrap_or_default();
    if reached < needed {
        tracing::warn!(
            files_max = reached,
            needed,
            "limits.connections_max ({connections_max}), on each of two listeners, is more than the open \
             files that this process may have; raise LimitNOFILE or `ulimit -n`, or lower it"
        );
    }
}

/// Files that are open beside connections: logs, stores, listeners.
const FILES_APART: u64 = 256;
