//! One connection, watched: how long it may be silent depends on what it is doing.
//!
//! hyper has one timer for the silence between requests and for slow headers. Here they are three: whoever begins a
//! request must end its headers soon, whoever is answered must take the answer in, and whoever is between requests may
//! be quiet for longer, unless somebody else needs the place.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};
use tower::Service as _;

use crate::guest::{Phase, Watch, WatchedBody};
use crate::limits::{ANSWER_BYTES, HEADER_BYTES, Patience, SCRAP_BYTES, SCRAP_TIME};
use crate::peer::Peer;

/// A silence is counted in so many parts; between requests the first of them may be cut short.
const PARTS: u32 = 4;

/// What a connection is served under.
pub(crate) struct Terms {
    /// How long its client may take.
    pub(crate) patience: Patience,
    /// Whom its requests count for, if for anybody.
    pub(crate) peer: Option<Peer>,
    /// Turns true when the server stops.
    pub(crate) stop: watch::Receiver<bool>,
    /// What its client is doing, and whether it has to give way.
    pub(crate) watch: Arc<Watch>,
}

/// Serves one connection until its client leaves, takes too long, gives way, or the server stops.
pub(crate) async fn serve<S>(stream: S, router: Router, mut terms: Terms)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let watch = terms.watch;
    let watched = Watched { stream, watch: watch.clone(), closed: false, taken: 0, scrap: SCRAP_BYTES };
    let (service_watch, peer) = (watch.clone(), terms.peer);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        service_watch.enter(Phase::Attended);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let (mut router, watch) = (router.clone(), service_watch.clone());
        let request = request.map(|body| Body::new(WatchedBody::new(body, watch.clone())));
        async move {
            let response = router.call(request).await;
            watch.enter(Phase::Answering);
            response
        }
    });
    let mut builder = http1::Builder::new();
    // Our own timer stands in for hyper's, which would count silence and headers as one.
    builder.timer(TokioTimer::new()).header_read_timeout(None);
    builder.max_header_size(HEADER_BYTES).max_buf_size(4 * HEADER_BYTES);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(watched), service));
    let mut stopping = pin!(terms.stop.wait_for(|stop| *stop));
    let mut giving_way = pin!(watch.asked_to_leave());
    let (mut told_to_end, mut gives_way) = (false, false);
    let mut silence = Silence::new(terms.patience, &watch);
    poll_fn(|cx| {
        if !told_to_end && stopping.as_mut().poll(cx).is_ready() {
            told_to_end = true;
            connection.as_mut().graceful_shutdown();
        }
        // How it ended is the client's business: a request that was attended to has its line in the log.
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if !gives_way && giving_way.as_mut().poll(cx).is_ready() {
            gives_way = true;
            if watch.can_give_way() {
                // At once: somebody else is there already, and a farewell would take as long as the client likes.
                return Poll::Ready(());
            }
            // Its next request came first: that one is answered, and no other.
            connection.as_mut().graceful_shutdown();
        }
        silence.poll_over(&watch, cx)
    })
    .await;
}

/// The timer of a connection: runs while its client is the one to do something.
struct Silence {
    patience: Patience,
    timer: Pin<Box<Sleep>>,
    /// What the timer was set for.
    timed: Phase,
    since: u64,
    quiet: u32,
}

impl Silence {
    fn new(patience: Patience, watch: &Watch) -> Self {
        let timer = Box::pin(sleep(patience.header / PARTS));
        Self { patience, timer, timed: Phase::Header, since: watch.entered(), quiet: 0 }
    }

