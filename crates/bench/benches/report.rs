//! A page of a long check report beside a page of the same size from memory: the report has 100,000 rows that are not ready.
//!
//! `cargo bench -p fairfile-bench --bench report`. Only the ratio means anything on a machine that others use too.
#![allow(missing_docs, reason = "criterion's macros make functions without documentation")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use criterion::{Criterion, criterion_group, criterion_main};
use fairfile_demo::province;
use fairfile_domain::day::Instant;
use fairfile_http::limits::Rate;
use fairfile_http::{Config, Doors, router};
use fairfile_intake::Limits;
use fairfile_service::Clock;
use fairfile_service::source::{Evidence, Handed, submit_batch};
use fairfile_vault::Chance;
use tower::ServiceExt as _;

/// Rows of the file; none of them is ready.
const ROWS: usize = 100_000;
const ORIGIN: &str = "lanhe.example";

fn now() -> Instant {
    "2026-11-23T01:00:00Z".parse().expect("an instant")
}

/// A file of rows each of which has something wrong with it, by turns.
fn faulty() -> String {
    let mut file = String::from("身份证号码,姓名,注册证编号,类别,批准日期,有效期至\n");
    for n in 0..ROWS {
        let (number, class, day) = match n % 3 {
            0 => ("110105194912310021", "药学", "2025-03-01"),
            1 => ("11010519491231002X", "法学", "2025-03-01"),
            _ => ("11010519491231002X", "药学", "2025-02-30"),
        };
        writeln!(file, "{number},林小禾,LH-{n:07},{class},{day},2030-02-28").expect("memory takes text");
    }
    file
}

async fn ask(router: &Router, path: &str, cookie: &str) -> Response<Body> {
    let request = Request::get(path).header("host", ORIGIN).header("accept", "text/html").header("cookie", cookie);
    let request = request.body(Body::empty()).expect("a request");
    router.clone().oneshot(request).await.expect("an answer")
}

async fn body_of(response: Response<Body>) -> Bytes {
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), usize::MAX).await.expect("a body")
}

async fn session(router: &Router) -> String {
    let form = Request::post("/en/demo/visit").header("host", ORIGIN).body(Body::from("who=officer.0101"));
    let response = router.clone().oneshot(form.expect("a request")).await.expect("an answer");
    let cookie = response.headers().get("set-cookie").expect("a session").to_str().expect("text");
    cookie.split(';').next().expect("a cookie").to_owned()
}

fn pages(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let founded = province::found(&folder.path().join("node"), None, Chance::seeded(7), Clock::set_to(now()));
    let (_held, registry) = founded.expect("the province is founded");
    let reg = Arc::new(registry);
    let handed = Handed {
        member: "drug-administration".parse().expect("a code"),
        item: "pharmacist-licence".parse().expect("a code"),
    };
    let evidence = Evidence::in_session(&reg, &"0101".parse().expect("a code"), "a bench");
    let file = faulty();
    let again = || Ok(Cursor::new(file.clone()));
    let report = submit_batch(&reg, &handed, again, None, &evidence, &Limits::default(), &mut |_, _, _| {});
    let report = report.expect("it is taken");
    assert_eq!(report.counts.accepted, 0, "no row is ready");
    let batch = report.batch.expect("a batch");

    let mut config = Config::new(now);
    // The bench asks oftener than any officer.
    config.limits.rates.person = Rate { each_minute: 1_000_000, at_once: 1_000_000 };
    config.origins = vec![format!("http://{ORIGIN}")];
    let router = router::router(Doors::new(reg, config).expect("an origin"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let cookie = runtime.block_on(session(&router));
    let first = format!("/en/source/batches/{batch}");
    let page = runtime.block_on(async { body_of(ask(&router, &first, &cookie).await).await });
    println!("a page has {} bytes", page.len());
    let of_memory: Router = Router::new().route("/page", get(move || async move { page.clone() }));
    for (name, path) in [
        ("report of 100,000 rows: the first page", first.clone()),
        ("report of 100,000 rows: a page in the middle", format!("{first}?after=50000")),
        ("report of 100,000 rows: a page of one group", format!("{first}?code=B006&input=class&after=50000")),
    ] {
        c.bench_function(name, |b| {
            b.iter(|| runtime.block_on(async { body_of(ask(&router, black_box(&path), &cookie).await).await }))
        });
    }
    c.bench_function("a page of the same size from memory", |b| {
        b.iter(|| runtime.block_on(async { body_of(ask(&of_memory, black_box("/page"), &cookie).await).await }))
    });
}

criterion_group! { name = report; config = Criterion::default().sample_size(20); targets = pages }
criterion_main!(report);
