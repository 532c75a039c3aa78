//! `fairfile member list` and `fairfile officer release`.

use fairfile_http::wire;
use fairfile_service::registrar::{ReleaseError, release_officer};
use serde_json::{Value, json};

use super::{Place, record_text};
use crate::args::{MemberCommand, OfficerCommand};
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, padded};

/// Prints the members.
pub fn list(voice: &Voice, command: &MemberCommand) -> Result<Exit, Trouble> {
    let MemberCommand::List { at } = command;
    let document = match Place::find(voice, at)? {
        Place::Here(node, _) => wire::catalog::members(&node.registry.directory()),
        Place::There(server) => server.get("/api/members")?.done()?,
    };
    voice.tell(&document, || {
        let row = |member: &Value| {
            let sectors: Vec<&str> =
                member["sectors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let code = padded(member["member"].as_str().unwrap_or_default(), 22);
            format!("{code}{}  ({})\n", record_text::words(voice.language, &member["title"]), sectors.join(", "))
        };
        document["members"].as_array().into_iter().flatten().map(row).collect()
    })?;
    Ok(Exit::Done)
}

/// Two registrars release an officer.
pub fn release(voice: &Voice, command: &OfficerCommand) -> Result<Exit, Trouble> {
    let OfficerCommand::Release { code, first, second, reason, at } = command;
    let node = Node::open(&at.node)?;
    let officer = code.parse().map_err(|_| Trouble::from(ReleaseError::UnknownOfficer))?;
    release_officer(&node.registry, &officer, first, second, reason)?;
    let document =
        json!({ "schema": "fairfile.release/1", "officer": officer.as_str(), "by": [first.trim(), second.trim()] });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("经办人 {officer} 已解除停用，双方姓名和理由已记入日志。\n"),
        _ => format!("Officer {officer} may ask again. Both names and the reason are in the journal.\n"),
    })?;
    Ok(Exit::Done)
}

impl From<ReleaseError> for Trouble {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::NotTwo | ReleaseError::NoReason => Self::said(Exit::Usage, "U015", &error),
            ReleaseError::UnknownOfficer => Self::said(Exit::Usage, "U014", &error),
            ReleaseError::Registry(error) => error.into(),
        }
    }
}
