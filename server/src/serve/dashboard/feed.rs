//! One reading of the counters a second, for however many pages look.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use tokio::time::MissedTickBehavior;

use super::sample::{About, Readings, Sample};
use crate::serve::app::App;
use crate::serve::ops::{Readiness, unready};
use crate::serve::shutdown::Stop;

/// How much past a new page is shown.
const HISTORY_MAX: usize = 180;

/// A page that reads this many seconds too slowly misses some.
const BEHIND_MAX: usize = 8;

/// The last minutes, and whoever wants to hear the next second.
#[derive(Clone)]
pub(super) struct Feed(Arc<Inner>);

struct Inner {
    about: About,
    past: Mutex<Past>,
    places: Arc<Semaphore>,
    stop: Stop,
}

struct Past {
    samples: VecDeque<Sample>,
    next: broadcast::Sender<Sample>,
}

impl Feed {
    pub(super) fn start(app: App, readiness: Readiness, stop: Stop, streams_max: usize) -> Self {
        let past = Past {
            samples: VecDeque::with_capacity(HISTORY_MAX),
            next: broadcast::channel(BEHIND_MAX).0,
        };
        let feed = Self(Arc::new(Inner {
            about: About::of(&app),
            past: Mutex::new(past),
            places: Arc::new(Semaphore::new(streams_max)),
            stop,
        }));
        tokio::spawn(feed.clone().watch(app, readiness));
        feed
    }

    async fn watch(self, app: App, readiness: Readiness) {
        let start = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        let (mut then, mut at) = (app.metrics.totals(), start);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.0.stop.clone().asked() => return,
            }
            let (now, at_now) = (app.metrics.totals(), Instant::now());
            let sample = Sample::between(&Readings {
                then: &then,
                now: &now,
                seconds: (at_now - at).as_secs_f64(),
                uptime_seconds: start.elapsed().as_secs(),
                queue: app.engine.items_in_flight(),
                ready: unready(&app, &readiness).is_none(),
            });
            (then, at) = (now, at_now);
            let mut past = self.0.past.lock().unwrap_or_else(PoisonError::into_inner);
            if past.samples.len() == HISTORY_MAX {
                past.samples.pop_front();
            }
            past.samples.push_back(sample.clone());
            // Nobody may be looking.
            let _ = past.next.send(sample);
        }
    }

    /// What a new page is told at once, and where the rest comes from. Under one lock, so that no
    /// second is missing between the two, and none comes twice.
    fn join(&self) -> (Event, broadcast::Receiver<Sample>) {
        let past = self.0.past.lock().unwrap_or_else(PoisonError::into_inner);
        (event("history", &past.samples), past.next.subscribe())
    }

    fn stream(
        self,
        place: OwnedSemaphorePermit,
    ) -> impl Stream<Item = Result<Event, Infallible>> + Send {
        let (history, receiver) = self.join();
        let about = event("about", &self.0.about).retry(RETRY);
        let stop = self.0.stop.clone();
        let seconds = stream::unfold((receiver, place), |(mut receiver, place)| async move {
            loop {
                match receiver.recv().await {
                    Ok(sample) => return Some((event("second", &sample), (receiver, place))),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        // Told to stop, a stream ends: the service waits for its connections.
        stream::iter([about, history]).chain(seconds).take_until(stop.asked()).map(Ok)
    }
}

/// `GET /events`
pub(super) async fn events(State(feed): State<Feed>) -> Response {
    match feed.0.places.clone().try_acquire_owned() {
        Ok(place) => Sse::new(feed.stream(place)).into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "5")],
            "too many pages are fed: close some, or raise dashboard.streams_max\n",
        )
            .into_response(),
    }
}

fn event(name: &str, data: &impl Serialize) -> Event {
    // Plain structures of numbers and words: writing them cannot fail.
    let data = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(name).data(data)
}

/// After which a page asks again when the stream has broken off.
const RETRY: Duration = Duration::from_secs(2);
