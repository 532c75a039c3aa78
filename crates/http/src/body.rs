//! Bodies as they come in: bounded in bytes and in patience, whatever the stranger says about them.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, header};
use fairfile_requests::{BodyDigest, ContentDigest};
use fairfile_service::{Registry, RegistryError};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::doors::Doors;
use crate::limits::{FILE_BYTES_EACH_SECOND, JSON_BYTES, Patience};
use crate::problem::{Problem, RequestFault};
use crate::scratch::Scratch;

/// How much of a file is in memory before it is written down.
const PIECE_BYTES: usize = 256 * 1024;

/// A body that is refused by the length that it claims costs nothing to read.
fn claims_too_much(headers: &HeaderMap, body: &Body, limit: u64) -> bool {
    let claimed = headers.get(header::CONTENT_LENGTH).and_then(|text| text.to_str().ok()?.parse::<u64>().ok());
    claimed.unwrap_or_else(|| body.size_hint().lower()) > limit
}

/// The next bytes of a body; nothing at its end.
async fn next(body: &mut Body, idle: Duration) -> Result<Option<Bytes>, Problem> {
    loop {
        let Ok(frame) = timeout(idle, body.frame()).await else { return Err(RequestFault::TooSlow.into()) };
        match frame {
            None => return Ok(None),
            Some(Err(error)) => return Err(fault_of(&error).into()),
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
        }
    }
}

/// Why a body broke off: pieces that are none, or a client that left before the end.
fn fault_of(error: &axum::Error) -> RequestFault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return match error.kind() {
                ErrorKind::InvalidInput | ErrorKind::InvalidData => RequestFault::BadFraming,
                _ => RequestFault::TooSlow,
            };
        }
        cause = error.source();
    }
    RequestFault::TooSlow
}

/// A JSON body as a whole.
pub(crate) async fn whole(doors: &Doors, headers: &HeaderMap, mut body: Body) -> Result<Bytes, Problem> {
    if claims_too_much(headers, &body, JSON_BYTES) {
        return Err(RequestFault::BodyTooLarge.into());
    }
    let Patience { body_idle: idle, json, .. } = doors.config().limits.patience;
    let read = async {
        let Some(first) = next(&mut body, idle).await? else { return Ok::<_, Problem>(Bytes::new()) };
        // A question comes in one piece nearly always: then its bytes are not copied.
        let Some(second) = next(&mut body, idle).await? else { return Ok(first) };
        let mut all = [first, second].concat();
        while all.len() as u64 <= JSON_BYTES {
            let Some(more) = next(&mut body, idle).await? else { break };
            all.extend_from_slice(&more);
        }
        Ok(Bytes::from(all))
    };
    let Ok(read) = timeout(json, read).await else { return Err(RequestFault::TooSlow.into()) };
    let bytes = read?;
    if bytes.len() as u64 > JSON_BYTES { Err(RequestFault::BodyTooLarge.into()) } else { Ok(bytes) }
}

/// A file that arrived: in a place without a name, gone when it is dropped.
pub(crate) struct Arrived {
    pub(crate) file: Scratch,
    pub(crate) digest: BodyDigest,
}

/// Writes a body into a file without a name while its digest is made.
///
/// Whoever sends it is known by signature already, and its digest is held against the signed one before
/// anything of the file is read.
pub(crate) async fn file(doors: &Doors, headers: &HeaderMap, mut body: Body) -> Result<Arrived, Problem> {
    let limit = doors.config().file_bytes;
    if claims_too_much(headers, &body, limit) {
        return Err(RequestFault::BodyTooLarge.into());
    }
    let Patience { body_idle: idle, file: whole, .. } = doors.config().limits.patience;
    let scratch = doors.config().scratch.clone();
    let mut arriving = doors.blocking(move |reg| Arriving::begin(reg, scratch.as_deref())).await??;
    let began = tokio::time::Instant::now();
    let receive = async {
        let (mut piece, mut received) = (Vec::with_capacity(PIECE_BYTES.min(limit as usize)), 0_u64);
        while let Some(bytes) = next(&mut body, idle).await? {
            received += bytes.len() as u64;
            if received > limit {
                return Err(RequestFault::BodyTooLarge.into());
            }
            if began.elapsed() > idle + Duration::from_secs(received / FILE_BYTES_EACH_SECOND) {
                return Err(RequestFault::TooSlow.into());
            }
            piece.extend_from_slice(&bytes);
            if piece.len() >= PIECE_BYTES {
                (arriving, piece) = doors.blocking(move |_| arriving.take(piece)).await??;
            }
        }
        let (arriving, _) = doors.blocking(move |_| arriving.take(piece)).await??;
        Ok(arriving.end())
    };
    match timeout(whole, receive).await {
        Ok(arrived) => arrived,
        Err(_) => Err(RequestFault::TooSlow.into()),
    }
}

struct Arriving {
    file: Scratch,
    digest: ContentDigest,
}

impl Arriving {
    fn begin(reg: &Registry, scratch: Option<&std::path::Path>) -> Result<Self, Problem> {
        let key = reg.chance.bytes().map_err(RegistryError::from)?;
        let file = Scratch::new(scratch, key).map_err(|error| Problem::of_disk(&error))?;
        Ok(Self { file, digest: ContentDigest::new() })
    }

    /// Takes in a piece and gives its place in memory back, empty.
    fn take(mut self, mut piece: Vec<u8>) -> Result<(Self, Vec<u8>), Problem> {
        self.digest.update(&piece);
        self.file.append(&mut piece).map_err(|error| Problem::of_disk(&error))?;
        piece.clear();
        Ok((self, piece))
    }

    fn end(self) -> Arrived {
        Arrived { file: self.file, digest: self.digest.finish() }
    }
}
