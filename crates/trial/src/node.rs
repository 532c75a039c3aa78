//! A node in a folder, run by the real program: made, served, killed, looked over.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fairfile_testkit::postgres::Database;
use postgres::{Client, NoTls};
use serde_json::Value;
use tempfile::TempDir;

use crate::door::Door;

/// How long a node that was killed may take until it serves again. The only time that a trial asserts.
pub const READY_WITHIN: Duration = Duration::from_secs(10);
/// How soon a start that failed is tried again: a server that was killed itself may be recovering.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// For how long a node may say that it is not well before it is believed.
const SICK_AFTER: Duration = Duration::from_millis(500);

/// A demo node, and the program that runs it.
pub struct Node {
    program: PathBuf,
    home: TempDir,
    database: Option<Database>,
}

/// The program while it serves. Dropped, it is killed.
pub struct Serving {
    starting: Starting,
    /// Where, such as `http://127.0.0.1:40123`.
    pub address: String,
    /// How long it took from the first try to the first answer.
    pub ready_after: Duration,
}

impl Node {
    /// Makes a demo node whose clock stands at `clock`, in a folder of its own.
    pub fn found(postgres: bool, clock: &str) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("fairfile");
        ensure!(
            program.is_file(),
            "the program is not beside this one; build both: cargo build -p fairfile -p fairfile-trial"
        );
        let home = tempfile::Builder::new().prefix("fairfile-trial-").tempdir()?;
        let node = Self { program, home, database: postgres.then(Database::new) };
        let folder = node.folder().display().to_string();
        let mut args = vec!["init", &folder, "--demo", "--clock", clock];
        if let Some(database) = &node.database {
            args.extend(["--postgres", &database.url]);
        }
        node.fairfile(&args)?;
        Ok(node)
    }

    /// The node's folder.
    pub fn folder(&self) -> PathBuf {
        self.home.path().join("node")
    }

    /// A path for a file of the trial, beside the node.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Runs the program to its end with `--json`; what it printed, if it left with 0.
    pub fn fairfile(&self, args: &[&str]) -> Result<Value> {
        let (code, document) = self.tries(args)?;
        ensure!(
            code == Some(0),
            "`fairfile {}` left with {code:?}: {document}",
            args.first().copied().unwrap_or_default()
        );
        Ok(document)
    }

    /// The same, whatever it left with.
    pub fn tries(&self, args: &[&str]) -> Result<(Option<i32>, Value)> {
        let mut command = Command::new(&self.program);
        let output = command.args(args).arg("--json").stdin(Stdio::null()).stderr(self.log()?).output()?;
        let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        Ok((output.status.code(), document))
    }

    /// Runs a command on the node's folder.
    pub fn tend(&self, args: &[&str]) -> Result<Value> {
        let folder = self.folder().display().to_string();
        self.fairfile(&[args, &["--node", &folder]].concat())
    }

    /// Starts the program and waits until it answers, trying again for as long as [`READY_WITHIN`].
    pub fn serve(&self) -> Result<Serving> {
        let began = Instant::now();
        loop {
            match self.starts(&[])?.begins(began)? {
                Began::Serves(serving) => return Ok(serving),
                Began::Ended(None) => bail!("the program ended and named no reason"),
                Began::Sick(_) | Began::Ended(Some(_)) => {}
            }
            ensure!(began.elapsed() < READY_WITHIN, "the node was not ready within {} s", READY_WITHIN.as_secs());
            thread::sleep(AGAIN_AFTER);
        }
    }

    /// Starts the program once, by way of the programs and arguments in `through`.
    ///
    /// # Errors
    /// If it neither serves nor ends.
    pub fn serve_through(&self, through: &[String]) -> Result<Began> {
        self.starts(through)?.begins(Instant::now())
    }

    /// Starts the program and kills it after `moment`, ready or not.
    pub fn serve_and_die(&self, moment: Duration) -> Result<()> {
        let starting = self.starts(&[])?;
        thread::sleep(moment);
        starting.ends()
    }

    fn starts(&self, through: &[String]) -> Result<Starting> {
        let program = self.program.display().to_string();
        let words: Vec<&str> = through.iter().map(String::as_str).chain([program.as_str()]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg("serve").arg("--node").arg(self.folder()).args([
            "--listen",
            "127.0.0.1:0",
            "--json",
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(self.log()?);
        Ok(Starting { child: command.spawn().with_context(|| format!("{} cannot be started", words[0]))? })
    }

    /// Waits until the database server, if there is one, answers again after a process of it was killed.
    pub fn settle(&self) -> Result<()> {
        let Some(database) = &self.database else { return Ok(()) };
        let began = Instant::now();
        while Client::connect(&database.url, NoTls).is_err() {
            ensure!(began.elapsed() < READY_WITHIN, "the server was not back within {} s", READY_WITHIN.as_secs());
            thread::sleep(AGAIN_AFTER);
        }
        Ok(())
    }

    /// Who will end a process of the database server, if there is a server.
    pub fn backend_killer(&self) -> Result<Option<BackendKiller>> {
        let connect = |database: &Database| Ok(BackendKiller(Client::connect(&database.url, NoTls)?));
        self.database.as_ref().map(connect).transpose()
    }

    /// Keeps the folder for whoever wants to know more.
    pub fn keep(&mut self) -> PathBuf {
        self.home.disable_cleanup(true);
        self.home.path().to_owned()
    }

    fn log(&self) -> Result<File> {
        Ok(OpenOptions::new().create(true).append(true).open(self.beside("log"))?)
    }

    /// The last lines that the program wrote to its log.
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(self.beside("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

/// Ends a process of the database server that works for the node, as the system's memory killer would: the server then
/// ends all others and recovers from its log.
pub struct BackendKiller(Client);

impl BackendKiller {
    /// Strikes the oldest one, which is the writer's; false if the node has none.
    pub fn strike(&mut self) -> Result<bool> {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                   ORDER BY backend_start LIMIT 1";
        let Some(row) = self.0.query_opt(sql, &[])? else { return Ok(false) };
        let pid: i32 = row.get(0);
        Ok(Command::new("kill").args(["-KILL", &pid.to_string()]).status()?.success())
    }
}

/// How a start went.
pub enum Began {
    /// It serves.
    Serves(Serving),
    /// It listens, and says of itself that it cannot serve.
    Sick(Serving),
    /// It ended by itself, with this code of its own if it named one.
    Ended(Option<String>),
}

/// The program between its start and its first word. Dropped, it is killed.
struct Starting {
    child: Child,
}

impl Starting {
    /// Waits for its first word, and for its first answer.
    fn begins(mut self, began: Instant) -> Result<Began> {
        let word = self.first_word(READY_WITHIN.saturating_sub(began.elapsed()))?;
        let Some(address) = word["address"].as_str().map(str::to_owned) else {
            self.child.wait()?;
            return Ok(Began::Ended(word["code"].as_str().map(str::to_owned)));
        };
        let door = Door::at(&address);
        let listens = Instant::now();
        loop {
            let health = door.get("/health").map(|answered| answered.status);
            let serving = |starting| Serving { starting, address: address.clone(), ready_after: began.elapsed() };
            match health {
                Ok(200) => return Ok(Began::Serves(serving(self))),
                Ok(_) if listens.elapsed() > SICK_AFTER => return Ok(Began::Sick(serving(self))),
                Ok(_) => {}
                Err(_) => {
                    if let Some(status) = self.child.try_wait()? {
                        // By a signal it names nothing; by itself it leaves with a number.
                        return Ok(Began::Ended(status.code().map(|code| format!("exit {code}"))));
                    }
                    ensure!(listens.elapsed() < READY_WITHIN, "the node says that it serves, and does not answer");
                }
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The object that it prints; nothing if it ended without one.
    fn first_word(&mut self, patience: Duration) -> Result<Value> {
        let stdout = self.child.stdout.take().context("a pipe")?;
        let (said, hears) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            // Nobody listens any more once the patience is over.
            said.send(read.map(|_| line)).ok();
        });
        match hears.recv_timeout(patience) {
            Ok(line) => Ok(serde_json::from_str(&line?).unwrap_or(Value::Null)),
            Err(_) => bail!("the program neither served nor ended within {} s", READY_WITHIN.as_secs()),
        }
    }

    fn ends(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        // It may have ended by itself, or been ended before.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Serving {
    /// Whether it says of itself that it is well.
    pub fn is_well(&self) -> bool {
        Door::at(&self.address).get("/health").is_ok_and(|answered| answered.status == 200)
    }

    /// Waits until it is well, or has ended by itself: then with which number. Nobody does anything to it meanwhile.
    ///
    /// # Errors
    /// If it is neither after [`READY_WITHIN`], or was ended by a signal.
    pub fn recovers(&mut self) -> Result<Option<i32>> {
        let began = Instant::now();
        while !self.is_well() {
            if let Some(status) = self.starting.child.try_wait()? {
                return status.code().map(Some).context("a signal has ended the program");
            }
            ensure!(began.elapsed() < READY_WITHIN, "the node neither goes on nor ends");
            thread::sleep(AGAIN_AFTER);
        }
        Ok(None)
    }

    /// Waits until it is well again, for as long as [`READY_WITHIN`]; nobody does anything to it meanwhile.
    pub fn gets_well(&self) -> Result<()> {
        let began = Instant::now();
        while !self.is_well() {
            ensure!(began.elapsed() < READY_WITHIN, "the node was not well within {} s", READY_WITHIN.as_secs());
            thread::sleep(AGAIN_AFTER);
        }
        Ok(())
    }

    /// Lifts the limit on the size of its files under which it was started.
    pub fn may_grow(&self) -> Result<()> {
        let pid = self.starting.child.id().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status()?;
        ensure!(lifted.success(), "the limit on the size of files cannot be lifted");
        Ok(())
    }

    /// Whether it has ended by itself.
    pub fn has_died(&mut self) -> Result<bool> {
        Ok(self.starting.child.try_wait()?.is_some())
    }

    /// Kills it, now.
    pub fn kill(self) -> Result<()> {
        self.starting.ends()
    }
}
