//! `fairfile restore`: a node out of its backups, the check of backups, and a journal that goes on without what was lost.

use std::path::Path;

use fairfile_service::keeping::{
    Continued, KnownBy, Restored, Sources, Standing, check_backups, continue_journal, restore as restore_node,
};
use fairfile_vault::Chance;
use serde_json::{Value, json};

use super::backup::{of_data, of_keys};
use crate::ambient;
use crate::args::RestoreArgs;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// Leaves with 0 if a node may be served, 3 if its journal lacks what was signed, 8 if its rows are not as it tells.
pub fn run(voice: &Voice, asked: &RestoreArgs) -> Result<Exit, Trouble> {
    match &asked.node {
        None => check(voice, asked),
        Some(path) if asked.goes_on => go_on(voice, path, asked),
        Some(path) => restore(voice, path, asked),
    }
}

fn check(voice: &Voice, asked: &RestoreArgs) -> Result<Exit, Trouble> {
    let checked = check_backups(asked.data.as_deref(), asked.keys.as_deref())?;
    let document = json!({
        "schema": "fairfile.backup-checked/1",
        "data": checked.data.as_ref().map(of_data),
        "keys": checked.keys.as_ref().map(of_keys),
    });
    voice.tell(&document, || {
        voice.pick("Every digest is right; nothing was written.\n", "全部摘要正确，未写入任何内容。\n").to_owned()
    })?;
    Ok(Exit::Done)
}

fn restore(voice: &Voice, path: &Path, asked: &RestoreArgs) -> Result<Exit, Trouble> {
    let sources = Sources {
        data: asked.data.as_deref(),
        keys: asked.keys.as_deref(),
        root_key: asked.root_key.as_deref(),
        postgres: asked.postgres.as_deref(),
    };
    let restored = restore_node(path, &sources, Chance::system(), ambient::machine()?)?;
    let document = json!({
        "schema": "fairfile.restored/1",
        "data": restored.data.as_ref().map(of_data),
        "keys": restored.keys.as_ref().map(of_keys),
        "keys_destroyed": restored.keys_destroyed,
        "keys_missing": restored.keys_missing,
        "standing": standing(&restored.standing),
    });
    voice.tell(&document, || text(voice, &restored))?;
    if restored.keys_missing > 0 {
        voice.say(voice.pick(
            "The keys are older than the data: what those keys seal cannot be opened. A later key backup would have them.",
            "密钥备份早于数据：缺失密钥所封内容无法打开，较新的密钥备份中才有。",
        ));
    }
    Ok(close(voice, path, &restored.standing))
}

fn text(voice: &Voice, restored: &Restored) -> String {
    let leaves = restored.data.as_ref().map(|data| counted(data.header.size));
    let keys = restored.keys.as_ref().map(|keys| counted(keys.content_keys));
    let (destroyed, missing) = (counted(restored.keys_destroyed), counted(restored.keys_missing));
    let none = || "-".to_owned();
    let (leaves, keys) = (leaves.unwrap_or_else(none), keys.unwrap_or_else(none));
    match voice.pick("en", "zh") {
        "zh" => format!(
            "已恢复：日志 {leaves} 条，密钥 {keys} 个；其中早已销毁而再次销毁 {destroyed} 个，缺失 {missing} 个。\n"
        ),
        _ => format!(
            "Restored: entries of the journal {leaves}, keys {keys}; {destroyed} of them destroyed again, {missing} missing.\n"
        ),
    }
}

fn go_on(voice: &Voice, path: &Path, asked: &RestoreArgs) -> Result<Exit, Trouble> {
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let (first, second, reason) = (word(&asked.first), word(&asked.second), word(&asked.reason));
    let known_by = if asked.receipts_lost { KnownBy::TheTwo } else { KnownBy::TheNode };
    let Continued { continuation, standing: stands } =
        continue_journal(path, (&first, &second, &reason), known_by, Chance::system(), ambient::machine()?)?;
    let document = json!({
        "schema": "fairfile.journal-continued/1",
        "origin": continuation.origin,
        "old_origin": continuation.old_origin,
        "lost_from": continuation.lost_from,
        "lost_until": continuation.lost_until,
        "standing": standing(&stands),
    });
    voice.tell(&document, || {
        let (new, old, from) = (&continuation.origin, &continuation.old_origin, continuation.lost_from);
        match voice.pick("en", "zh") {
            "zh" => format!("日志自此以 {new} 为名继续；{old} 之下自第 {from} 条起可能已遗失。\n"),
            _ => format!("The journal goes on as {new}. Under {old}, entries from no. {from} on may be lost.\n"),
        }
    })?;
    voice.say(voice.pick(
        "It has a new signing key: publish it (fairfile journal key). Receipts for what is still there stay valid under the old one. Both names and the reason are in the journal; tell the supervisor.",
        "签名密钥已更换：请公布新密钥（fairfile journal key）。尚存条目的回执在旧密钥下仍然有效。双方姓名和理由已记入日志，请告知监督机关。",
    ));
    Ok(close(voice, path, &stands))
}

/// How the node stands, as `--json` prints it.
fn standing(standing: &Standing) -> Value {
    match standing {
        Standing::Whole { contents_noted, findings } => {
            json!({ "usable": true, "contents_noted": contents_noted, "findings": findings })
        }
        Standing::Recovering(error) => {
            json!({ "usable": false, "problem": Trouble::from_recovering(error).document() })
        }
    }
}

/// Says what comes next, and gives the number to leave with.
fn close(voice: &Voice, path: &Path, standing: &Standing) -> Exit {
    match standing {
        Standing::Whole { contents_noted, findings } => {
            if *contents_noted > 0 {
                let noted = counted(*contents_noted);
                voice.say(&match voice.pick("en", "zh") {
                    "zh" => format!("{noted} 条记录的密钥早已销毁，现已记为已销毁。"),
                    _ => format!("{noted} record(s) had lost their keys before; they are noted as destroyed."),
                });
            }
            if *findings > 0 {
                let (findings, folder) = (counted(*findings), path.display());
                voice.say(&match voice.pick("en", "zh") {
                    "zh" => format!("有 {findings} 处与日志不符。下一步：fairfile verify --node {folder}"),
                    _ => format!(
                        "{findings} finding(s) do not agree with the journal. Next: fairfile verify --node {folder}"
                    ),
                });
                return Exit::NoProof;
            }
            Exit::Done
        }
        Standing::Recovering(error) => {
            voice.say(Trouble::from_recovering(error).lines(|tag| voice.red(tag)).trim_end());
            Exit::Found
        }
    }
}
