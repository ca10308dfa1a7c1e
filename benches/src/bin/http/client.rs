//! One keep-alive connection that sends requests written beforehand: what is measured is the service.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, bail, ensure};

/// A connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A request as it goes over the wire.
pub(crate) fn request(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).context("connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends a request and returns the body of the answer, which has to be a 200.
    pub(crate) fn send(&mut self, request: &[u8]) -> anyhow::Result<Vec<u8>> {
        self.stream.write_all(request).context("send")?;
        let head_end = self.read_until(b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).to_ascii_lowercase();
        self.buffer.drain(..head_end);
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let body = match length {
            Some(length) => self.take(length.trim().parse().context("content-length")?)?,
            None => self.chunks()?,
        };
        ensure!(head.starts_with("http/1.1 200 "), "{head}{}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = self.read_until(b"\r\n")?;
            let line = self.take(end)?;
            let size = std::str::from_utf8(&line)?.trim();
            let size = usize::from_str_radix(size, 16).context("size of a chunk")?;
            let mut chunk = self.take(size + 2)?;
            if size == 0 {
                return Ok(body);
            }
            chunk.truncate(size);
            body.append(&mut chunk);
        }
    }

    /// Reads until the buffer holds `mark`; where that ends.
    fn read_until(&mut self, mark: &[u8]) -> anyhow::Result<usize> {
        loop {
            if let Some(at) = self.buffer.windows(mark.len()).position(|window| window == mark) {
                return Ok(at + mark.len());
            }
            self.fill()?;
        }
    }

    fn take(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn fill(&mut self) -> anyhow::Result<()> {
        let mut bytes = [0; 16 << 10];
        let read = self.stream.read(&mut bytes).context("receive")?;
        if read == 0 {
            bail!("the service closed the connection");
        }
        self.buffer.extend_from_slice(&bytes[..read]);
        Ok(())
    }
}
