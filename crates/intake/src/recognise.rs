//! Finds out what a file is by looking at its bytes: the format, and how its text is encoded.
//!
//! The encoding is decided over the whole file, in a pass of its own: a file may be plain ASCII for
//! its first mebibyte and hold one name in GB18030 at its end.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{DecoderResult, GB18030};

use crate::{FileFault, Limits};

/// Bytes looked at in one go.
pub(crate) const BLOCK: usize = 64 * 1024;

/// How many sound characters must stand beside each broken one before the encoding is believed all
/// the same. GB18030 read as UTF-8 has less than one; an office program that cuts UTF-8 at a fixed
/// width breaks one character in a cell.
const SOUND_FOR_ONE_BROKEN_UTF8: u64 = 4;
/// As above. Higher, for bytes of any kind look like GB18030 more easily.
const SOUND_FOR_ONE_BROKEN_GB18030: u64 = 20;

/// What we can read from: a file, or bytes in memory.
pub(crate) trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A zip, which may hold a workbook.
    Zip,
    /// Text, beginning after `mark` bytes of byte order mark.
    Text { encoding: Encoding, mark: u64 },
}

/// How text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Gb18030,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
        }
    }

    /// The text of some whole characters, or nothing if they are not sound. UTF-16 has become UTF-8
    /// before it gets here.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Gb18030 => {
                GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
            }
        }
    }
}

/// Says what the whole file is. Leaves the input wherever it happens to be.
pub(crate) fn recognise(input: &mut dyn Input, limits: &Limits) -> Result<Kind, FileFault> {
    let mut block = vec![0; BLOCK];
    rewind(input)?;
    let length = fill(input, &mut block)?;
    block.truncate(length);
    let text = |encoding, mark| Ok(Kind::Text { encoding, mark });
    match block.as_slice() {
        [] => Err(FileFault::Empty),
        [b'P', b'K', 3, 4, ..] => Ok(Kind::Zip),
        // An OLE compound file: .xls of old, and every workbook locked with a password.
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Err(FileFault::OldOrEncryptedExcel),
        [0xFF, 0xFE, ..] => text(Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => text(Encoding::Utf16Be, 2),
        [b'%', b'P', b'D', b'F', ..] | [0x1F, 0x8B, ..] | [b'P', b'K', ..] => Err(FileFault::UnknownFormat),
        [0xEF, 0xBB, 0xBF, ..] => text(text_encoding(input, limits)?, 3),
        [0x84, 0x31, 0x95, 0x33, ..] => text(text_encoding(input, limits)?, 4),
        some if some.contains(&0) || is_markup(some) => Err(FileFault::UnknownFormat),
        _ => text(text_encoding(input, limits)?, 0),
    }
}

/// Web pages and XML are often sent under the name of a spreadsheet.
fn is_markup(block: &[u8]) -> bool {
    block.trim_ascii_start().first() == Some(&b'<')
}

fn text_encoding(input: &mut dyn Input, limits: &Limits) -> Result<Encoding, FileFault> {
    let utf8 = count_utf8(input, limits)?;
    if utf8.broken == 0 || utf8.outweighs(SOUND_FOR_ONE_BROKEN_UTF8) {
        return Ok(Encoding::Utf8);
    }
    let gb18030 = count_gb18030(input, limits)?;
    if gb18030.broken == 0 || gb18030.outweighs(SOUND_FOR_ONE_BROKEN_GB18030) {
        return Ok(Encoding::Gb18030);
    }
    Err(FileFault::UnknownEncoding)
}

/// Characters beyond ASCII, as one encoding sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    sound: u64,
    broken: u64,
}

impl Count {
    /// The file is in this encoding and damaged in places: those rows are rejected one by one.
    fn outweighs(self, sound_for_one: u64) -> bool {
        self.sound >= self.broken.saturating_mul(sound_for_one)
    }

    fn add_sound(&mut self, text: &str) {
        let beyond_ascii = text.bytes().filter(|byte| *byte >= 0xC0).count();
        self.sound = self.sound.saturating_add(beyond_ascii as u64);
    }
}

fn count_utf8(input: &mut dyn Input, limits: &Limits) -> Result<Count, FileFault> {
    let mut count = Count::default();
    let mut carried: Vec<u8> = Vec::new();
    each_block(input, limits, |block| {
        if carried.is_empty() && block.is_ascii() {
            return;
        }
        carried.extend_from_slice(block);
        let mut cut = 0;
        for chunk in carried.utf8_chunks() {
            count.add_sound(chunk.valid());
            count.broken += u64::from(!chunk.invalid().is_empty());
            cut = beginning_of_character(chunk.invalid());
        }
        // A character cut by the end of the block was counted as broken; it waits for its rest instead.
        count.broken -= u64::from(cut > 0);
        carried.drain(..carried.len() - cut);
    })?;
    count.broken += u64::from(!carried.is_empty());
    Ok(count)
}

