//! XML as a stream of small pieces, each bounded, without entities.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use crate::archive::PartReader;
use crate::recognise::Input;
use crate::{FileFault, Limits};

/// Bytes inflated ahead.
const AHEAD: usize = 32 * 1024;

fn damaged() -> FileFault {
    FileFault::Damaged { what: "a part is not sound XML" }
}

/// One part of a workbook, read piece by piece.
pub(crate) struct Xml<R: Input> {
    pieces: quick_xml::Reader<Metered<PartReader<R>>>,
    depth: usize,
    max_depth: usize,
    /// Whether the outermost element has begun.
    begun: bool,
}

impl<R: Input> Xml<R> {
    pub(crate) fn new(part: PartReader<R>, limits: &Limits) -> Self {
        let inner = BufReader::with_capacity(AHEAD, part);
        let metered = Metered { inner, piece: 0, limit: limits.record_bytes };
        Self { pieces: quick_xml::Reader::from_reader(metered), depth: 0, max_depth: limits.xml_depth, begun: false }
    }

    /// The next piece, read into `buffer`. `Eof` comes once size and checksum of the part were right.
    pub(crate) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, FileFault> {
        buffer.clear();
        self.pieces.get_mut().piece = 0;
        let event = self.pieces.read_event_into(buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => FileFault::from_io(&error),
            _ => damaged(),
        })?;
        match &event {
            // A part in UTF-16 is read as names full of NUL: better damaged than taken for empty.
            Event::Start(tag) | Event::Empty(tag) if !self.begun && tag.contains(&0) => {
                return Err(damaged());
            }
            Event::Empty(_) => self.begun = true,
            Event::Start(_) => {
                self.begun = true;
                self.depth += 1;
                if self.depth > self.max_depth {
                    return Err(FileFault::TooMuchInside { what: "levels of XML", limit: self.max_depth });
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            // Entities are declared in a document type; a workbook has none, a bomb may.
            Event::DocType(_) => {
                return Err(FileFault::ActiveContent { what: "an XML document type" });
            }
            Event::Eof if self.depth > 0 || !self.begun => return Err(damaged()),
            _ => {}
        }
        Ok(event)
    }

    pub(crate) fn part(&self) -> &PartReader<R> {
        self.pieces.get_ref().inner.get_ref()
    }

    pub(crate) fn into_input(self) -> R {
        self.pieces.into_inner().inner.into_inner().into_input()
    }
}

/// Counts the bytes of one piece, so that a tag or a text without end cannot fill the memory.
struct Metered<R> {
    inner: BufReader<R>,
    piece: usize,
    limit: usize,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.piece = self.piece.saturating_add(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > self.limit {
            return Err(FileFault::TooMuchInside { what: "bytes in one piece", limit: self.limit }.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.piece = self.piece.saturating_add(count);
        self.inner.consume(count);
    }
}

/// The text of a piece, if it is one of text: as it stands, in a CDATA section, or a character
/// reference. Only the five entities that XML itself has are known.
pub(crate) fn text_of<'e>(event: &'e Event<'_>) -> Result<Option<Cow<'e, str>>, FileFault> {
    let text = match event {
        Event::Text(text) => text.xml10_content().map_err(|_| damaged())?,
        Event::CData(text) => text.xml10_content().map_err(|_| damaged())?,
        Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|_| damaged())? {
            Some(character) => Cow::Owned(character.to_string()),
            None => {
                let name = reference.decode().map_err(|_| damaged())?;
                Cow::Borrowed(quick_xml::escape::resolve_predefined_entity(&name).ok_or_else(damaged)?)
            }
        },
        _ => return Ok(None),
    };
    Ok(Some(text))
}

/// An attribute by its name without prefix.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileFault> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| damaged())?;
        if attribute.key.local_name().as_ref() == name.as_bytes() {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| damaged())?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}
