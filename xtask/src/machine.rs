//! What the tests need of the machine, and how it gets there: Debian packages, by `apt-get`.
//!
//! No compiler is among the needs: whoever got as far as running this has `cc`, for cargo links with it, and the C
//! in aws-lc-sys and libsqlite3-sys wants no more than that (no cmake, no clang).

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{cluster, python, tools};

/// One thing that must be on the machine.
pub struct Need {
    /// What it is for, as it stands in a sentence.
    what: &'static str,
    /// The Debian packages that bring it.
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

/// The server that the tests on PostgreSQL start for themselves.
pub const POSTGRES: Need =
    Need { what: "PostgreSQL 15", packages: &["postgresql-15"], is_there: || cluster::binaries().is_some() };

/// The interpreter behind the clients written in Python.
pub const PYTHON: Need = Need {
    what: "Python 3 with venv",
    packages: &["python3", "python3-venv"],
    is_there: || python::interpreter().is_some(),
};

/// The browser that the pages are looked at in.
pub const CHROMIUM: Need = Need {
    what: "Chromium",
    packages: &["chromium"],
    is_there: || {
        let places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        std::env::var_os("FAIRFILE_CHROMIUM").is_some() || places.iter().any(|place| Path::new(place).exists())
    },
};

/// The fonts without which a Chinese page is a page of boxes.
pub const CHINESE: Need = Need {
    what: "Chinese fonts",
    packages: &["fonts-noto-cjk", "fontconfig"],
    is_there: || {
        let listed = tools::output(Command::new("fc-list").args([":lang=zh-cn", "family"]));
        listed.is_ok_and(|families| !families.is_empty())
    },
};

/// What lets the tests run the program under a machine's clock that is wrong.
pub const FAKETIME: Need = Need {
    what: "faketime",
    packages: &["faketime"],
    is_there: || tools::succeeds(Command::new("faketime").arg("--version")),
};

/// The proxy that keeps answers, behind which nobody may get another's.
pub const NGINX: Need = Need {
    what: "nginx",
    packages: &["nginx-light"],
    is_there: || ["nginx", "/usr/sbin/nginx"].iter().any(|program| tools::succeeds(Command::new(program).arg("-v"))),
};

/// What fails the n-th call of the program to the system.
pub const STRACE: Need = Need {
    what: "strace",
    packages: &["strace"],
    is_there: || tools::succeeds(Command::new("strace").arg("--version")),
};

/// What limits how large the program's files may grow.
pub const PRLIMIT: Need = Need {
    what: "prlimit",
    packages: &["util-linux"],
    is_there: || tools::succeeds(Command::new("prlimit").arg("--version")),
};

/// Sees to it that every one of `needs` is met, installing what is missing.
///
/// # Errors
/// One line that names the packages and the command to run, if they are missing and cannot be installed.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    if let Err(reason) = install(&packages) {
        bail!("{}", plea(&missing, &format!("{reason:#}")));
    }
    let still: Vec<&Need> = missing.into_iter().filter(|need| !(need.is_there)()).collect();
    if !still.is_empty() {
        bail!("{}", plea(&still, "apt-get was content, yet they are not found"));
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    let mut update = apt_get()?;
    println!("xtask: installing {} (Debian packages)", packages.join(", "));
    // An old list of packages may do, so only the installation decides whether this went well.
    let updated = tools::output(update.arg("update"));
    let installed = tools::output(apt_get()?.args(["install", "-y", "--no-install-recommends"]).args(packages));
    match (installed, updated) {
        (Ok(_), _) => Ok(()),
        (Err(_), Err(reason)) | (Err(reason), Ok(_)) => Err(reason),
    }
}

/// `apt-get` with the right to install: as it is for root, by `sudo` that asks for no password otherwise.
fn apt_get() -> Result<Command> {
    if !tools::succeeds(Command::new("apt-get").arg("--version")) {
        bail!("this system has no apt-get");
    }
    if is_root()? {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    if !tools::succeeds(Command::new("sudo").args(["-n", "true"])) {
        bail!("you are not root, and sudo does not work without a password");
    }
    let mut command = Command::new("sudo");
    command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

/// Whether we run as root.
pub fn is_root() -> Result<bool> {
    Ok(tools::output(Command::new("id").arg("-u"))? == "0")
}

fn plea(missing: &[&Need], reason: &str) -> String {
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    format!(
        "the tests need {} and it cannot be installed from here ({reason}); run: \
         sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        what.join(" and "),
        packages.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_installed() {
        let there = Need { what: "a shell", packages: &["no-such-package"], is_there: || true };
        assert!(ensure(&[there]).is_ok());
    }

    #[test]
    fn one_line_names_every_package_and_the_command() {
        let said = plea(&[&POSTGRES, &PYTHON], "no network");
        assert_eq!(
            said,
            "the tests need PostgreSQL 15 and Python 3 with venv and it cannot be installed from here (no network); \
             run: sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql-15 python3 \
             python3-venv"
        );
    }
}
