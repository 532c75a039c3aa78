//! How messages leave this node, as the command line and the surroundings say.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use fairfile_domain::message::{Language, MailAddress};
use fairfile_domain::sign_in::KeyHolder;
use fairfile_http::PostOffice;
use fairfile_messages::{Carried, HelpLines, Letter, Outbox, Sender};
use fairfile_post::{Gateway, GatewayConfig, Mail, MailConfig, Post, PostError, Zeroizing};
use fairfile_service::Registry;
use fairfile_service::messages::{Courier, StaffAddresses, StaffBook};
use fairfile_service::registry::Mode;

use crate::node::Node;
use crate::trouble::{Exit, Trouble};

/// The longest file of a password, a token or a certificate, in bytes.
const MOST: u64 = 256 * 1024;

/// By which ways messages to people leave. Without any of them they stand on the people's own pages alone.
#[derive(Args, Clone, Default)]
pub struct PostArgs {
    /// The server for e-mail: smtps://USER@HOST:465, or smtp://USER@HOST:587, which turns to TLS
    #[arg(long, value_name = "URL", env = "FAIRFILE_MAIL", requires = "mail_from")]
    pub mail: Option<String>,
    /// The address that e-mails come from
    #[arg(long, value_name = "ADDRESS", env = "FAIRFILE_MAIL_FROM", requires = "mail")]
    pub mail_from: Option<String>,
    /// A file with the password for the server
    #[arg(long, value_name = "FILE", env = "FAIRFILE_MAIL_PASSWORD_FILE", requires = "mail")]
    pub mail_password: Option<PathBuf>,
    /// The gateway for SMS, as docs/sms-gateway.md describes it: https://HOST/PATH
    #[arg(long, value_name = "URL", env = "FAIRFILE_SMS")]
    pub sms: Option<String>,
    /// A file with the token that the gateway knows this node by
    #[arg(long, value_name = "FILE", env = "FAIRFILE_SMS_TOKEN_FILE", requires = "sms")]
    pub sms_token: Option<PathBuf>,
    /// A PEM file with one more root of trust, for a server or a gateway of one's own
    #[arg(long, value_name = "FILE", env = "FAIRFILE_POST_ROOT")]
    pub post_root: Option<PathBuf>,
    /// A file with the e-mail addresses of officers, registrars and supervisors, one a line: officer/0417 zh NAME@HOST
    #[arg(long, value_name = "FILE", env = "FAIRFILE_STAFF_ADDRESSES")]
    pub staff_addresses: Option<PathBuf>,
    /// The node's name in messages for readers of English, such as "Fairfile Lanhe"
    #[arg(long, value_name = "NAME", env = "FAIRFILE_NAME_EN")]
    pub name_en: Option<String>,
    /// The node's name in messages for readers of Chinese, such as 兰河公平档案
    #[arg(long, value_name = "NAME", env = "FAIRFILE_NAME_ZH")]
    pub name_zh: Option<String>,
    /// The phone at which people get help
    #[arg(long, value_name = "PHONE", env = "FAIRFILE_HELP_PHONE")]
    pub help_phone: Option<String>,
    /// The post address for help, for readers of English
    #[arg(long, value_name = "ADDRESS", env = "FAIRFILE_HELP_POST_EN")]
    pub help_post_en: Option<String>,
    /// The post address for help, for readers of Chinese
    #[arg(long, value_name = "ADDRESS", env = "FAIRFILE_HELP_POST_ZH")]
    pub help_post_zh: Option<String>,
    /// The hours in which somebody answers, for readers of English, such as "Monday to Friday, 9:00 to 17:00"
    #[arg(long, value_name = "HOURS", env = "FAIRFILE_HELP_HOURS_EN")]
    pub help_hours_en: Option<String>,
    /// The hours in which somebody answers, for readers of Chinese, such as 工作日9时至17时
    #[arg(long, value_name = "HOURS", env = "FAIRFILE_HELP_HOURS_ZH")]
    pub help_hours_zh: Option<String>,
}

