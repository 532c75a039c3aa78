//! One record is corrected or withdrawn, for a reason of the law's list, with words for the person. It goes the same way as
//! a file of corrections: a file of one row.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Input, InputKind, Item};
use fairfile_domain::correction::{Act, REASONS, Reason};
use fairfile_domain::id::{DraftId, InputCode, RecordId};
use fairfile_service::Registry;
use fairfile_service::source::sheet::{OneCorrection, one_correction};
use fairfile_service::source::{self, RecordStanding};
use i18n_embed_fl::fl;

use super::field::{Entry, Field};
use super::open::{fixed, opened};
use super::report::Words;
use super::trouble::Wrong;
use super::{Desk, asked, item_name, member_name, part};
use crate::caller::Call;
use crate::drafts::{self, Change, Draft, Opened, What};
use crate::pages::address::to_page;
use crate::pages::fault::sentence;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

#[derive(Template)]
#[template(path = "source/record_change.html")]
struct Page {
    frame: Frame,
    reference: String,
    item: String,
    is_withdrawal: bool,
    /// Where this form is sent, and the way back.
    to: String,
    back: String,
    /// What can be corrected; empty once one is chosen.
    inputs: Vec<Entry>,
    /// The input that is corrected, and its code.
    value: Option<Field>,
    input: String,
    reasons: Vec<Entry>,
    words: String,
    told: Vec<String>,
    reason_wrong: Option<String>,
    words_wrong: Option<String>,
    wrong: Option<Wrong>,
    is_wrong: bool,
    /// Why nothing can be changed; nothing if it can.
    fixed: Option<String>,
}

/// Whether an input can be corrected: number, name and identifier are withdrawn and sent anew.
fn can_be_corrected(input: &Input) -> bool {
    !matches!(input.kind, InputKind::Identifier(_) | InputKind::Name | InputKind::Number)
}

impl Page {
    fn title(&self) -> String {
        let words = self.frame.words;
        let title = match self.is_withdrawal {
            true => fl!(words, "withdraw-title"),
            false => fl!(words, "correct-title"),
        };
        if self.is_wrong { fl!(words, "error-title", page = title) } else { title }
    }

    fn question(&self) -> String {
        match self.is_withdrawal {
            true => fl!(self.frame.words, "withdraw-title"),
            false => fl!(self.frame.words, "correct-title"),
        }
    }

    /// Marks what is wrong where it is wrong.
    fn mark(&mut self, item: &Item, input: Option<&str>, code: &'static str) {
        self.is_wrong = true;
        let (what, next) = Words { frame: &self.frame, item: Some(item) }.of_record(code);
        let text = [sentence(&what).as_str(), self.frame.gap(), &sentence(&next)].concat();
        match (input, code, &mut self.value) {
            (_, "B022" | "B025", _) => self.reason_wrong = Some(text),
            (None, "B008" | "B009", _) => self.words_wrong = Some(text),
            (Some(_), _, Some(value)) | (None, "B024", Some(value)) => value.wrong = Some(text),
            (_, _, _) => self.wrong = Some(Wrong::of_record(&self.frame, code, (&what, &next))),
        }
    }
}

/// What both pages need: the record that is open, where it stands, its item.
struct Ground {
    record: RecordId,
    opened: Arc<Opened>,
    standing: RecordStanding,
    item: Item,
}

/// Nothing if the officer has not opened the record: its page then says how.
fn ground(call: &Call<'_>, desk: &Desk) -> Result<Result<Ground, RecordId>, Problem> {
    let (record, opened) = opened(call, desk, part(call, 1))?;
    let Some(opened) = opened else { return Ok(Err(record)) };
    let reg = call.doors.reg();
    let standing = source::record_standing(reg, &desk.member, record)?.ok_or(RequestFault::NotFound)?;
    let catalog = reg.catalog();
    let item = catalog.item(&standing.on_file.item, standing.on_file.item_version);
    let item = item.ok_or(RequestFault::NotFound)?.clone();
    Ok(Ok(Ground { record, opened, standing, item }))
}

fn page(call: &Call<'_>, ground: &Ground, act: Act, fields: &Fields) -> Page {
    let frame = Frame::of(call);
    let Ground { record, standing, item, .. } = ground;
    let chosen = fields.text("input");
    let input = item.inputs.iter().find(|input| input.code.as_str() == chosen && can_be_corrected(input));
    let input = input.filter(|_| act == Act::Correct);
    let entry = |input: &Input| Entry {
        code: frame.to(&format!("/source/records/{record}/correct?input={}", input.code)),
        title: frame.language.of(&input.title).to_owned(),
        is_chosen: false,
    };
    let inputs = item.inputs.iter().filter(|input| can_be_corrected(input)).map(entry);
    let reason = |row: &fairfile_domain::correction::ReasonRow| Entry {
        code: row.code.to_owned(),
        title: frame.language.pick(row.en, row.zh).to_owned(),
        is_chosen: row.code == fields.text("reason"),
    };
    Page {
        reference: record.to_string(),
        item: item_name(&call.doors.reg().catalog(), &frame, &item.code),
        is_withdrawal: act == Act::Withdraw,
        to: frame.to(&format!("/source/records/{record}/{}", act.word())),
        back: frame.to(&format!("/source/records/{record}")),
        inputs: if act == Act::Correct && input.is_none() { inputs.collect() } else { Vec::new() },
        value: input.map(|input| {
            let mut field = Field::of(&frame, input, fields.text("value"));
            field.name = "value".to_owned();
            field
        }),
        input: input.map(|input| input.code.to_string()).unwrap_or_default(),
        reasons: REASONS.iter().map(reason).collect(),
        words: fields.text("words").to_owned(),
        told: standing.told.iter().map(|member| member_name(call, &frame, member)).collect(),
        reason_wrong: None,
        words_wrong: None,
        wrong: None,
        is_wrong: false,
        fixed: standing.unchangeable.map(|why| fixed(&frame, why)),
        frame,
    }
}