    /// Ready when the client has been silent for as long as its phase allows.
    fn poll_over(&mut self, watch: &Watch, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let phase = watch.phase();
            let most = match phase {
                Phase::Idle => self.patience.idle,
                Phase::Header => self.patience.header,
                Phase::Answering => self.patience.answer,
                Phase::Closing => SCRAP_TIME,
                Phase::Attended | Phase::Body => return Poll::Pending,
            };
            if self.since != watch.entered() {
                (self.since, self.quiet) = (watch.entered(), 0);
                // From one request to the next the timer is left running: setting it would cost each of them more
                // than the part of the silence that is not counted is worth.
                if (phase, self.timed) != (Phase::Idle, Phase::Idle) {
                    self.timed = phase;
                    self.timer.set(sleep(most / PARTS));
                }
            }
            ready!(self.timer.as_mut().poll(cx));
            self.quiet += 1;
            if self.quiet == PARTS {
                return Poll::Ready(());
            }
            self.timer.set(sleep(most / PARTS));
        }
    }
}

/// The stream, telling the watch what passes.
struct Watched<S> {
    stream: S,
    watch: Arc<Watch>,
    closed: bool,
    /// Bytes of the answer that the client took in since its time was last begun anew.
    taken: usize,
    scrap: usize,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before && self.watch.phase() == Phase::Idle {
            self.watch.enter(Phase::Header);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S> Watched<S> {
    /// Taking an answer in is progress, if it is enough of it at a time.
    fn wrote(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes @ 1..)) = written {
            self.taken += bytes;
            let goes_on = self.watch.phase() == Phase::Answering;
            if self.watch.phase() == Phase::Idle || (goes_on && self.taken >= ANSWER_BYTES) {
                self.taken = 0;
                self.watch.enter(Phase::Answering);
            }
        }
        written
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
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

    /// hyper flushes when it has nothing left to write: the client has it all, and its next request may take a while.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if self.watch.phase() == Phase::Answering {
            self.taken = 0;
            self.watch.enter(Phase::Idle);
        }
        Poll::Ready(Ok(()))
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Bytes;
    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::sync::Notify;
    use tokio::task::JoinHandle;
    use tokio::time::timeout;

    use super::*;
    use crate::guest::Book;
    use crate::limits::{FILE_BYTES_EACH_SECOND, HEADERS, SLOW_AFTER};

    const LARGE: usize = 1024 * 1024;
    const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: node.example\r\n\r\n";

    /// Connections to one small server, whose time is turned by hand.
    struct Served {
        book: Arc<Book>,
        stop: watch::Sender<bool>,
        go: Arc<Notify>,
    }

    impl Served {
        fn new() -> Self {
            Self { book: Arc::default(), stop: watch::channel(false).0, go: Arc::default() }
        }

        /// A client, and the connection's end. So many bytes of an answer are between the two at the most.
        fn connects(&self, between: usize) -> (DuplexStream, JoinHandle<()>) {
            let (client, server) = duplex(between);
            let go = self.go.clone();
            let waits = move || async move {
                go.notified().await;
                "done"
            };
            let router = Router::new()
                .route("/", get(|| async { "hello" }))
                .route("/large", get(|| async { vec![b'x'; LARGE] }))
                .route("/waits", get(waits))
                .route("/takes", post(|body: Bytes| async move { body.len().to_string() }));
            let (stop, guest) = (self.stop.subscribe(), self.book.enter());
            let terms = Terms { patience: Patience::default(), peer: None, stop, watch: guest.watch.clone() };
            let served = serve(server, router, terms);
            let served = async move {
                let _guest = guest;
                served.await;
            };
            (client, tokio::spawn(served))
        }
    }

    /// Reads until an answer ends in `end`.
    async fn answer(client: &mut DuplexStream, end: &str) -> String {
        let mut text = Vec::new();
        while !text.ends_with(end.as_bytes()) {
            assert!(client.read_buf(&mut text).await.expect("an answer") > 0, "closed");
        }
        String::from_utf8(text).expect("ASCII")
    }

