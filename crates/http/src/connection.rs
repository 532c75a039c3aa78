//! One connection, watched: how long it may be silent depends on what it is doing.
//!
//! hyper has one timer for the silence between requests and for slow headers. Here they are two: whoever begins a
//! request must end its headers soon, and whoever is between requests may be quiet for longer.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;
use tower::Service as _;

use crate::doors::Patience;

/// The most bytes of a request's headers.
const HEADER_BYTES: usize = 16 * 1024;
/// How much of a body that nobody wants is read and thrown away before the connection is closed.
const SCRAP_BYTES: usize = 1024 * 1024;
/// For how long.
const SCRAP_TIME: Duration = Duration::from_secs(1);
/// A silence is counted in so many parts; between requests the first of them may be cut short.
const PARTS: u32 = 4;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between requests, or an answer is being taken in.
    Idle,
    /// A request has begun and its headers have not ended.
    Header,
    /// A request is being attended to; its body has a timer of its own.
    Attended,
    /// Our side is closed.
    Closing,
}

/// The phase and how often it was entered, so that entering the same one again starts its time anew.
struct Watch(AtomicU64);

impl Watch {
    fn enter(&self, phase: Phase) {
        let times = self.0.load(Ordering::Relaxed) >> 2;
        self.0.store((times + 1) << 2 | phase as u64, Ordering::Relaxed);
    }

    fn phase(&self) -> Phase {
        match self.0.load(Ordering::Relaxed) & 3 {
            0 => Phase::Idle,
            1 => Phase::Header,
            2 => Phase::Attended,
            _ => Phase::Closing,
        }
    }

    fn entered(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves one connection until its client leaves, takes too long, or the server stops.
pub(crate) async fn serve(stream: TcpStream, router: Router, patience: Patience, mut stop: watch::Receiver<bool>) {
    let watch = Arc::new(Watch(AtomicU64::new(Phase::Idle as u64)));
    let watched = Watched { stream, watch: watch.clone(), closed: false, scrap: SCRAP_BYTES };
    let service = {
        let watch = watch.clone();
        service_fn(move |request: Request<Incoming>| {
            watch.enter(Phase::Attended);
            let (mut router, watch) = (router.clone(), watch.clone());
            async move {
                let response = router.call(request).await;
                watch.enter(Phase::Idle);
                response
            }
        })
    };
    let mut builder = http1::Builder::new();
    // Our own timer stands in for hyper's, which would count silence and headers as one.
    builder.timer(TokioTimer::new()).header_read_timeout(None);
    builder.max_header_size(HEADER_BYTES).max_buf_size(4 * HEADER_BYTES);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(watched), service));
    let mut stopping = pin!(stop.wait_for(|stop| *stop));
    let mut told_to_stop = false;
    let mut silence = pin!(sleep(patience.idle / PARTS));
    let (mut since, mut timed, mut quiet) = (watch.entered(), Phase::Idle, 0);
    poll_fn(|cx| {
        if !told_to_stop && stopping.as_mut().poll(cx).is_ready() {
            told_to_stop = true;
            connection.as_mut().graceful_shutdown();
        }
        // How it ended is the client's business: a request that was attended to has its line in the log.
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        loop {
            let phase = watch.phase();
            let most = match phase {
                Phase::Idle => patience.idle,
                Phase::Header => patience.header,
                Phase::Closing => SCRAP_TIME,
                Phase::Attended => return Poll::Pending,
            };
            if since != watch.entered() {
                (since, quiet) = (watch.entered(), 0);
                // From one request to the next the timer is left running: setting it would cost each of them more
                // than the part of the silence that is not counted is worth.
                if (phase, timed) != (Phase::Idle, Phase::Idle) {
                    timed = phase;
                    silence.set(sleep(most / PARTS));
                }
            }
            ready!(silence.as_mut().poll(cx));
            quiet += 1;
            if quiet == PARTS {
                return Poll::Ready(());
            }
            silence.set(sleep(most / PARTS));
        }
    })
    .await;
}

/// The stream, telling the watch what passes.
struct Watched {
    stream: TcpStream,
    watch: Arc<Watch>,
    closed: bool,
    scrap: usize,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before && self.watch.phase() == Phase::Idle {
            self.watch.enter(Phase::Header);
        }
        Poll::Ready(Ok(()))
    }
}

impl Watched {
    /// Taking an answer in is progress.
    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if self.watch.phase() == Phase::Idle && matches!(written, Poll::Ready(Ok(1..))) {
            self.watch.enter(Phase::Idle);
        }
        written
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Closes our side, and then reads for a moment what the client is still sending: a socket that is closed over
    /// unread bytes answers with a reset, and the client would never read why its body was refused.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.closed {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.closed = true;
            self.watch.enter(Phase::Closing);
        }
        let mut scrap = [0; 8 * 1024];
        while self.scrap > 0 {
            let mut buf = ReadBuf::new(&mut scrap);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf))?;
            match buf.filled().len() {
                0 => break,
                read => self.scrap = self.scrap.saturating_sub(read),
            }
        }
        Poll::Ready(Ok(()))
    }
}
