//! Many clients on one thread: each has a connection of its own and sends its next request when it has
//! the answer to its last. A thread for each would cost more of the cores than the service does, and
//! the service has to share them.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// How long everything took, and each request.
pub(crate) struct Crowd {
    pub(crate) took: Duration,
    pub(crate) each: Vec<Duration>,
}

/// A client between a request and its answer.
struct Client<'a> {
    stream: TcpStream,
    requests: std::slice::Iter<'a, Vec<u8>>,
    sent_at: Instant,
    buffer: Vec<u8>,
}

/// Sends all requests, each client its share of them. Every answer has to have this body.
pub(crate) fn run(
    address: SocketAddr,
    requests: &[Vec<u8>],
    per_client: usize,
    body: &[u8],
) -> anyhow::Result<Crowd> {
    let mut poll = Poll::new()?;
    let mut clients = Vec::new();
    for (number, share) in requests.chunks(per_client).enumerate() {
        let stream = std::net::TcpStream::connect(address).context("connect")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry().register(&mut stream, Token(number), Interest::READABLE)?;
        let buffer = Vec::with_capacity(ANSWER_BYTES_MAX);
        clients.push(Client { stream, requests: share.iter(), sent_at: Instant::now(), buffer });
    }
    let mut each = Vec::with_capacity(requests.len());
    let mut events = Events::with_capacity(clients.len());
    let start = Instant::now();
    for client in &mut clients {
        client.send_next()?;
    }
    while each.len() < requests.len() {
        poll.poll(&mut events, Some(ANSWER_WAIT_MAX))?;
        ensure!(!events.is_empty(), "no answer for {} s", ANSWER_WAIT_MAX.as_secs());
        for event in &events {
            let client = &mut clients[event.token().0];
            while let Some(took) = client.take_answer(body)? {
                each.push(took);
                client.send_next()?;
            }
        }
    }
    Ok(Crowd { took: start.elapsed(), each })
}

impl Client<'_> {
    fn send_next(&mut self) -> anyhow::Result<()> {
        let Some(request) = self.requests.next() else { return Ok(()) };
        self.sent_at = Instant::now();
        // Small beside a socket's buffer, so that a part of it never has to wait.
        let sent = self.stream.write(request).context("send")?;
        ensure!(sent == request.len(), "{sent} of {} bytes sent", request.len());
        Ok(())
    }

    /// How long the answer took, once it is here.
    fn take_answer(&mut self, body: &[u8]) -> anyhow::Result<Option<Duration>> {
        loop {
            if let Some(length) = whole(&self.buffer, body)? {
                self.buffer.drain(..length);
                return Ok(Some(self.sent_at.elapsed()));
            }
            let mut bytes = [0; ANSWER_BYTES_MAX];
            match self.stream.read(&mut bytes) {
                Ok(0) => bail!("the service closed the connection"),
                Ok(count) => self.buffer.extend_from_slice(&bytes[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error).context("receive"),
            }
        }
    }
}

/// The length of the answer at the start of a buffer, if it is all there.
fn whole(buffer: &[u8], body: &[u8]) -> anyhow::Result<Option<usize>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(head) = buffer.windows(END.len()).position(|window| window == END) else {
        return Ok(None);
    };
    let length = head + END.len() + body.len();
    if buffer.len() < length {
        return Ok(None);
    }
    let good = buffer.starts_with(b"HTTP/1.1 200 ") && buffer[head + END.len()..length] == *body;
    ensure!(good, "{}", String::from_utf8_lossy(buffer));
    Ok(Some(length))
}

/// Answers to single requests are far smaller.
const ANSWER_BYTES_MAX: usize = 4096;

const ANSWER_WAIT_MAX: Duration = Duration::from_secs(30);
