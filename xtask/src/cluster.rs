//! One throw-away PostgreSQL for a run of the tests.
//!
//! A small shell, the guardian, makes the cluster and waits for the end of its standard input, which we hold. That
//! end comes when [`Cluster`] is dropped, and also when we are interrupted, panic or are killed outright: the system
//! closes the pipe for us. Then the guardian stops the server, its child, and removes the folder. It sits in a process group of
//! its own, so that Ctrl-C on the terminal reaches us and not it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{machine, tools};

/// The variable that tells the tests where the server is, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Whoever
/// sets it before a run has a server of their own, and we start none.
pub const VARIABLE: &str = "FAIRFILE_TEST_POSTGRES";

/// The oldest PostgreSQL that Fairfile promises to run on, which is the one the tests should meet.
const OLDEST: u32 = 15;

const GUARDIAN: &str = r#"
bin=$1 home=$2
shift 2
server=
trap '' HUP INT PIPE
trap 'exit 1' TERM
trap '[ -n "$server" ] && kill -QUIT "$server" 2>/dev/null && wait "$server"; cd /; rm -rf "$home"' EXIT
cd "$home" || exit 1
"$bin/initdb" -D data -U fairfile -A scram-sha-256 --pwfile=password -E UTF8 --locale=C --no-sync >log 2>&1 ||
    { cat log >&2; exit 1; }
cat settings >>data/postgresql.conf
for port in "$@"; do
    "$bin/postgres" -D data -p "$port" </dev/null >log 2>&1 &
    server=$!
    while kill -0 "$server" 2>/dev/null; do
        if [ "$(sed -n '8s/ *$//p' data/postmaster.pid 2>/dev/null)" = ready ]; then
            echo "$port"
            read -r end
            exit 0
        fi
        sleep 0.05
    done
    wait "$server"
    server=
done
cat log >&2
exit 1
"#;

/// A running server; dropping it stops the server and removes all it wrote.
pub struct Cluster {
    guardian: Child,
    home: PathBuf,
    /// How to reach its superuser.
    pub url: String,
}

impl Cluster {
    /// Makes a cluster, reachable on the loopback address only, by a password made up for it. It forces nothing to the
    /// disk: one that is lost costs nothing.
    ///
    /// # Errors
    /// If the server's programs are not installed or do not start; the text is their last line.
    pub fn start() -> Result<Self> {
        Self::with("fsync = off\nfull_page_writes = off\n")
    }

    /// The same, with a disk that is waited for as usual: for whoever measures.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn durable() -> Result<Self> {
        Self::with("")
    }

    fn with(durability: &str) -> Result<Self> {
        let bin = binaries().context("no PostgreSQL server was found; run: sudo apt-get install -y postgresql-15")?;
        let home = tempfile::Builder::new().prefix("fairfile-postgres-").tempdir().context("no temporary folder")?;
        let password = password()?;
        fs::write(home.path().join("password"), &password)?;
        fs::write(home.path().join("settings"), settings(home.path(), durability))?;

        let mut command = Command::new("sh");
        command.args(["-c", GUARDIAN, "guardian"]).arg(&bin).arg(home.path()).args(free_ports()?);
        command.current_dir(home.path()).process_group(0);
        if machine::is_root()? {
            run_as_postgres(&mut command, home.path())?;
        }
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let place = home.path().display();
        let refused = || format!("no shell can be started in {place}; let TMPDIR name a folder open to every account");
        let mut guardian = pipes.spawn().with_context(refused)?;
        // From here on the guardian removes the folder.
        let home = home.keep();

        let port = first_line(&mut guardian)?;
        Ok(Self { guardian, home, url: format!("postgres://fairfile:{password}@127.0.0.1:{port}/postgres") })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        if let Err(error) = self.guardian.wait() {
            eprintln!("xtask: the PostgreSQL in {} may still be running: {error}", self.home.display());
        }
    }
}

/// The folder of the server's programs: Debian's, 15 before any newer one, or wherever `PATH` has them.
pub fn binaries() -> Option<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let installed = fs::read_dir(debian).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = installed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable();
    let packaged = versions.into_iter().filter(|version| *version >= OLDEST);
    let packaged = packaged.map(|version| debian.join(version.to_string()).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let complete = |bin: &PathBuf| ["initdb", "postgres"].iter().all(|name| bin.join(name).is_file());
    packaged.chain(std::env::split_paths(&path)).find(complete)
}

/// Commits wait for each other as on a real server, whatever is said of the disk.
fn settings(home: &Path, durability: &str) -> String {
    format!(
        "listen_addresses = '127.0.0.1'\n\
         unix_socket_directories = '{}'\n\
         max_connections = 200\n\
         synchronous_commit = on\n\
         timezone = 'UTC'\n\
         {durability}",
        home.display()
    )
}

/// PostgreSQL refuses to run as root, so root hands the folder and the guardian to the package's own account.
fn run_as_postgres(command: &mut Command, home: &Path) -> Result<()> {
    let id = |which| -> Result<u32> {
        let id = tools::output(Command::new("id").args([which, "postgres"]));
        let id = id.context("PostgreSQL does not run as root and there is no account `postgres`")?;
        id.parse().with_context(|| format!("`{id}` is not the number of an account"))
    };
    let (user, group) = (id("-u")?, id("-g")?);
    for path in [home, &home.join("password"), &home.join("settings")] {
        chown(path, Some(user), Some(group)).with_context(|| format!("`{}` cannot be handed over", path.display()))?;
    }
    command.uid(user).gid(group);
    Ok(())
}

/// A few ports that are free now; more than one, for another program may take one before the server does.
fn free_ports() -> Result<Vec<String>> {
    let held: Vec<TcpListener> = (0..3).map(|_| TcpListener::bind(("127.0.0.1", 0))).collect::<Result<_, _>>()?;
    held.iter().map(|one| Ok(one.local_addr()?.port().to_string())).collect()
}

fn password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom").and_then(|mut chance| chance.read_exact(&mut bytes)).context("no randomness")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The port, which the guardian prints once the server answers.
fn first_line(guardian: &mut Child) -> Result<String> {
    let mut line = String::new();
    if let Some(stdout) = guardian.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    if line.is_empty() {
        let mut complaint = String::new();
        if let Some(mut stderr) = guardian.stderr.take() {
            stderr.read_to_string(&mut complaint)?;
        }
        guardian.wait()?;
        bail!("the throw-away PostgreSQL did not start: {}", tools::last_line(&complaint));
    }
    Ok(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_postgres_leaves_nothing_behind() {
        let cluster = Cluster::start().unwrap();
        let (home, port) = (cluster.home.clone(), cluster.url.rsplit([':', '/']).nth(1).unwrap().to_owned());
        let knock = || std::net::TcpStream::connect(("127.0.0.1", port.parse().unwrap()));
        assert!(home.is_dir() && knock().is_ok());
        drop(cluster);
        assert!(!home.exists() && knock().is_err());
    }
}