/// The ways out that a node has.
pub struct Ways {
    post: Post,
    sender: Sender,
    staff: StaffAddresses,
    /// What they were told.
    book: StaffBook,
    /// Where a demo catches what would have left; nothing if it really leaves.
    caught: Option<Outbox>,
}

impl Ways {
    /// The ways that `args` name, for the node `registry` in `folder`, which is known at `origin`.
    ///
    /// A demo for which none is named catches everything: nothing leaves the machine.
    ///
    /// # Errors
    /// U015 for an address that is none and for a file that cannot be read.
    pub fn of(args: &PostArgs, Node { folder, registry }: &Node, origin: Option<&str>) -> Result<Self, Trouble> {
        let sender = sender(args, registry, origin);
        let root = args.post_root.as_deref().map(read).transpose()?;
        let mail = match (&args.mail, &args.mail_from) {
            (Some(place), Some(from)) => Some(Mail::new(MailConfig {
                place: place.parse().map_err(PostError::from)?,
                password: args.mail_password.as_deref().map(secret).transpose()?,
                from: MailAddress::parse(from).map_err(|error| unusable(&error.to_string()))?,
                root: root.clone(),
                names: (sender.name_en.clone(), sender.name_zh.clone()),
            })?),
            _ => None,
        };
        let sms = match &args.sms {
            Some(place) => Some(Gateway::new(GatewayConfig {
                place: place.parse().map_err(PostError::from)?,
                token: args.sms_token.as_deref().map(secret).transpose()?,
                root,
            })?),
            None => None,
        };
        let leaves = mail.is_some() || sms.is_some();
        let caught = (registry.mode == Mode::Demo && !leaves).then(Outbox::default);
        let staff = match &args.staff_addresses {
            Some(_) if mail.is_none() && caught.is_none() => {
                return Err(unusable(
                    "--staff-addresses names addresses for e-mail; name a mail server with --mail too",
                ));
            }
            Some(path) => staff(path)?,
            None if caught.is_some() => invented(registry),
            None => StaffAddresses::default(),
        };
        // What a demo catches in memory is told of in memory.
        let book = match (&args.staff_addresses, &caught) {
            (Some(_), None) => book(&folder.told_staff(), registry)?,
            (_, _) => StaffBook::default(),
        };
        Ok(Self { post: Post { mail, sms }, sender, staff, book, caught })
    }

    /// Whether anything leaves by any of them, or is caught.
    pub fn is_any(&self) -> bool {
        self.post.mail.is_some() || self.post.sms.is_some() || self.caught.is_some()
    }

    /// Whether it really leaves.
    pub fn leave(&self) -> bool {
        self.post.mail.is_some() || self.post.sms.is_some()
    }

    /// Who holds rounds and sends.
    pub fn courier(&self) -> Courier {
        Courier::new(self.sender.clone()).with_staff(self.staff.clone(), self.book.clone())
    }

    /// What pages have to know of it.
    pub fn office(&self) -> PostOffice {
        PostOffice {
            sender: Some(self.sender.clone()),
            by_mail: self.post.mail.is_some() || self.caught.is_some(),
            by_sms: self.post.sms.is_some() || self.caught.is_some(),
            outbox: self.caught.clone().unwrap_or_default(),
        }
    }

    /// Hands a letter over at `at`, in microseconds.
    pub fn carry(&self, letter: &Letter, at: i64) -> Carried {
        match &self.caught {
            Some(outbox) => {
                outbox.catch(letter, at);
                Carried::Taken
            }
            None => self.post.carry(letter),
        }
    }
}