    #[tokio::test(start_paused = true)]
    async fn headers_that_trickle_end_the_connection() {
        let served = Served::new();
        let (mut client, ended) = served.connects(64 * 1024);
        let mut sent = 0;
        for byte in GET {
            // A closed connection takes no byte: that is what is waited for.
            if client.write_all(&[*byte]).await.is_err() || ended.is_finished() {
                break;
            }
            sent += 1;
            sleep(Duration::from_secs(1)).await;
        }
        ended.await.expect("no panic");
        assert!((2..GET.len()).contains(&sent), "{sent}");
        let mut told = Vec::new();
        client.read_to_end(&mut told).await.expect("an end");
        assert_eq!(told, b"");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_has_no_longer_than_headers_have() {
        let served = Served::new();
        let (_client, ended) = served.connects(64 * 1024);
        sleep(Patience::default().header + Duration::from_millis(1)).await;
        tokio::task::yield_now().await;
        assert!(ended.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn silence_between_requests_may_last_longer_than_headers_but_not_for_ever() {
        let served = Served::new();
        let (mut client, ended) = served.connects(64 * 1024);
        for _ in 0..3 {
            client.write_all(GET).await.expect("sent");
            answer(&mut client, "hello").await;
            sleep(Patience::default().idle / 2).await;
        }
        assert!(!ended.is_finished());
        sleep(Patience::default().idle).await;
        ended.await.expect("no panic");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_take_an_answer_in_is_let_go() {
        let served = Served::new();
        let (mut client, ended) = served.connects(1024);
        client.write_all(b"GET /large HTTP/1.1\r\nhost: node.example\r\n\r\n").await.expect("sent");
        let longest = Patience::default().answer * 2;
        timeout(longest, ended).await.expect("the connection ends").expect("no panic");
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_is_not_taking_an_answer_in() {
        let served = Served::new();
        let (mut client, ended) = served.connects(1024);
        client.write_all(b"GET /large HTTP/1.1\r\nhost: node.example\r\n\r\n").await.expect("sent");
        let mut taken = 0;
        while !ended.is_finished() {
            taken += client.read(&mut [0; 16]).await.expect("bytes");
            sleep(Duration::from_secs(1)).await;
        }
        assert!(taken < ANSWER_BYTES, "{taken}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_that_goes_on_gets_all_of_a_large_answer() {
        let served = Served::new();
        let (mut client, ended) = served.connects(ANSWER_BYTES);
        client.write_all(b"GET /large HTTP/1.1\r\nhost: node.example\r\n\r\n").await.expect("sent");
        let (mut taken, mut piece) = (0, vec![0; ANSWER_BYTES]);
        while taken < LARGE {
            let read = client.read(&mut piece).await.expect("bytes");
            assert!(read > 0, "closed after {taken} bytes");
            taken += read;
            sleep(Patience::default().answer / 3).await;
        }
        assert!(!ended.is_finished());
        client.write_all(GET).await.expect("sent");
        answer(&mut client, "hello").await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_of_those_that_wait_gives_way_and_nobody_who_is_attended_to() {
        let served = Served::new();
        let (mut busy, busy_ended) = served.connects(64 * 1024);
        busy.write_all(b"GET /waits HTTP/1.1\r\nhost: node.example\r\n\r\n").await.expect("sent");
        tokio::task::yield_now().await;
        let (mut first, first_ended) = served.connects(64 * 1024);
        first.write_all(GET).await.expect("sent");
        answer(&mut first, "hello").await;
        let (mut second, second_ended) = served.connects(64 * 1024);
        second.write_all(GET).await.expect("sent");
        answer(&mut second, "hello").await;

        assert!(served.book.make_room());
        first_ended.await.expect("no panic");
        assert!(!second_ended.is_finished() && !busy_ended.is_finished());
        served.go.notify_one();
        answer(&mut busy, "done").await;
        second.write_all(GET).await.expect("sent");
        answer(&mut second, "hello").await;
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_trickles_gives_way_and_whoever_sends_steadily_does_not() {
        let served = Served::new();
        let post = b"POST /takes HTTP/1.1\r\nhost: node.example\r\ncontent-length: 1000000\r\n\r\n";
        let (mut steady, steady_ended) = served.connects(64 * 1024);
        steady.write_all(post).await.expect("sent");
        let (mut body, body_ended) = served.connects(64 * 1024);
        body.write_all(post).await.expect("sent");
        sleep(Duration::from_millis(1)).await;
        let (mut header, header_ended) = served.connects(64 * 1024);
        for byte in &GET[..4] {
            steady.write_all(&[b'x'; FILE_BYTES_EACH_SECOND as usize]).await.expect("sent");
            body.write_all(b"x").await.expect("sent");
            header.write_all(&[*byte]).await.expect("sent");
            sleep(Duration::from_secs(1)).await;
        }
        steady.write_all(&[b'x'; 2 * FILE_BYTES_EACH_SECOND as usize]).await.expect("sent");
        sleep(SLOW_AFTER / 2).await;
        assert!(served.book.make_room());
        body_ended.await.expect("no panic");
        assert!(served.book.make_room());
        header_ended.await.expect("no panic");
        assert!(!served.book.make_room(), "nobody else is behind");
        assert!(!steady_ended.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stops_ends_what_waits_and_finishes_what_is_attended_to() {
        let served = Served::new();
        let (mut idle, idle_ended) = served.connects(64 * 1024);
        idle.write_all(GET).await.expect("sent");
        answer(&mut idle, "hello").await;
        let (mut busy, busy_ended) = served.connects(64 * 1024);
        busy.write_all(b"GET /waits HTTP/1.1\r\nhost: node.example\r\n\r\n").await.expect("sent");
        tokio::task::yield_now().await;
        served.stop.send_replace(true);
        idle_ended.await.expect("no panic");
        assert!(!busy_ended.is_finished());
        served.go.notify_one();
        answer(&mut busy, "done").await;
        drop(busy);
        busy_ended.await.expect("no panic");
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_no_second_version_of_http() {
        let served = Served::new();
        let (mut client, ended) = served.connects(64 * 1024);
        client.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("sent");
        let mut told = Vec::new();
        client.read_to_end(&mut told).await.expect("an end");
        assert!(told.is_empty() || told.starts_with(b"HTTP/1.1 400") || told.starts_with(b"HTTP/1.1 505"), "{told:?}");
        drop(client);
        ended.await.expect("no panic");
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_so_many_headers() {
        let check = async |headers: usize, expected: &[u8]| {
            let served = Served::new();
            let (mut client, _) = served.connects(64 * 1024);
            let more = "x: a\r\n".repeat(headers - 1);
            client
                .write_all(format!("GET / HTTP/1.1\r\nhost: node.example\r\n{more}\r\n").as_bytes())
                .await
                .expect("sent");
            let mut told = [0; 12];
            client.read_exact(&mut told).await.expect("an answer");
            assert_eq!(told, expected, "{headers}");
        };
        check(HEADERS, b"HTTP/1.1 200").await;
        check(HEADERS + 1, b"HTTP/1.1 431").await;
    }

    #[tokio::test(start_paused = true)]
    async fn headers_have_so_many_bytes() {
        let check = async |bytes: usize, expected: &[u8]| {
            let served = Served::new();
            let (mut client, _) = served.connects(64 * 1024);
            let head = "GET / HTTP/1.1\r\nhost: node.example\r\nx: ";
            let filler = "a".repeat(bytes - head.len() - 4);
            client.write_all(format!("{head}{filler}\r\n\r\n").as_bytes()).await.expect("sent");
            let mut told = [0; 12];
            client.read_exact(&mut told).await.expect("an answer");
            assert_eq!(told, expected, "{bytes}");
        };
        check(HEADER_BYTES, b"HTTP/1.1 200").await;
        check(HEADER_BYTES + 1, b"HTTP/1.1 431").await;
    }
}
