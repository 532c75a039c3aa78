//! The bytes of a text file as a stream: behind the byte order mark, UTF-16 already turned to UTF-8.

use std::io::SeekFrom;

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};

use crate::recognise::{BLOCK, Encoding, Input, fill};
use crate::{FileFault, Limits};

/// A text file, read in blocks of 64 KiB.
///
/// GB18030 is handed on as it is. None of its characters contains a byte that means a delimiter, a
/// quotation mark or a line break, so cells are found first and decoded one by one: a broken
/// character costs its row and not the file.
pub(crate) struct TextStream {
    input: Box<dyn Input>,
    encoding: Encoding,
    utf16: Option<Decoder>,
    /// Bytes of the file, as sent.
    raw: Vec<u8>,
    /// Bytes to hand out, and how many of them have been consumed.
    ready: Vec<u8>,
    consumed: usize,
    /// Bytes of the file read so far.
    read: u64,
    ended: bool,
    limits: Limits,
}

impl TextStream {
    /// Begins behind the byte order mark, which is `mark` bytes long.
    pub(crate) fn open(
        mut input: Box<dyn Input>,
        encoding: Encoding,
        mark: u64,
        limits: &Limits,
    ) -> Result<Self, FileFault> {
        input.seek(SeekFrom::Start(mark)).map_err(|error| FileFault::from_io(&error))?;
        let utf16 = match encoding {
            Encoding::Utf8 | Encoding::Gb18030 => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
        };
        Ok(Self {
            input,
            encoding,
            utf16,
            raw: vec![0; BLOCK],
            ready: Vec::with_capacity(BLOCK),
            consumed: 0,
            read: mark,
            ended: false,
            limits: limits.clone(),
        })
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Bytes of the file read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The bytes that come next; none at the end of the file.
    pub(crate) fn peek(&mut self) -> Result<&[u8], FileFault> {
        while self.consumed >= self.ready.len() && !self.ended {
            self.read_block()?;
        }
        Ok(self.ready.get(self.consumed..).unwrap_or_default())
    }

    /// Leaves `count` of the bytes that [`TextStream::peek`] showed behind.
    pub(crate) fn consume(&mut self, count: usize) {
        self.consumed = self.consumed.saturating_add(count).min(self.ready.len());
    }

    /// Goes past line breaks, however many. Says whether anything comes after them.
    pub(crate) fn skip_line_breaks(&mut self) -> Result<bool, FileFault> {
        loop {
            let next = self.peek()?;
            if next.is_empty() {
                return Ok(false);
            }
            let breaks = next.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let all = breaks == next.len();
            self.consume(breaks);
            if !all {
                return Ok(true);
            }
        }
    }

    fn read_block(&mut self) -> Result<(), FileFault> {
        self.limits.stop.ask()?;
        let length = fill(self.input.as_mut(), &mut self.raw)?;
        self.read = self.read.saturating_add(length as u64);
        if self.read > self.limits.file_bytes {
            return Err(FileFault::TooLarge { limit: self.limits.file_bytes });
        }
        self.ended = length == 0;
        self.consumed = 0;
        self.ready.clear();
        let block = self.raw.get(..length).unwrap_or_default();
        match &mut self.utf16 {
            None => self.ready.extend_from_slice(block),
            Some(decoder) => decode_utf16(decoder, block, self.ended, &mut self.ready)?,
        }
        Ok(())
    }
}

/// Turns a block into UTF-8. A broken pair ends the file: where a unit is missing, all that follows
/// may be shifted.
fn decode_utf16(decoder: &mut Decoder, block: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), FileFault> {
    let size = decoder.max_utf8_buffer_length_without_replacement(block.len());
    out.resize(size.ok_or(FileFault::UnknownEncoding)?, 0);
    let (result, _, written) = decoder.decode_to_utf8_without_replacement(block, out, last);
    out.truncate(written);
    match result {
        DecoderResult::InputEmpty => Ok(()),
        DecoderResult::OutputFull | DecoderResult::Malformed(..) => Err(FileFault::UnknownEncoding),
    }
}
