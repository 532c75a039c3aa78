//! The law's figures as they hold on this node, and why none of them is changed here.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::profile::{Figure, FloorWarning};
use fairfile_service::registry::Mode;
use i18n_embed_fl::fl;

use super::figures::{self, Said};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;
use crate::wire::Language;

/// A figure: its name and key, what it says, what it rests on, and the layer that set it.
struct Row {
    title: Said,
    key: String,
    value: Said,
    basis: Said,
    /// Key of the law, with its article, as the law file writes them.
    source: String,
    layer: Said,
}

/// A figure that a layer gave weaker than the floor, and what holds instead.
struct Weaker {
    layer: Said,
    title: Said,
    given: Said,
    kept: Said,
}

#[derive(Template)]
#[template(path = "registrar/settings.html")]
struct Settings {
    frame: Frame,
    facts: Vec<(String, String)>,
    never: Said,
    warnings: Vec<Weaker>,
    rows: Vec<Row>,
    /// The years of which the holidays are known, each with its days off and its make-up days.
    years: Vec<(String, String, String)>,
}

/// `GET /{language}/registry/settings`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (words, profile) = (frame.words, &reg.profile);
    let approved = match profile.approved_by.trim() {
        "" => fl!(words, "settings-not-approved"),
        by => by.to_owned(),
    };
    let mode = match reg.mode {
        Mode::Real => fl!(words, "settings-mode-real"),
        Mode::Demo => fl!(words, "settings-mode-demo"),
    };
    let layers: Vec<String> = profile.layers.iter().map(|code| figures::layer(frame.language, code).words).collect();
    let facts = vec![
        (fl!(words, "settings-profile"), figures::layer(frame.language, &profile.code).words),
        (fl!(words, "settings-approved"), approved),
        (fl!(words, "settings-layers"), layers.join(" → ")),
        (fl!(words, "settings-zone"), reg.zone.name().to_owned()),
        (fl!(words, "settings-mode"), mode),
    ];
    let days = |days: &std::collections::BTreeSet<fairfile_domain::day::Day>| {
        days.iter().map(|day| frame.day(*day)).collect::<Vec<_>>().join(frame.language.pick(", ", "、"))
    };
    let years = reg.holidays.years.iter();
    let page = Settings {
        facts,
        never: figures::words(frame.language, &profile.never_collect),
        warnings: profile.warnings.iter().map(|warning| weaker(frame.language, warning)).collect(),
        rows: profile.figures.iter().map(|(key, figure)| row(frame.language, key, figure)).collect(),
        years: years.map(|(year, known)| (year.to_string(), days(&known.off), days(&known.make_up))).collect(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

fn row(language: Language, key: &str, figure: &Figure) -> Row {
    let at = figure.at.as_deref().map(|at| format!(" {at}")).unwrap_or_default();
    Row {
        title: figures::title(language, key),
        key: key.to_owned(),
        value: figures::value(language, figure),
        basis: figures::basis(language, &figure.basis),
        source: format!("{}{at}", figure.source),
        layer: figures::layer(language, &figure.layer),
    }
}

fn weaker(language: Language, warning: &FloorWarning) -> Weaker {
    Weaker {
        layer: figures::layer(language, &warning.layer),
        title: figures::title(language, &warning.key),
        given: figures::word(language, &warning.given),
        kept: figures::word(language, &warning.kept),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn said(is_code: bool) -> Said {
        Said { words: text(), is_code }
    }

    fn settings(frame: Frame, warnings: usize, years: usize) -> Settings {
        let row = |is_code| Row {
            title: said(is_code),
            key: "answer_days".to_owned(),
            value: said(is_code),
            basis: said(is_code),
            source: "law 12".to_owned(),
            layer: said(is_code),
        };
        let weaker = |_| Weaker { layer: said(false), title: said(false), given: said(true), kept: said(false) };
        Settings {
            frame,
            facts: vec![(text(), text()), (text(), text())],
            never: said(warnings > 1),
            warnings: (0..warnings).map(weaker).collect(),
            rows: vec![row(false), row(true)],
            years: vec![("2026".to_owned(), text(), text()); years],
        }
    }

    #[test]
    fn from_a_node_without_holidays_to_one_with_warnings() {
        hold(
            "registrar/settings.html",
            &[
                ("empty", |frame| settings(frame, 0, 0)),
                ("one", |frame| settings(frame, 1, 1)),
                ("full", |frame| settings(frame, 3, 3)),
            ],
        );
    }
}
