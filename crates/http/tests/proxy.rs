//! Behind a proxy that keeps what it may: nobody ever gets a byte of another's (T40).

#[path = "doors/node.rs"]
mod node;

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use node::{Engine, Node, SHOWN, sample_bytes};

/// Rounds in which all visitors ask for all pages.
const ROUNDS: usize = 20;

/// A cache that keeps every answer for ten minutes that does not forbid it, whoever asked and with whatever cookie.
fn configuration(folder: &Path, port: u16, node: SocketAddr) -> String {
    let folder = folder.display();
    let mut places = String::new();
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        writeln!(places, "{kind}_temp_path {folder}/{kind};").expect("a text takes all");
    }
    format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
access_log off;
{places}
proxy_cache_path {folder}/cache keys_zone=all:1m;
server {{
listen 127.0.0.1:{port};
location / {{
proxy_pass http://{node};
proxy_cache all;
proxy_cache_key $request_uri;
proxy_cache_valid any 10m;
proxy_cache_lock on;
proxy_ignore_headers Vary Set-Cookie Expires;
proxy_cache_use_stale error timeout updating;
add_header X-Cache $upstream_cache_status always;
}}
}}
}}
"
    )
}

struct Proxy {
    child: Child,
    addr: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Proxy {
    fn before(node: SocketAddr) -> Self {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let addr = free.local_addr().expect("an address");
        drop(free);
        let conf = folder.path().join("nginx.conf");
        fs::write(&conf, configuration(folder.path(), addr.port(), node)).expect("a writable folder");
        // Debian keeps it where only an administrator looks.
        let start = |program: &&str| {
            let mut command = Command::new(program);
            command.args(["-e", "stderr", "-c"]).arg(&conf).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().ok()
        };
        let child = ["nginx", "/usr/sbin/nginx"].iter().find_map(start);
        let child = child.expect("nginx runs; `cargo xtask test` installs it");
        let mut proxy = Self { child, addr, _folder: folder };
        while TcpStream::connect(proxy.addr).is_err() {
            assert!(proxy.child.try_wait().expect("a child").is_none(), "nginx has ended");
            std::thread::yield_now();
        }
        proxy
    }

    /// The whole answer as text, its headers in front.
    fn get(&self, path: &str, cookie: Option<&str>) -> String {
        let cookie = cookie.map(|token| format!("Cookie: fairfile_session={token}\r\n")).unwrap_or_default();
        let host = self.addr;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{cookie}Connection: close\r\n\r\n");
        let mut stream = TcpStream::connect(self.addr).expect("a connection");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Another person of the sample: number and name.
fn another() -> (String, String) {
    let sample = String::from_utf8(sample_bytes("pharmacist-licences-2026-10.csv")).expect("UTF-8");
    let rows = sample.lines().skip(1).map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
    let person = rows.filter(|row| row.contains(&"LH-YS-2017-00004")).map(|row| {
        let number = row.iter().find(|cell| cell.len() == 18).expect("a number");
        let name = row.iter().find(|cell| !cell.is_ascii()).expect("a name");
        ((*number).to_owned(), (*name).to_owned())
    });
    person.into_iter().next().expect("the fourth pharmacist of the sample")
}

#[test]
fn a_cache_between_two_people_crosses_nothing() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let (number, name) = another();
    let mut serving = node.serves(|_| ());
    let proxy = Proxy::before(serving.addr);
    let visitors = [
        (Some(signs_in(&proxy, SHOWN.0)), SHOWN.1),
        (Some(signs_in(&proxy, &number)), &name),
        (None, "nobody of this name"),
    ];
    for _ in 0..ROUNDS {
        for path in ["/en/my", "/en/my/looks", "/zh/my", "/en", "/en/rights"] {
            for (place, (token, name)) in visitors.iter().enumerate() {
                let page = proxy.get(path, token.as_deref());
                assert!(!page.contains("X-Cache: HIT"), "{path} came out of the cache");
                for (_, (_, another)) in visitors.iter().enumerate().filter(|row| row.0 != place) {
                    assert!(!page.contains(another), "{path} shows another's name");
                }
                if path.ends_with("/my") && token.is_some() {
                    assert!(page.contains("200 OK") && page.contains(name), "{path}: {page}");
                }
                assert_eq!(page.contains("401 Unauthorized"), path.contains("/my") && token.is_none(), "{path}");
            }
        }
    }
    proxy.get("/api/catalog", None);
    let again = proxy.get("/api/catalog", None);
    assert!(again.contains("X-Cache: HIT"), "the proxy does keep what it may: {again}");
    serving.stop();
}

/// Signs in through the proxy as a program does, for the token alone.
fn signs_in(proxy: &Proxy, number: &str) -> String {
    let body = format!("number={number}");
    let (host, length) = (proxy.addr, body.len());
    let kind = "application/x-www-form-urlencoded";
    let request = format!(
        "POST /en/sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(proxy.addr).expect("a connection");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (_, rest) = answer.split_once("fairfile_session=").unwrap_or_else(|| panic!("no session: {answer}"));
    rest.split(';').next().expect("a token").to_owned()
}
