//! The zip that a workbook is: its directory, and its parts as guarded streams.
//!
//! This is a reader of its own, and a strict one, because it is the place where a bomb must be stopped.
//! Everything is checked against the directory at the zip's end before a byte is inflated: number and
//! size of the parts, how far they inflate, that no two share bytes. What is then inflated may not
//! exceed what was declared, and must match it in size and checksum at the end.

use std::io::{self, Read, SeekFrom, Take};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::limits::BYTES_BETWEEN_CHECKS;
use crate::recognise::{Input, fill};
use crate::{FileFault, Limits};

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const END64_LOCATOR: &[u8] = b"PK\x06\x07";
const END64_LOCATOR_BYTES: usize = 20;
const END64: &[u8] = b"PK\x06\x06";
const END64_BYTES: usize = 56;
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: usize = 30;
/// The longest comment that a zip may end in.
const COMMENT_BYTES: usize = 65_535;
/// Bytes of directory for each entry that may be; real entries take about a hundred.
const DIRECTORY_BYTES_FOR_EACH: usize = 1_024;

fn damaged(what: &'static str) -> FileFault {
    FileFault::Damaged { what }
}

/// One part of a workbook, as the directory declares it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    packed: u64,
    size: u64,
    crc: u32,
    stored: bool,
    at: u64,
}

/// The directory of a zip.
#[derive(Debug)]
pub(crate) struct Archive {
    parts: Vec<Part>,
    limits: Limits,
}

impl Archive {
    /// Reads and checks the directory. Nothing is inflated.
    pub(crate) fn open(input: &mut dyn Input, limits: &Limits) -> Result<Self, FileFault> {
        let end = Directory::find(input)?;
        let too_many = FileFault::TooManyParts { limit: limits.zip_entries };
        if end.entries > limits.zip_entries as u64 {
            return Err(too_many);
        }
        if end.bytes > limits.zip_entries.saturating_mul(DIRECTORY_BYTES_FOR_EACH) as u64 {
            return Err(too_many);
        }
        let mut bytes = vec![0; usize::try_from(end.bytes).map_err(|_| too_many)?];
        read_at(input, end.at, &mut bytes)?;

        let mut parts = Vec::new();
        let mut fields = Fields(&bytes);
        for _ in 0..end.entries {
            parts.push(Part::parse(&mut fields)?);
        }
        if !fields.0.is_empty() {
            return Err(damaged("the zip directory has more entries than it says"));
        }
        let archive = Self { parts, limits: limits.clone() };
        archive.check_sizes()?;
        archive.check_places(end.at)?;
        archive.check_names()?;
        Ok(archive)
    }

    /// The part of this name. Names of parts are compared without regard to case.
    pub(crate) fn find(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.name.as_str())
    }

    /// Opens a part as a stream of what it inflates to.
    pub(crate) fn read<R: Input>(&self, mut input: R, part: &Part) -> Result<PartReader<R>, FileFault> {
        let mut local = [0; LOCAL_BYTES];
        read_at(&mut input, part.at, &mut local)?;
        let mut fields = Fields(&local);
        fields.signature(LOCAL)?;
        fields.skip(22)?;
        let (name_bytes, extra_bytes) = (fields.u16()?, fields.u16()?);
        let mut name = vec![0; usize::from(name_bytes)];
        read_at(&mut input, part.at + LOCAL_BYTES as u64, &mut name)?;
        if name != part.name.as_bytes() {
            return Err(damaged("a part has two names"));
        }
        let data = part.at + LOCAL_BYTES as u64 + u64::from(name_bytes) + u64::from(extra_bytes);
        input.seek(SeekFrom::Start(data)).map_err(|error| FileFault::from_io(&error))?;
        let packed = input.take(part.packed);
        Ok(PartReader {
            body: if part.stored { Body::Stored(packed) } else { Body::Deflated(DeflateDecoder::new(packed)) },
            part: part.clone(),
            inflated: 0,
            checked_at: 0,
            crc: Crc::new(),
            limits: self.limits.clone(),
        })
    }

    fn check_sizes(&self) -> Result<(), FileFault> {
        let limits = &self.limits;
        let all = self.parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.size));
        for part in &self.parts {
            part.check_ratio(part.size, limits)?;
            if part.stored && part.size != part.packed {
                return Err(damaged("a stored part has two sizes"));
            }
        }
        if all > limits.inflated_bytes {
            return Err(FileFault::InflatesTooFar { limit: limits.inflated_bytes });
        }
        Ok(())
    }

    /// Parts that share bytes make a small file inflate without end; no program writes them.
    fn check_places(&self, directory_at: u64) -> Result<(), FileFault> {
        let mut places: Vec<_> = self.parts.iter().map(|part| (part.at, part.end())).collect();
        places.sort_unstable();
        let starts = places.iter().skip(1).map(|(at, _)| *at).chain([directory_at]);
        if places.iter().zip(starts).any(|((_, end), next)| *end > next) {
            return Err(damaged("parts of the zip overlap"));
        }
        Ok(())
    }

    /// We write no file, so a name that climbs out of its folder harms nobody here; but whoever made
    /// it did not use a spreadsheet program.
    fn check_names(&self) -> Result<(), FileFault> {
        let mut names: Vec<_> = self.names().map(str::to_ascii_lowercase).collect();
        names.sort_unstable();
        let climbs = |name: &String| {
            name.starts_with('/') || name.contains(['\\', '\0', ':']) || name.split('/').any(|step| step == "..")
        };
        if names.iter().any(climbs) {
            return Err(damaged("a part's name leads out of the zip"));
        }
        if names.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(damaged("two parts have the same name"));
        }
        Ok(())
    }
}

