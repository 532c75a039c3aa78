//! A file that arrives is longer than memory and is written down meanwhile: under a key that is nowhere but in memory.
//!
//! Deleting a file leaves its bytes on the disk for a while. Of this one nobody can read them, for its key dies with it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use zeroize::Zeroizing;

/// Bytes that the cipher counts as one.
const BLOCK: u64 = 16;

/// A key that was made for one file.
type Key = Arc<Zeroizing<[u8; 32]>>;

/// A file without a name, being written.
pub(crate) struct Scratch {
    file: File,
    key: Key,
    written: u64,
}

impl Scratch {
    /// An empty one, in `folder` or wherever the system keeps such files. `key` must be new.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn new(folder: Option<&Path>, key: [u8; 32]) -> io::Result<Self> {
        let file = match folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        }?;
        Ok(Self { file, key: Arc::new(Zeroizing::new(key)), written: 0 })
    }

    /// Writes `piece` at its end; what is left in `piece` is no content any more.
    ///
    /// # Errors
    /// What the system says; then the file is of no use.
    pub(crate) fn append(&mut self, piece: &mut [u8]) -> io::Result<()> {
        pass(&self.key, self.written, piece)?;
        self.file.write_all(piece)?;
        self.written += piece.len() as u64;
        Ok(())
    }

    /// Reads it from its beginning. Readers must take turns: they share the place in the file.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn again(&self) -> io::Result<ScratchReader> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(ScratchReader { file, key: self.key.clone(), place: 0 })
    }
}

/// Reads what was written.
pub(crate) struct ScratchReader {
    file: File,
    key: Key,
    place: u64,
}

impl Read for ScratchReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if let Some(bytes) = buffer.get_mut(..read) {
            pass(&self.key, self.place, bytes)?;
        }
        self.place += read as u64;
        Ok(read)
    }
}

impl Seek for ScratchReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.place = self.file.seek(to)?;
        Ok(self.place)
    }
}

/// AES-256 in counter mode: content becomes noise, and noise content again. The counter is the place in the file, and no
/// place is written twice. Whether a stranger changed it is told by the digest that was signed, not here.
fn pass(key: &[u8; 32], place: u64, bytes: &mut [u8]) -> io::Result<()> {
    let failed = |_| io::Error::other("the cipher of a temporary file failed");
    let cipher = UnboundCipherKey::new(&AES_256, key).and_then(EncryptingKey::ctr).map_err(failed)?;
    let counter = || EncryptionContext::Iv128(FixedLength::from(u128::from(place / BLOCK).to_be_bytes()));
    let begins = (place % BLOCK) as usize;
    if begins == 0 {
        return cipher.less_safe_encrypt(bytes, counter()).map(|_| ()).map_err(failed);
    }
    // It begins inside a block: what stands before it there is passed along and thrown away.
    let mut whole = Zeroizing::new(Vec::with_capacity(begins + bytes.len()));
    whole.resize(begins, 0);
    whole.extend_from_slice(bytes);
    cipher.less_safe_encrypt(&mut whole, counter()).map_err(failed)?;
    bytes.copy_from_slice(&whole[begins..]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n % 251) as u8).collect()
    }

    /// Written in pieces of these lengths, over and over.
    fn written(content: &[u8], lengths: &[usize]) -> Scratch {
        let mut scratch = Scratch::new(None, [7; 32]).expect("a file");
        let (mut rest, mut lengths) = (content, lengths.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(*lengths.next().expect("lengths")));
            scratch.append(&mut piece.to_vec()).expect("written");
            rest = after;
        }
        scratch
    }

    #[test]
    fn what_was_written_is_read_in_whatever_pieces() {
        let content = content(100_000);
        for lengths in [&[1, 15, 16, 17, 4_096][..], &[65_536], &[31, 33_333]] {
            let scratch = written(&content, lengths);
            for _ in 0..2 {
                let mut read = Vec::new();
                scratch.again().and_then(|mut reader| reader.read_to_end(&mut read)).expect("read");
                assert_eq!(read, content);
            }
            let mut reader = scratch.again().expect("a reader");
            for place in [99_999, 0, 17, 50_001, 16] {
                reader.seek(SeekFrom::Start(place)).expect("a place");
                let mut some = [0; 1];
                reader.read_exact(&mut some).expect("a byte");
                assert_eq!(some[0], content[place as usize]);
            }
            assert_eq!(reader.seek(SeekFrom::End(0)).expect("a place"), content.len() as u64);
        }
    }

    #[test]
    fn the_same_content_lies_on_the_disk_in_the_same_way_however_it_came_and_never_in_plain() {
        let content = content(2_000);
        let on_disk = |scratch: &Scratch| {
            let mut bytes = Vec::new();
            let mut file = scratch.file.try_clone().expect("a file");
            file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("read");
            bytes
        };
        let (one, other) = (on_disk(&written(&content, &[2_000])), on_disk(&written(&content, &[1, 2, 300])));
        assert_eq!(one, other, "a place of the file has two writings");
        assert!(one.windows(4).all(|four| !content.windows(4).any(|plain| plain == four)), "content in plain");
        // Of the same content over and over, no two blocks are alike.
        let noise = on_disk(&written(&[0; 8_000], &[8_000]));
        assert_eq!(noise.chunks(16).collect::<BTreeSet<_>>().len(), 500);
    }
}
