//! What anybody may see, and how long anybody may keep it.

use crate::node::{As, Ask, Engine, Node, on_both_engines};

fn text(node: &Node, path: &str, headers: &[(&'static str, &str)]) -> (u16, String, String) {
    let ask = headers.iter().fold(Ask::get(path, As::Nobody), |ask, (name, value)| ask.with(name, Some(value)));
    let reply = node.asks(&ask);
    let kept = reply.headers["cache-control"].to_str().expect("ASCII").to_owned();
    (reply.status, kept, String::from_utf8_lossy(&reply.body).into_owned())
}

fn the_public_door_tells_what_is_kept_and_how_to_check_it(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let (status, _, chinese) = text(&node, "/zh/problems/D007", &[]);
    assert!(status == 200 && chinese.contains("已拒绝"));
    let (status, _, plain) = text(&node, "/problems/q001", &[]);
    assert!(status == 200 && plain.starts_with("Q001: "));
    assert_eq!(text(&node, "/problems/X999", &[]).0, 404);
    let (_, _, escaped) = text(&node, "/en/problems/F102", &[]);
    assert!(escaped.contains("&#34;name&#34;"), "{escaped}");

    assert_eq!(text(&node, "/api/catalog/star-sign", &[]).0, 404);
    assert_eq!(text(&node, "/api/catalog", &[]).1, "public, max-age=60");
    assert_eq!(text(&node, "/journal/checkpoint", &[]).1, "no-store");
    let size = node.reg.store.head().snapshot().size();
    assert!(size > 512, "enough leaves for full tiles");
    let full = |path| {
        let (status, kept, _) = text(&node, path, &[]);
        assert_eq!((status, kept.contains("immutable")), (200, true), "{path}");
    };
    full("/journal/tile/0/000");
    full("/journal/tile/entries/001");
    let growing = format!("/journal/tile/0/{:03}.p/{}", size / 256, size % 256);
    assert_eq!(text(&node, &growing, &[]).1, "no-store");
    for path in [
        "/journal/tile/0/999",
        "/journal/tile/0/0",
        "/journal/tile/0/000.p/256",
        "/journal/tile/x",
        "/journal/tile/%30/000",
    ] {
        assert_eq!(text(&node, path, &[]).0, 404, "{path}");
    }
}

on_both_engines!(the_public_door_tells_what_is_kept_and_how_to_check_it);