impl Part {
    /// Bytes of the part as packed in the file.
    pub(crate) fn packed(&self) -> u64 {
        self.packed
    }

    fn end(&self) -> u64 {
        let header = LOCAL_BYTES as u64 + self.name.len() as u64;
        self.at.saturating_add(header).saturating_add(self.packed)
    }

    fn check_ratio(&self, inflated: u64, limits: &Limits) -> Result<(), FileFault> {
        let allowed = self.packed.saturating_mul(limits.inflate_ratio);
        if inflated > limits.ratio_free_bytes && inflated > allowed {
            return Err(FileFault::Bomb { limit: limits.inflate_ratio });
        }
        Ok(())
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, FileFault> {
        fields.signature(ENTRY)?;
        fields.skip(4)?;
        let flags = fields.u16()?;
        let method = fields.u16()?;
        fields.skip(4)?;
        let crc = fields.u32()?;
        let (packed, size) = (fields.u32()?, fields.u32()?);
        let (name, extra, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
        fields.skip(8)?;
        let at = fields.u32()?;
        let name = fields.take(usize::from(name))?;
        let mut large = Fields(zip64(fields.take(usize::from(extra))?)?);
        fields.skip(usize::from(comment))?;

        if flags & 1 != 0 {
            return Err(FileFault::OldOrEncryptedExcel);
        }
        if method != 0 && method != 8 {
            return Err(damaged("a part is packed in a way that .xlsx has not"));
        }
        // The 64-bit fields stand in this order, each only if its 32-bit field is full.
        let mut wide = |narrow: u32| {
            if narrow == u32::MAX { large.u64() } else { Ok(u64::from(narrow)) }
        };
        let (size, packed, at) = (wide(size)?, wide(packed)?, wide(at)?);
        let name = str::from_utf8(name).map_err(|_| damaged("a part's name is not UTF-8"))?;
        Ok(Self { name: name.to_owned(), packed, size, crc, stored: method == 0, at })
    }
}

/// The 64-bit fields among an entry's extra fields; nothing if there are none.
fn zip64(extra: &[u8]) -> Result<&[u8], FileFault> {
    let mut fields = Fields(extra);
    while fields.0.len() >= 4 {
        let (id, length) = (fields.u16()?, fields.u16()?);
        let body = fields.take(usize::from(length))?;
        if id == 1 {
            return Ok(body);
        }
    }
    Ok(&[])
}

/// Where the directory is and how large.
struct Directory {
    entries: u64,
    bytes: u64,
    at: u64,
}

impl Directory {
    fn find(input: &mut dyn Input) -> Result<Self, FileFault> {
        let length = input.seek(SeekFrom::End(0)).map_err(|error| FileFault::from_io(&error))?;
        let tail_bytes = length.min((END_BYTES + COMMENT_BYTES) as u64);
        let tail_at = length - tail_bytes;
        let mut tail = vec![0; usize::try_from(tail_bytes).unwrap_or_default()];
        read_at(input, tail_at, &mut tail)?;

        // The record whose comment reaches exactly to the end of the file; the last such one.
        let found = (0..=tail.len().saturating_sub(END_BYTES)).rev().find_map(|start| {
            let mut fields = Fields(tail.get(start..)?);
            fields.signature(END).ok()?;
            let record = fields.clone();
            fields.skip(16).ok()?;
            (usize::from(fields.u16().ok()?) == fields.0.len()).then_some((start, record))
        });
        let (start, mut fields) = found.ok_or(damaged("the zip is cut short"))?;
        let end_at = tail_at + start as u64;
        fields.skip(4)?;
        let (entries_here, entries) = (fields.u16()?, fields.u16()?);
        let (bytes, at) = (fields.u32()?, fields.u32()?);
        let wide = entries == u16::MAX || bytes == u32::MAX || at == u32::MAX;
        let directory = if wide {
            Self::find64(input, end_at)?
        } else if entries_here == entries {
            Self { entries: u64::from(entries), bytes: u64::from(bytes), at: u64::from(at) }
        } else {
            return Err(damaged("the zip is one of several"));
        };
        if directory.at.checked_add(directory.bytes).is_none_or(|end| end > end_at) {
            return Err(damaged("the zip directory is not where it should be"));
        }
        Ok(directory)
    }

    fn find64(input: &mut dyn Input, end_at: u64) -> Result<Self, FileFault> {
        let mut locator = [0; END64_LOCATOR_BYTES];
        let locator_at = end_at.checked_sub(END64_LOCATOR_BYTES as u64);
        read_at(input, locator_at.ok_or(damaged("the zip is cut short"))?, &mut locator)?;
        let mut fields = Fields(&locator);
        fields.signature(END64_LOCATOR)?;
        fields.skip(4)?;
        let mut record = [0; END64_BYTES];
        read_at(input, fields.u64()?, &mut record)?;
        let mut fields = Fields(&record);
        fields.signature(END64)?;
        fields.skip(28)?;
        Ok(Self { entries: fields.u64()?, bytes: fields.u64()?, at: fields.u64()? })
    }
}

/// Little-endian fields, one after the other.
#[derive(Clone)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], FileFault> {
        let (field, rest) = self.0.split_at_checked(count).ok_or(damaged("the zip is cut short"))?;
        self.0 = rest;
        Ok(field)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FileFault> {
        self.take(N)?.try_into().map_err(|_| damaged("the zip is cut short"))
    }

    fn skip(&mut self, count: usize) -> Result<(), FileFault> {
        self.take(count).map(|_| ())
    }

    fn signature(&mut self, expected: &[u8]) -> Result<(), FileFault> {
        if self.take(expected.len())? == expected { Ok(()) } else { Err(damaged("a record of the zip is missing")) }
    }

    fn u16(&mut self) -> Result<u16, FileFault> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, FileFault> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, FileFault> {
        self.array().map(u64::from_le_bytes)
    }
}

fn read_at(input: &mut dyn Input, at: u64, bytes: &mut [u8]) -> Result<(), FileFault> {
    input.seek(SeekFrom::Start(at)).map_err(|error| FileFault::from_io(&error))?;
    if fill(input, bytes)? < bytes.len() {
        return Err(damaged("the zip is cut short"));
    }
    Ok(())
}

enum Body<R> {
    Stored(Take<R>),
    Deflated(DeflateDecoder<Take<R>>),
}

/// What a part inflates to. A fault comes as an [`io::Error`] that carries it, see
/// [`FileFault::from_io`].
pub(crate) struct PartReader<R> {
    body: Body<R>,
    part: Part,
    inflated: u64,
    /// At how many bytes the stop check was last asked.
    checked_at: u64,
    crc: Crc,
    limits: Limits,
}

impl<R: Input> PartReader<R> {
    /// Packed bytes gone through so far.
    pub(crate) fn packed_read(&self) -> u64 {
        let left = match &self.body {
            Body::Stored(packed) => packed.limit(),
            Body::Deflated(decoder) => return decoder.total_in(),
        };
        self.part.packed.saturating_sub(left)
    }

