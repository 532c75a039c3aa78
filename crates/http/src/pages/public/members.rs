//! The bodies that write records or ask for them, by name. No officer is named, and nobody is compared.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::actor::{Member, Standing};
use fairfile_domain::id::MemberCode;
use i18n_embed_fl::fl;

use super::Link;
use super::catalog::{in_force, link as item_link};
use super::statistics;
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

#[derive(Template)]
#[template(path = "public/members.html")]
struct List {
    frame: Frame,
    /// Each member with its sectors of life.
    members: Vec<(Link, String)>,
}

fn sectors(frame: &Frame, member: &Member) -> String {
    let titles: Vec<String> =
        member.sectors.iter().map(|sector| frame.language.of(&sector.title()).to_owned()).collect();
    titles.join(frame.language.pick(", ", "、"))
}

/// `GET /{language}/members`
pub(crate) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let directory = call.doors.reg().directory();
    let mut members: Vec<&Member> = directory.members.values().collect();
    members.sort_by_key(|member| frame.language.of(&member.title).to_owned());
    let row = |member: &&Member| {
        let link = Link {
            words: frame.language.of(&member.title).to_owned(),
            to: frame.to(&format!("/members/{}", member.code)),
        };
        (link, sectors(&frame, member))
    };
    let page = List { members: members.iter().map(row).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "public/member.html")]
struct One {
    frame: Frame,
    title: String,
    sectors: String,
    standing: String,
    writes: Vec<Link>,
    reconsiders: Vec<Link>,
    /// What it did in the last twelve months: each statistic with its counts.
    figures: Vec<(String, Vec<(String, String)>)>,
}

/// `GET /{language}/members/{member}`
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let counted = statistics::count(call).await?;
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let (catalog, directory) = (reg.catalog(), reg.directory());
    let code: MemberCode = call.last().parse().map_err(|_| RequestFault::NotFound)?;
    let member = directory.members.get(&code).ok_or(RequestFault::NotFound)?;
    let items = || in_force(&catalog, reg.today());
    let page = One {
        title: frame.language.of(&member.title).to_owned(),
        sectors: sectors(&frame, member),
        standing: match member.standing {
            Standing::Active => fl!(frame.words, "member-standing-active"),
            Standing::Suspended => fl!(frame.words, "member-standing-suspended"),
        },
        writes: items().filter(|item| item.sources.contains(&code)).map(|item| item_link(&frame, item)).collect(),
        reconsiders: items().filter(|item| item.reconsideration == code).map(|item| item_link(&frame, item)).collect(),
        figures: statistics::of_member(frame.words, &counted, code.as_str()),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn link() -> Link {
        Link { words: WRITTEN.to_owned(), to: "/en/x".to_owned() }
    }

    fn one(frame: Frame, writes: Vec<Link>) -> One {
        let text = || WRITTEN.to_owned();
        One {
            frame,
            title: text(),
            sectors: text(),
            standing: text(),
            writes,
            reconsiders: vec![link()],
            figures: Vec::new(),
        }
    }

    #[test]
    fn the_list_and_one_of_it() {
        hold(
            "public/members.html",
            &[
                ("empty", |frame| List { frame, members: Vec::new() }),
                ("full", |frame| List { frame, members: vec![(link(), WRITTEN.to_owned()), (link(), String::new())] }),
            ],
        );
        hold(
            "public/member.html",
            &[("empty", |frame| one(frame, Vec::new())), ("full", |frame| one(frame, vec![link(), link()]))],
        );
    }
}
