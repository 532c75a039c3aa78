//! `fairfile staff`, `fairfile invite`, `fairfile passkey` and `fairfile recovery`: those who work at a counter.

use fairfile_domain::actor::{Office, Staff, Standing};
use fairfile_domain::day::Instant;
use fairfile_domain::id::{PasskeyId, RecoveryId, StaffCode};
use fairfile_domain::sign_in::{KeyHolder, Recovery};
use fairfile_service::Registry;
use fairfile_service::registrar::{Admission, admit};
use fairfile_service::sign_in::{
    self, Decided, Half, Holding, InviteError, Invited, RecoverError, StopError, change_staff_standing,
};
use fairfile_store::passkey::Passkey;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::args::{OfficeArg, PasskeyCommand, RecoveryCommand, StaffCommand, TwoArgs};
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, padded};

/// Who does something by the command line: whoever can open the node's folder.
const OPERATOR: &str = "operator";

/// `fairfile staff`.
pub fn staff(voice: &Voice, command: &StaffCommand) -> Result<Exit, Trouble> {
    match command {
        StaffCommand::Add { code, office, at } => add(voice, &Node::open(&at.node)?, code, *office),
        StaffCommand::List { at } => list_staff(voice, &Node::open(&at.node)?),
        StaffCommand::Suspend { code, two, at } => {
            stand(voice, &Node::open(&at.node)?, code, (two, Standing::Suspended))
        }
        StaffCommand::Restore { code, two, at } => stand(voice, &Node::open(&at.node)?, code, (two, Standing::Active)),
    }
}

fn add(voice: &Voice, node: &Node, code: &str, office: OfficeArg) -> Result<Exit, Trouble> {
    let office = match office {
        OfficeArg::Registry => Office::Registry,
        OfficeArg::Supervision => Office::Supervision,
    };
    let staff = Staff { code: staff_code(code)?, office, standing: Standing::Active };
    if node.registry.directory().staff.contains_key(&staff.code) {
        return Err(Trouble::new(Exit::Changed, "U019", "somebody has this code already; nothing was changed"));
    }
    let document = json!({ "schema": "fairfile.staff/1", "staff": [staff_document(&staff)] });
    admit(&node.registry, Admission { staff: vec![staff.clone()], ..Admission::default() })?;
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("已登记 {}。下一步：fairfile invite staff/{} --node 目录\n", staff.code, staff.code),
        _ => format!("Admitted {}. Next: fairfile invite staff/{} --node DIR\n", staff.code, staff.code),
    })?;
    Ok(Exit::Done)
}

fn list_staff(voice: &Voice, node: &Node) -> Result<Exit, Trouble> {
    let directory = node.registry.directory();
    let rows: Vec<Value> = directory.staff.values().map(staff_document).collect();
    voice.tell(&json!({ "schema": "fairfile.staff/1", "staff": rows }), || {
        let line = |staff: &Staff| {
            format!("{}{}{}\n", padded(staff.code.as_str(), 22), padded(staff.office.word(), 14), staff.standing.word())
        };
        directory.staff.values().map(line).collect()
    })?;
    Ok(Exit::Done)
}

fn staff_document(staff: &Staff) -> Value {
    json!({ "code": staff.code.as_str(), "office": staff.office.word(), "standing": staff.standing.word() })
}

fn stand(voice: &Voice, node: &Node, code: &str, (two, standing): (&TwoArgs, Standing)) -> Result<Exit, Trouble> {
    let code = staff_code(code)?;
    change_staff_standing(&node.registry, &code, standing, (&two.first, &two.second, &two.reason))?;
    let by = [two.first.trim(), two.second.trim()];
    let document =
        json!({ "schema": "fairfile.standing/1", "code": code.as_str(), "standing": standing.word(), "by": by });
    voice.tell(&document, || match (voice.pick("en", "zh"), standing) {
        ("zh", Standing::Suspended) => format!("{code} 已停用，不能再登录。双方姓名和理由已记入日志。\n"),
        ("zh", Standing::Active) => format!("{code} 已恢复。双方姓名和理由已记入日志。\n"),
        (_, Standing::Suspended) => {
            format!("{code} is suspended and signs in no more. Both names and the reason are in the journal.\n")
        }
        (_, Standing::Active) => format!("{code} may act again. Both names and the reason are in the journal.\n"),
    })?;
    Ok(Exit::Done)
}

/// `fairfile invite`.
pub fn invite(voice: &Voice, node: &Node, holder: &str) -> Result<Exit, Trouble> {
    let holder = find_holder(&node.registry, holder)?;
    let Invited { holder, code, ends_at } = sign_in::invite(&node.registry, &holder, OPERATOR)?;
    tell_invited(voice, &holder, &code, ends_at)
}

