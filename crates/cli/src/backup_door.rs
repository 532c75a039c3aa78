//! A served node is backed up without being stopped: whoever may open its folder asks the server for it.
//!
//! One process has a node open at a time, so the server itself writes the backup. It is asked through a socket in the
//! node's folder, for its owner alone, and is handed the open files: what it may write to is what the asker could open.
//! The answer is one line of JSON, what the backup holds or what went wrong.

use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use fairfile_service::Registry;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde_json::Value;

use crate::commands::backup::{Part, Wanted};
use crate::trouble::{Exit, Trouble};

/// The socket's name in the node's folder.
const SOCKET: &str = "backup.socket";
/// How long the server waits for whoever has connected to say what is wanted.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer.
const MOST_ANSWER: u64 = 64 * 1024;

/// The door of a served node, open until it is dropped.
pub struct BackupDoor {
    address: Address,
    stop: Arc<AtomicBool>,
    keeper: Option<JoinHandle<()>>,
}

/// A path to the socket that is short whatever the folder's: a socket's path has room for 107 bytes.
struct Address {
    _folder: File,
    path: PathBuf,
}

impl Address {
    fn of(folder: &Path) -> io::Result<Self> {
        let folder = File::open(folder)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()));
        Ok(Self { _folder: folder, path })
    }
}

impl BackupDoor {
    /// Opens the door of the node in `folder`, which this process holds: a socket that is there is left from another.
    pub fn open(folder: &Path, registry: Arc<Registry>) -> io::Result<Self> {
        let address = Address::of(folder)?;
        match fs::remove_file(&address.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&address.path)?;
        fs::set_permissions(&address.path, Permissions::from_mode(0o600))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let keeper = std::thread::Builder::new().name("backups".into()).spawn(move || {
            for asker in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                if let Err(error) = asker.and_then(|asker| attend(&asker, &registry, &stopped)) {
                    tracing::warn!(kind = %error.kind(), "somebody who asked for a backup was not heard to the end");
                }
            }
        })?;
        Ok(Self { address, stop, keeper: Some(keeper) })
    }
}

impl Drop for BackupDoor {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // The keeper waits for the next to come; if it cannot be reached, it goes with the process.
        if UnixStream::connect(&self.address.path).is_ok()
            && let Some(keeper) = self.keeper.take()
        {
            // A keeper that panicked has said so.
            keeper.join().ok();
        }
        if let Err(error) = fs::remove_file(&self.address.path) {
            tracing::warn!(kind = %error.kind(), "the socket for backups could not be taken away; the next start does it");
        }
    }
}

/// Writes one backup into the files that come with the request.
fn attend(asker: &UnixStream, registry: &Registry, stop: &AtomicBool) -> io::Result<()> {
    asker.set_read_timeout(Some(PATIENCE))?;
    asker.set_write_timeout(Some(PATIENCE))?;
    let wanted = hear(asker)?;
    let outs = wanted.map(|file| UntilStopped { file, stop });
    let answer = outs.write(registry).unwrap_or_else(|trouble| trouble.document());
    let mut asker = asker;
    writeln!(asker, "{answer}")
}

fn hear(asker: &UnixStream) -> io::Result<Wanted<File>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut word = [0; 8];
    let flags = RecvFlags::CMSG_CLOEXEC;
    let heard = recvmsg(asker, &mut [IoSliceMut::new(&mut word)], &mut control, flags)?;
    let mut files = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(files) => Some(files),
        _other => None,
    });
    let mut files = files.next().into_iter().flatten().map(File::from);
    let said = word.get(..heard.bytes).unwrap_or_default();
    let wanted = match Part::ALL.iter().find(|part| part.word().as_bytes() == said) {
        Some(Part::Data) => files.next().map(Wanted::Data),
        Some(Part::Keys) => files.next().map(Wanted::Keys),
        Some(Part::Both) => files.next().zip(files.next()).map(|(data, keys)| Wanted::Both { data, keys }),
        None => None,
    };
    wanted.ok_or_else(|| ErrorKind::InvalidData.into())
}

/// Has the server of the node in `folder` write what is wanted; nothing if no server has the node open.
pub fn ask(folder: &Path, wanted: &Wanted<&File>) -> Result<Option<Value>, Trouble> {
    let Ok(address) = Address::of(folder) else { return Ok(None) };
    let Ok(server) = UnixStream::connect(&address.path) else { return Ok(None) };
    let lost = |error: io::Error| {
        let text = format!("the server of this node did not finish the backup: {}", error.kind());
        Trouble::new(Exit::Failed, "U013", text).hint("nothing was left behind; run it again")
    };
    say(&server, wanted).map_err(lost)?;
    let mut line = String::new();
    BufReader::new(server.take(MOST_ANSWER)).read_line(&mut line).map_err(lost)?;
    let answer: Value = serde_json::from_str(&line).map_err(|_| lost(ErrorKind::UnexpectedEof.into()))?;
    if answer["code"].is_string() {
        return Err(Trouble::from_document(Exit::Failed, &answer));
    }
    Ok(Some(answer))
}

fn say(server: &UnixStream, wanted: &Wanted<&File>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let files: Vec<_> = wanted.outs().into_iter().map(|file| file.as_fd()).collect();
    if !control.push(SendAncillaryMessage::ScmRights(&files)) {
        return Err(ErrorKind::InvalidInput.into());
    }
    sendmsg(server, &[IoSlice::new(wanted.part().word().as_bytes())], &mut control, SendFlags::empty())?;
    Ok(())
}

/// A file that takes no more once the server stops: the backup is then none, and stopping does not wait for it.
struct UntilStopped<'s> {
    file: File,
    stop: &'s AtomicBool,
}

impl Write for UntilStopped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("the server was told to stop"));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
