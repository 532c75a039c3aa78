//! The third door: pages for people, in two languages, that work without scripts.
//!
//! A page calls what the API and the command line call, and words it; it decides nothing. Every word of it stands in
//! `locales`, every line of HTML in `templates`, its looks in `assets/fairfile.css`. What all pages share is in
//! `frame.rs`; how an address without a language finds one, in `address.rs`.

mod address;
mod assets;
mod bar;
mod citation;
pub(crate) mod counter;
pub(crate) mod demo;
mod fault;
mod form;
mod frame;
pub(crate) mod inquirer;
pub(crate) mod person;
mod plot;
mod public;
mod refused;
pub(crate) mod registrar;
mod said;
#[cfg(test)]
mod samples;
mod sending;
pub(crate) mod sign_in;
mod signed_in;
pub(crate) mod source;
pub(crate) mod supervisor;
mod words;

use axum::body::Body;
use axum::response::Response;

use crate::caller::Call;
use crate::problem::Problem;

pub(crate) use address::{LANGUAGES, redirect, without_slash};
pub(crate) use assets::asset;
pub(crate) use fault::fault;
pub(crate) use frame::Visitor;
pub(crate) use public::statistics::file as statistic_file;
pub(crate) use sending::{Sending, first_sending};

/// A page that GET shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Home,
    Rights,
    Catalog,
    Changes,
    Item,
    ItemVersion,
    Purposes,
    Purpose,
    Laws,
    Law,
    Members,
    Member,
    Statistics,
    Statistic,
    Learn,
    Help,
    Accessibility,
    Privacy,
    Status,
    Code,
    Verify,
    Journal,
    SignIn,
    SignedOut,
    Contact,
    Interface,
}

/// A form that POST takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The colours of every page, kept in a cookie.
    Theme,
    /// A file to be checked.
    Verify,
    /// Somebody signs in.
    SignIn,
    /// Whoever is signed in goes.
    SignOut,
}

/// Shows a page.
pub(crate) async fn show(page: Page, call: &Call<'_>) -> Result<Response, Problem> {
    match page {
        Page::Home => public::home::show(call),
        Page::Rights => public::rights::show(call),
        Page::Catalog => public::catalog::list(call),
        Page::Changes => public::catalog::changes(call),
        Page::Item => public::item::today(call),
        Page::ItemVersion => public::item::version(call),
        Page::Purposes => public::purposes::list(call),
        Page::Purpose => public::purposes::show(call),
        Page::Laws => public::laws::list(call),
        Page::Law => public::laws::show(call),
        Page::Members => public::members::list(call),
        Page::Member => public::members::show(call).await,
        Page::Statistics => public::statistics::list(call),
        Page::Statistic => public::statistics::show(call).await,
        Page::Learn => public::learn::learn(call),
        Page::Help => public::learn::help(call),
        Page::Accessibility => public::learn::accessibility(call),
        Page::Privacy => public::learn::privacy(call),
        Page::Status => public::status::show(call),
        Page::Code => public::codes::show(call),
        Page::Verify => public::verify::ask(call),
        Page::Journal => public::journal::show(call),
        Page::SignIn => person::sign_in(call),
        Page::SignedOut => person::signed_out(call),
        Page::Contact => public::learn::contact(call),
        Page::Interface => public::learn::interface(call),
    }
}

/// Takes a form.
pub(crate) async fn take(form: Form, call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    match form {
        Form::Theme => frame::choose_theme(call, body).await,
        Form::Verify => public::verify::check(call, body).await,
        Form::SignIn => person::open_session(call, body).await,
        Form::SignOut => person::sign_out(call, body).await,
    }
}