/// The code goes to standard output, once; it is kept nowhere.
fn tell_invited(voice: &Voice, holder: &KeyHolder, code: &str, ends_at: Instant) -> Result<Exit, Trouble> {
    let document = json!({
        "schema": "fairfile.invitation/1",
        "holder": holder.to_string(),
        "code": code,
        "ends_at": ends_at.to_string(),
    });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!(
            "{code}\n{holder} 的一次性邀请码，{ends_at} 前有效。请当面交给本人，在 /sign-in/staff/invited 输入。\n"
        ),
        _ => format!(
            "{code}\nThe one-time code for {holder}, good until {ends_at}. Hand it over in person, to be typed at \
             /sign-in/staff/invited.\n"
        ),
    })?;
    Ok(Exit::Done)
}

/// `fairfile passkey`.
pub fn passkey(voice: &Voice, command: &PasskeyCommand) -> Result<Exit, Trouble> {
    match command {
        PasskeyCommand::List { holder, at } => list_passkeys(voice, &Node::open(&at.node)?, holder),
        PasskeyCommand::Stop { passkey, at } => stop(voice, &Node::open(&at.node)?, passkey),
    }
}

fn list_passkeys(voice: &Voice, node: &Node, holder: &str) -> Result<Exit, Trouble> {
    let holder = find_holder(&node.registry, holder)?;
    let passkeys = sign_in::list_passkeys(&node.registry, &holder)?;
    let row = |passkey: &Passkey| {
        json!({
            "passkey": passkey.id.to_string(),
            "made_at": passkey.made_at.to_string(),
            "used_at": passkey.used_at.map(|at| at.to_string()),
            "stopped_at": passkey.stopped_at.map(|at| at.to_string()),
        })
    };
    let rows: Vec<Value> = passkeys.iter().map(row).collect();
    let document = json!({ "schema": "fairfile.passkeys/1", "holder": holder.to_string(), "passkeys": rows });
    voice.tell(&document, || {
        let line = |passkey: &Passkey| {
            let state = match (passkey.stopped_at, voice.pick("en", "zh")) {
                (Some(at), "zh") => format!("{at} 停用"),
                (Some(at), _) => format!("stopped {at}"),
                (None, "zh") => "有效".to_owned(),
                (None, _) => "in use".to_owned(),
            };
            format!("{}  {}  {state}\n", passkey.id, passkey.made_at)
        };
        passkeys.iter().map(line).collect()
    })?;
    Ok(if passkeys.is_empty() { Exit::Nothing } else { Exit::Done })
}

fn stop(voice: &Voice, node: &Node, passkey: &str) -> Result<Exit, Trouble> {
    let id: PasskeyId = passkey.parse().map_err(|_| Trouble::from(StopError::Unknown))?;
    let holder = sign_in::stop_passkey(&node.registry, id, OPERATOR)?;
    let document = json!({ "schema": "fairfile.stopped/1", "passkey": id.to_string(), "holder": holder.to_string() });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("{holder} 的通行密钥 {id} 已停用，不能恢复。\n"),
        _ => format!("Passkey {id} of {holder} is stopped for good.\n"),
    })?;
    Ok(Exit::Done)
}

/// `fairfile recovery`.
pub fn recovery(voice: &Voice, command: &RecoveryCommand) -> Result<Exit, Trouble> {
    match command {
        RecoveryCommand::List { at } => list_recoveries(voice, &Node::open(&at.node)?),
        RecoveryCommand::Ask { holder, at } => ask(voice, &Node::open(&at.node)?, holder),
        RecoveryCommand::Approve { recovery, first, second, at } => {
            approve(voice, &Node::open(&at.node)?, recovery, (first, second.as_deref()))
        }
        RecoveryCommand::Refuse { recovery, registrar, at } => {
            refuse(voice, &Node::open(&at.node)?, recovery, registrar)
        }
    }
}

fn list_recoveries(voice: &Voice, node: &Node) -> Result<Exit, Trouble> {
    let waiting = sign_in::list_recoveries(&node.registry)?;
    let row = |recovery: &Recovery| {
        json!({
            "recovery": recovery.id.to_string(),
            "holder": recovery.holder.to_string(),
            "asked_at": recovery.asked_at.to_string(),
            "ripe_at": recovery.ripe_at.to_string(),
            "approved_by": recovery.approved_by.as_ref().map(StaffCode::to_string),
        })
    };
    let rows: Vec<Value> = waiting.iter().map(row).collect();
    voice.tell(&json!({ "schema": "fairfile.recoveries/1", "recoveries": rows }), || {
        let line = |recovery: &Recovery| match voice.pick("en", "zh") {
            "zh" => format!("{}  {}  {} 起可批准\n", recovery.id, recovery.holder, recovery.ripe_at),
            _ => format!("{}  {}  can be granted from {}\n", recovery.id, recovery.holder, recovery.ripe_at),
        };
        waiting.iter().map(line).collect()
    })?;
    Ok(if waiting.is_empty() { Exit::Nothing } else { Exit::Done })
}