/// Who speaks in messages: as named; in a demo the invented province; else the product, at the node's address.
fn sender(args: &PostArgs, registry: &Registry, origin: Option<&str>) -> Sender {
    let own = registry.publisher.key().origin().split('/').next().unwrap_or_default();
    let home = origin.and_then(|origin| origin.split_once("://")).map_or(own, |(_, host)| host);
    let mut sender = Sender::at(home.trim_end_matches('/'));
    if registry.mode == Mode::Demo {
        (sender.name_en, sender.name_zh) = ("Fairfile Lanhe".to_owned(), "兰河公平档案".to_owned());
        sender.help = help_of_demo();
    }
    let plain = |name: &String| !name.is_empty() && !name.chars().any(char::is_control);
    if let Some(name) = args.name_en.as_ref().filter(|name| plain(name)) {
        sender.name_en.clone_from(name);
    }
    if let Some(name) = args.name_zh.as_ref().filter(|name| plain(name)) {
        sender.name_zh.clone_from(name);
    }
    let help = &mut sender.help;
    for (line, named) in [
        (&mut help.phone, &args.help_phone),
        (&mut help.post_en, &args.help_post_en),
        (&mut help.post_zh, &args.help_post_zh),
        (&mut help.hours_en, &args.help_hours_en),
        (&mut help.hours_zh, &args.help_hours_zh),
    ] {
        if let Some(named) = named.as_ref().filter(|named| plain(named)) {
            line.clone_from(named);
        }
    }
    sender
}

/// The addresses that a file names.
fn staff(path: &Path) -> Result<StaffAddresses, Trouble> {
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unusable(&format!("{} is not UTF-8", path.display())))?;
    StaffAddresses::read(text).map_err(|error| unusable(&format!("{}: {error}", path.display())))
}

/// The book of what those at the counters were told.
fn book(path: &Path, registry: &Registry) -> Result<StaffBook, Trouble> {
    let unread = |error: std::io::Error| {
        let why = if error.kind() == ErrorKind::InvalidData { error.to_string() } else { error.kind().to_string() };
        unusable(&format!("{} cannot be read: {why}", path.display()))
    };
    StaffBook::open(path, registry.clock.now()).map_err(unread)
}

/// An address for everybody who works at a demo's counters: nothing leaves for any of them.
fn invented(registry: &Registry) -> StaffAddresses {
    let (directory, mut addresses) = (registry.directory(), StaffAddresses::default());
    let officers = directory.officers.keys().map(|code| KeyHolder::Officer(code.clone()));
    let staff = directory.staff.keys().map(|code| KeyHolder::Staff(code.clone()));
    for holder in officers.chain(staff) {
        if let Ok(address) = MailAddress::parse(&format!("{}@offices.lanhe.example", holder.code())) {
            addresses.add(holder, Language::En, address);
        }
    }
    addresses
}

/// Where an invented province would help: a phone that is nobody's, in a street that is nowhere.
fn help_of_demo() -> HelpLines {
    HelpLines {
        phone: "000-0000-0417".to_owned(),
        post_en: "Registry of Lanhe, 1 Invented Road, Lanhe".to_owned(),
        post_zh: "兰河市虚构路1号兰河省登记处".to_owned(),
        hours_en: "Monday to Friday, 9:00 to 17:00".to_owned(),
        hours_zh: "工作日9时至17时".to_owned(),
    }
}

fn unusable(text: &str) -> Trouble {
    Trouble::new(Exit::Usage, "U015", text)
}

impl From<PostError> for Trouble {
    fn from(error: PostError) -> Self {
        unusable(&error.to_string())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    let failed = |error: std::io::Error| {
        unusable(&format!("{} cannot be read: {}; check its name and whom it belongs to", path.display(), error.kind()))
    };
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > MOST {
        return Err(unusable(&format!("{} is longer than a password, a token or a certificate", path.display())));
    }
    fs::read(path).map_err(failed)
}

/// The first line of a file.
fn secret(path: &Path) -> Result<Zeroizing<String>, Trouble> {
    let bytes = Zeroizing::new(read(path)?);
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    match std::str::from_utf8(line) {
        Ok(text) if !text.is_empty() => Ok(Zeroizing::new(text.to_owned())),
        Ok(_) | Err(_) => Err(unusable(&format!("{} has no secret in its first line", path.display()))),
    }
}