/// How many bytes these are, if they begin a character that more bytes could complete.
fn beginning_of_character(bytes: &[u8]) -> usize {
    match str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.len(),
        _ => 0,
    }
}

fn count_gb18030(input: &mut dyn Input, limits: &Limits) -> Result<Count, FileFault> {
    let mut count = Count::default();
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut out = vec![0; 4 * BLOCK];
    let mut decode = |mut bytes: &[u8], last: bool| {
        loop {
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut out, last);
            let sound = out.get(..written).unwrap_or_default().iter().filter(|byte| **byte >= 0xC0).count();
            count.sound = count.sound.saturating_add(sound as u64);
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => count.broken += 1,
            }
        }
    };
    each_block(input, limits, |block| decode(block, false))?;
    decode(&[], true);
    Ok(count)
}

/// Hands the whole input to `look`, block by block.
fn each_block(input: &mut dyn Input, limits: &Limits, mut look: impl FnMut(&[u8])) -> Result<(), FileFault> {
    rewind(input)?;
    let mut block = vec![0; BLOCK];
    let mut seen: u64 = 0;
    loop {
        limits.stop.ask()?;
        let length = fill(input, &mut block)?;
        if length == 0 {
            return Ok(());
        }
        seen += length as u64;
        if seen > limits.file_bytes {
            return Err(FileFault::TooLarge { limit: limits.file_bytes });
        }
        look(block.get(..length).unwrap_or_default());
    }
}

pub(crate) fn rewind(input: &mut dyn Input) -> Result<(), FileFault> {
    input.seek(SeekFrom::Start(0)).map(|_| ()).map_err(|error| FileFault::from_io(&error))
}

/// Reads until `block` is full or the input has ended, and says how many bytes that were.
pub(crate) fn fill(input: &mut dyn Input, block: &mut [u8]) -> Result<usize, FileFault> {
    let mut length = 0;
    while let Some(rest) = block.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(FileFault::from_io(&error)),
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn check(bytes: &[u8], expected: Result<Kind, FileFault>) {
        assert_eq!(recognise(&mut Cursor::new(bytes.to_vec()), &Limits::default()), expected);
    }

    fn text(encoding: Encoding, mark: u64) -> Result<Kind, FileFault> {
        Ok(Kind::Text { encoding, mark })
    }

    fn gb18030(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        check(b"", Err(FileFault::Empty));
        check(b"PK\x03\x04rest", Ok(Kind::Zip));
        check(b"PK\x05\x06rest", Err(FileFault::UnknownFormat));
        check(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Err(FileFault::OldOrEncryptedExcel));
        check(b"%PDF-1.7", Err(FileFault::UnknownFormat));
        check(b" <table>", Err(FileFault::UnknownFormat));
        check(b"a,b\0\n", Err(FileFault::UnknownFormat));
    }

    #[test]
    fn marks_and_validity_tell_the_encoding() {
        check(b"a,b\n", text(Encoding::Utf8, 0));
        check("\u{FEFF}号".as_bytes(), text(Encoding::Utf8, 3));
        check(b"\xFF\xFEa\0", text(Encoding::Utf16Le, 2));
        check(b"\xFE\xFF\0a", text(Encoding::Utf16Be, 2));
        check("证号,姓名\n1,𠮷田\n".as_bytes(), text(Encoding::Utf8, 0));
        check(&gb18030("证号,姓名\n1,𠮷田㐀䶮\n"), text(Encoding::Gb18030, 0));
        check(&gb18030("\u{FEFF}证号"), text(Encoding::Gb18030, 4));
        check(b"na\xEFve,caf\xE9\n", Err(FileFault::UnknownEncoding));
    }

    #[test]
    fn one_name_far_behind_in_the_file_decides() {
        for name in ["张三", "䶮", "𠮷"] {
            for pad in BLOCK - 5..BLOCK + 3 {
                let mut file = vec![b'a'; pad];
                file.extend_from_slice(&gb18030(name));
                check(&file, text(Encoding::Gb18030, 0));
                file.truncate(pad);
                file.extend_from_slice(name.as_bytes());
                check(&file, text(Encoding::Utf8, 0));
            }
        }
    }

    #[test]
    fn utf8_with_a_broken_name_is_not_mistaken_for_gb18030() {
        let mut file = "姓名,机关\n张三,兰河省药品监督管理局\n".as_bytes().to_vec();
        file.extend_from_slice(b"\xE6\x9D,x\n");
        check(&file, text(Encoding::Utf8, 0));
    }
}