fn ask(voice: &Voice, node: &Node, holder: &str) -> Result<Exit, Trouble> {
    let holder = find_holder(&node.registry, holder)?;
    sign_in::ask_recovery(&node.registry, &holder)?;
    let Some(asked) = sign_in::find_recovery(&node.registry, &holder)? else {
        let text = "no recovery was begun: this holder never had a passkey, or one was refused within a day";
        return Err(Trouble::new(Exit::Changed, "U019", text));
    };
    let (id, ripe_at) = (asked.id, asked.ripe_at);
    let document = json!({
        "schema": "fairfile.recovery/1",
        "recovery": id.to_string(),
        "holder": holder.to_string(),
        "ripe_at": ripe_at.to_string(),
    });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("{id}\n{ripe_at} 起可由两名登记管理员批准；在此之前 {holder} 本人可以拒绝。\n"),
        _ => format!("{id}\nTwo registrars can grant it from {ripe_at}; until then {holder} can say no.\n"),
    })?;
    Ok(Exit::Done)
}

fn approve(voice: &Voice, node: &Node, recovery: &str, (first, second): (&str, Option<&str>)) -> Result<Exit, Trouble> {
    let id = recovery_id(recovery)?;
    let mut decided = sign_in::approve_recovery(&node.registry, id, &staff_code(first)?)?;
    if let (Decided::OneMore(_), Some(second)) = (&decided, second) {
        decided = sign_in::approve_recovery(&node.registry, id, &staff_code(second)?)?;
    }
    match decided {
        // The operator types for both registrars, and so has both halves to hand over.
        Decided::Granted(holder, _) => {
            let half = |half| sign_in::find_half(&node.registry, id.as_bytes(), half);
            match (half(Half::First)?, half(Half::Second)?) {
                (Some(first), Some(second)) => {
                    let code = Zeroizing::new([first.text.as_str(), second.text.as_str()].join("-"));
                    tell_invited(voice, &holder, &code, first.ends_at)
                }
                _ => Err(RecoverError::Over.into()),
            }
        }
        Decided::OneMore(_) => {
            let document = json!({ "schema": "fairfile.recovery/1", "recovery": id.to_string(), "granted": false });
            voice.tell(&document, || match voice.pick("en", "zh") {
                "zh" => "已记录，还需另一名登记管理员同意。\n".to_owned(),
                _ => "Noted. A second registrar has to agree.\n".to_owned(),
            })?;
            Ok(Exit::Done)
        }
    }
}

fn refuse(voice: &Voice, node: &Node, recovery: &str, registrar: &str) -> Result<Exit, Trouble> {
    let id = recovery_id(recovery)?;
    sign_in::refuse_recovery(&node.registry, id, &KeyHolder::Staff(staff_code(registrar)?))?;
    let document = json!({ "schema": "fairfile.recovery/1", "recovery": id.to_string(), "refused": true });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("{id} 已拒绝。原有通行密钥不变。\n"),
        _ => format!("{id} is refused. The passkeys are as they were.\n"),
    })?;
    Ok(Exit::Done)
}

fn recovery_id(text: &str) -> Result<RecoveryId, Trouble> {
    text.parse().map_err(|_| RecoverError::Unknown.into())
}

fn staff_code(text: &str) -> Result<StaffCode, Trouble> {
    text.parse().map_err(|error: fairfile_domain::id::NotACode| Trouble::said(Exit::Usage, "U015", &error))
}

/// The holder that `text` names; a code alone, if it can mean only one.
fn find_holder(registry: &Registry, text: &str) -> Result<KeyHolder, Trouble> {
    if let Ok(holder) = text.parse() {
        return Ok(holder);
    }
    let directory = registry.directory();
    let ways = [format!("officer/{text}"), format!("staff/{text}")];
    let mut found = ways.iter().filter_map(|way| way.parse().ok());
    let mut known = found.by_ref().filter(|holder| sign_in::holding(&directory, holder) != Holding::Unknown);
    match (known.next(), known.next()) {
        (Some(holder), None) => Ok(holder),
        (Some(_), Some(_)) => {
            let text = "an officer and somebody of the staff have this code; write officer/CODE or staff/CODE";
            Err(Trouble::new(Exit::Usage, "U015", text))
        }
        (None, _) => Err(InviteError::UnknownHolder.into()),
    }
}

impl From<InviteError> for Trouble {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::UnknownHolder => Self::said(Exit::Usage, "U014", &error),
            InviteError::Suspended | InviteError::HadPasskey => Self::said(Exit::Denied, "U038", &error),
            InviteError::Registry(error) => error.into(),
        }
    }
}

impl From<StopError> for Trouble {
    fn from(error: StopError) -> Self {
        match error {
            StopError::Unknown => Self::said(Exit::Usage, "U014", &error),
            StopError::NotTwo | StopError::NoReason | StopError::NotTheirs | StopError::TooFew => {
                Self::said(Exit::Usage, "U015", &error)
            }
            StopError::Registry(error) => error.into(),
        }
    }
}

impl From<RecoverError> for Trouble {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::Unknown => Self::said(Exit::Usage, "U014", &error),
            RecoverError::Registry(error) => error.into(),
            _ => Self::said(Exit::Denied, "U038", &error),
        }
    }
}