/// `GET /{language}/source/records/{id}/correct` and `/withdraw`
pub(super) fn ask(call: &Call<'_>, desk: &Desk, act: Act) -> Result<Response, Problem> {
    let ground = match ground(call, desk)? {
        Ok(ground) => ground,
        Err(record) => return to_page(&Frame::of(call).to(&format!("/source/records/{record}"))),
    };
    let chosen = asked(call, "input").map(|input| ("input".to_owned(), input));
    let page = page(call, &ground, act, &Fields::of(chosen.into_iter().collect()));
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST` to the same addresses: the check page, or the form again with what is wrong.
pub(super) async fn take(call: &Call<'_>, desk: &Desk, body: Body, act: Act) -> Result<Response, Problem> {
    let fields = desk.fields(call, body).await?;
    let ground = match ground(call, desk)? {
        Ok(ground) => ground,
        Err(record) => return to_page(&Frame::of(call).to(&format!("/source/records/{record}"))),
    };
    let doors = call.doors;
    let mut page = page(call, &ground, act, &fields);
    if page.fixed.is_some() {
        return page.frame.answer(StatusCode::CONFLICT, &page);
    }
    if act == Act::Correct && page.value.is_none() {
        return page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let Some(reason) = Reason::find(fields.text("reason")) else {
        page.mark(&ground.item, None, "B022");
        return page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let row = OneCorrection {
        act,
        number: &ground.opened.number,
        identifier: &ground.opened.identifier,
        input: &page.input,
        value: if act == Act::Correct { fields.text("value") } else { "" },
        reason: reason.row().code,
        words: fields.text("words"),
        // Of this one form and what it says: sent again it is the same correction, with other words it is another.
        reference: &reference(call, &fields),
    };
    let file = drafts::written(doors, &one_correction(&row))?;
    let value = (act == Act::Correct).then(|| page.input.parse::<InputCode>().ok()).flatten();
    let change = Change {
        record: ground.record,
        act,
        value: value.map(|input| (input, fields.text("value").to_owned())),
        reason,
        words: fields.text("words").to_owned(),
        told: ground.standing.told.clone(),
    };
    let what = What::Change(Box::new(change));
    let draft = Draft::new(doors, desk.officer.clone(), desk.handed(&ground.opened.item), what, file)?;
    let limits = doors.work_limits();
    let work = move |reg: &Arc<Registry>| draft.check(reg, &limits).map(|report| (draft, report));
    let (draft, report) = doors.blocking(work).await??;
    if let Some(row) = report.rows.first() {
        let known = crate::explain::explain(&row.code).map_or("Q021", |known| known.code);
        page.mark(&ground.item, row.input.as_deref(), known);
        return page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    draft.keep(doors, &report)?;
    let draft = doors.drafts().keep(draft, doors.now().unix_micros())?;
    to_page(&page.frame.to(&format!("/source/batches/{}/send", draft.id)))
}

/// What makes a second sending of one form the same row.
fn reference(call: &Call<'_>, fields: &Fields) -> String {
    let said = ["form_key", "input", "value", "reason", "words"].map(|name| fields.text(name)).join("\n");
    let hash = call.doors.reg().vault.keyring().hashes().content_of("correction-form", said.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash[..16]);
    DraftId::from_bytes(short).hex()
}

#[cfg(test)]
mod samples {
    use super::super::field::Shape;
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame) -> Page {
        let reason = |is_chosen| Entry { code: "wrong-person".to_owned(), title: text(), is_chosen };
        Page {
            frame,
            reference: "rec_1".to_owned(),
            item: text(),
            is_withdrawal: false,
            to: "/en/x".to_owned(),
            back: "/en/x".to_owned(),
            inputs: Vec::new(),
            value: None,
            input: String::new(),
            reasons: vec![reason(false), reason(true)],
            words: String::new(),
            told: Vec::new(),
            reason_wrong: None,
            words_wrong: None,
            wrong: None,
            is_wrong: false,
            fixed: None,
        }
    }

    fn correction(frame: Frame, is_wrong: bool) -> Page {
        let value = Some(Field::sample("value", Shape::Line, is_wrong));
        Page { value, input: "class".to_owned(), words: text(), told: vec![text(), text()], ..page(frame) }
    }

    #[test]
    fn from_choosing_what_is_wrong_to_a_form_that_is_wrong_itself() {
        hold(
            "source/record_change.html",
            &[
                ("choosing", |frame| {
                    let input = || Entry { code: "/en/x".to_owned(), title: text(), is_chosen: false };
                    Page { inputs: vec![input(), input()], ..page(frame) }
                }),
                ("not to be changed", |frame| Page { fixed: Some(text()), ..page(frame) }),
                ("withdrawal, nobody told", |frame| Page { is_withdrawal: true, ..page(frame) }),
                ("correction, one told", |frame| Page { told: vec![text()], ..correction(frame, false) }),
                ("full", |frame| correction(frame, false)),
                ("fields that are wrong", |frame| Page {
                    reason_wrong: Some(text()),
                    words_wrong: Some(text()),
                    is_wrong: true,
                    ..correction(frame, true)
                }),
                ("wrong as a whole", |frame| Page {
                    wrong: Some(Wrong::sample("main")),
                    is_wrong: true,
                    ..correction(frame, false)
                }),
            ],
        );
    }
}
