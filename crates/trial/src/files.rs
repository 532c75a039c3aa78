//! Copies of folders.

use std::fs;
use std::io;
use std::path::Path;

/// Copies a folder with all that is in it to `to`, which must not be there yet. The reserve holds nothing, and is made anew
/// by whoever opens the copy.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() == fairfile_store::RESERVE_FILE {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if entry.file_type()?.is_file() {
            // The door for backups of a node that was killed is no file.
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
