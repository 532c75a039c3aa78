//! `fairfile stats export`: the counts that anybody may read, as a file.

use std::io::Write;

use fairfile_service::statistics::{Statistic, Statistics};
use serde_json::json;

use super::Place;
use crate::args::StatsCommand;
use crate::files;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Writes the counts of a statistic.
pub fn run(voice: &Voice, command: &StatsCommand) -> Result<Exit, Trouble> {
    let StatsCommand::Export { statistic, to, at } = command;
    let known = Statistic::find(statistic).ok_or_else(|| {
        Trouble::new(Exit::Usage, "U003", "there is no such statistic; name looks, refusals, intake or notices")
    })?;
    let text = match Place::find(voice, at)? {
        Place::Here(node, _) => Statistics::of(&node.registry)?.csv(known),
        Place::There(server) => server.get(&format!("/statistics/{}.csv", known.code()))?.text()?,
    };
    let Some(path) = to else {
        voice.write(text.as_bytes())?;
        return Ok(Exit::Done);
    };
    files::write_with(path, |file| file.write_all(text.as_bytes()))?;
    let document = json!({ "schema": "fairfile.statistics/1", "statistic": known.code() });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("已写入统计 {}。\n", known.code()),
        _ => format!("Wrote the statistic {}.\n", known.code()),
    })?;
    Ok(Exit::Done)
}
