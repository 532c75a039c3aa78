//! The serving program, looked at from outside: its log, its temporary files, and its memory as a core would hold it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

const PAGE: u64 = 4096;
/// Bits of an entry of a page map: the page is in memory, the page is in the swap.
const HELD: u64 = 1 << 63 | 1 << 62;

/// How often something is looked for that comes about by itself, and how long to wait in between.
const GLANCES: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(50);

/// Whether `comes` about, now or soon.
pub fn wait_until(mut comes: impl FnMut() -> bool) -> bool {
    for _ in 0..GLANCES {
        if comes() {
            return true;
        }
        thread::sleep(BETWEEN);
    }
    false
}

/// Whether the tests are run by the administrator.
pub fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("what the system knows of us");
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}

/// The program while it serves. Dropped, it is killed.
pub struct Serving {
    child: Child,
    /// Where, such as `http://127.0.0.1:40123`.
    pub address: String,
    log: PathBuf,
}

impl Serving {
    /// Serves the node in `node` and tells all it can in `log`; whoever starts it would like to have cores of it.
    pub fn start(node: &Path, log: PathBuf, temporary: &Path) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -c unlimited; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_fairfile")]);
        command.args(["serve", "--json", "-vvv", "--listen", "127.0.0.1:0", "--node"]).arg(node);
        command.env("TMPDIR", temporary).env("RUST_BACKTRACE", "full").current_dir(temporary);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log).expect("a log"));
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("it does not serve: {line} {}", fs::read_to_string(&log).unwrap_or_default()));
        Self { child, address: told["address"].as_str().expect("an address").to_owned(), log }
    }

    /// What it has logged so far.
    pub fn log(&self) -> Vec<u8> {
        fs::read(&self.log).expect("its log")
    }

    /// Every page of its memory that could hold what it was told, one run of pages after the other; nothing if this
    /// process may not read along, for which the program sees to: only an administrator may.
    pub fn memory(&self) -> Option<Vec<(String, Vec<u8>)>> {
        let of = |name: &str| format!("/proc/{}/{name}", self.child.id());
        let (memory, held) = (File::open(of("mem")).ok()?, File::open(of("pagemap")).ok()?);
        let mut runs = Vec::new();
        for line in fs::read_to_string(of("maps")).ok()?.lines() {
            let (range, name) = (line.split(' ').next()?, line.split(' ').next_back()?);
            // What is mapped from a file for reading alone is that file.
            if line.contains(" r-") && name.starts_with('/') || name == "[vvar]" || name == "[vsyscall]" {
                continue;
            }
            let (begin, end) = range.split_once('-')?;
            let address = |text: &str| u64::from_str_radix(text, 16).expect("an address");
            for (begin, end) in held_pages(&held, address(begin), address(end)) {
                let mut bytes = vec![0; (end - begin) as usize];
                // A page that went in between is not there any more.
                if memory.read_exact_at(&mut bytes, begin).is_ok() {
                    runs.push((format!("{name} at {begin:x}"), bytes));
                }
            }
        }
        Some(runs)
    }

    /// Files without a name that it holds open.
    pub fn nameless_files(&self) -> Vec<(String, Vec<u8>)> {
        let folder = format!("/proc/{}/fd", self.child.id());
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let nameless =
            |path: &PathBuf| fs::read_link(path).is_ok_and(|file| file.to_string_lossy().contains("(deleted)"));
        let read = |path: PathBuf| Some((path.display().to_string(), fs::read(&path).ok()?));
        entries.filter(nameless).filter_map(read).collect()
    }

    /// Ends it as an error of its own would. It must leave no core, whoever wanted one.
    pub fn crashes(mut self, temporary: &Path) {
        let limits = fs::read_to_string(format!("/proc/{}/limits", self.child.id())).expect("its limits");
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit of cores");
        assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "cores are not off: {core}");
        let sent = Command::new("kill").args(["-ABRT", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        assert_eq!((status.signal(), status.core_dumped()), (Some(6), false), "it left a core");
        let left: Vec<_> = fs::read_dir(temporary).expect("a folder").flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "temporary files stay behind: {left:?}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Runs of pages that are held: the allocator sets far more aside than it uses.
fn held_pages(held: &File, begin: u64, end: u64) -> Vec<(u64, u64)> {
    let mut entries = vec![0; ((end - begin) / PAGE * 8) as usize];
    // Where the map cannot be read, all of it is.
    if held.read_exact_at(&mut entries, begin / PAGE * 8).is_err() {
        return vec![(begin, end)];
    }
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for (place, entry) in entries.chunks_exact(8).enumerate() {
        let page = begin + place as u64 * PAGE;
        if u64::from_le_bytes(entry.try_into().expect("eight bytes")) & HELD == 0 {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if *end == page => *end += PAGE,
            _ => runs.push((page, page + PAGE)),
        }
    }
    runs
}