    /// Gives the file back, wherever in it we are.
    pub(crate) fn into_input(self) -> R {
        match self.body {
            Body::Stored(packed) => packed.into_inner(),
            Body::Deflated(decoder) => decoder.into_inner().into_inner(),
        }
    }

    fn check_end(&self) -> Result<(), FileFault> {
        if self.inflated != self.part.size || self.packed_read() != self.part.packed {
            return Err(damaged("a part has not the size that it says"));
        }
        if self.crc.sum() != self.part.crc {
            return Err(damaged("a part's checksum does not fit"));
        }
        Ok(())
    }

    fn count(&mut self, bytes: &[u8]) -> Result<(), FileFault> {
        self.crc.update(bytes);
        self.inflated = self.inflated.saturating_add(bytes.len() as u64);
        self.part.check_ratio(self.inflated, &self.limits)?;
        if self.inflated > self.part.size {
            return Err(damaged("a part has not the size that it says"));
        }
        if self.inflated - self.checked_at >= BYTES_BETWEEN_CHECKS {
            self.checked_at = self.inflated;
            self.limits.stop.ask()?;
        }
        Ok(())
    }
}

impl<R: Input> Read for PartReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.body {
            Body::Stored(packed) => packed.read(buffer)?,
            Body::Deflated(decoder) => decoder.read(buffer)?,
        };
        if read == 0 && !buffer.is_empty() {
            self.check_end()?;
        }
        self.count(buffer.get(..read).unwrap_or_default())?;
        Ok(read)
    }
}
