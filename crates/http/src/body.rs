//! Bodies as they come in: bounded in bytes and in patience, whatever the stranger says about them.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError};
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

/// A JSON body, or a small form, as a whole.
pub(crate) async fn whole(doors: &Doors, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    up_to(doors, headers, body, JSON_BYTES).await
}

/// A body of at most `limit` bytes as a whole.
pub(crate) async fn up_to(doors: &Doors, headers: &HeaderMap, mut body: Body, limit: u64) -> Result<Bytes, Problem> {
    if claims_too_much(headers, &body, limit) {
        return Err(RequestFault::BodyTooLarge.into());
    }
    let Patience { body_idle: idle, json, .. } = doors.config().limits.patience;
    let read = async {
        let Some(first) = next(&mut body, idle).await? else { return Ok::<_, Problem>(Bytes::new()) };
        // A question comes in one piece nearly always: then its bytes are not copied.
        let Some(second) = next(&mut body, idle).await? else { return Ok(first) };
        let mut all = [first, second].concat();
        while all.len() as u64 <= limit {
            let Some(more) = next(&mut body, idle).await? else { break };
            all.extend_from_slice(&more);
        }
        Ok(Bytes::from(all))
    };
    let Ok(read) = timeout(json, read).await else { return Err(RequestFault::TooSlow.into()) };
    let bytes = read?;
    if bytes.len() as u64 > limit { Err(RequestFault::BodyTooLarge.into()) } else { Ok(bytes) }
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
    let receive = async {
        let mut receiver = Receiver::begin(doors).await?;
        while let Some(bytes) = next(&mut body, idle).await? {
            receiver = receiver.take(doors, &bytes).await?;
        }
        receiver.end(doors).await
    };
    match timeout(whole, receive).await {
        Ok(arrived) => arrived,
        Err(_) => Err(RequestFault::TooSlow.into()),
    }
}

/// A file on its way in: under the limit, and not slower than a file may come.
struct Receiver {
    arriving: Arriving,
    piece: Vec<u8>,
    received: u64,
    began: tokio::time::Instant,
}

impl Receiver {
    async fn begin(doors: &Doors) -> Result<Self, Problem> {
        let scratch = doors.config().scratch.clone();
        let arriving = doors.blocking(move |reg| Arriving::begin(reg, scratch.as_deref())).await??;
        let piece = Vec::with_capacity(PIECE_BYTES.min(doors.config().file_bytes as usize));
        Ok(Self { arriving, piece, received: 0, began: tokio::time::Instant::now() })
    }

    async fn take(mut self, doors: &Doors, bytes: &[u8]) -> Result<Self, Problem> {
        let idle = doors.config().limits.patience.body_idle;
        self.received += bytes.len() as u64;
        if self.received > doors.config().file_bytes {
            return Err(RequestFault::BodyTooLarge.into());
        }
        if self.began.elapsed() > idle + Duration::from_secs(self.received / FILE_BYTES_EACH_SECOND) {
            return Err(RequestFault::TooSlow.into());
        }
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            let (arriving, piece) = (self.arriving, self.piece);
            (self.arriving, self.piece) = doors.blocking(move |_| arriving.take(piece)).await??;
        }
        Ok(self)
    }

    async fn end(self, doors: &Doors) -> Result<Arrived, Problem> {
        let (arriving, _) = doors.blocking(move |_| self.arriving.take(self.piece)).await??;
        Ok(arriving.end())
    }
}

/// A form with a file in it, as it arrived.
pub(crate) struct Upload {
    /// The file, which may be empty.
    pub(crate) file: Scratch,
    /// What its sender called it; empty if no file was chosen.
    pub(crate) name: String,
    /// How many bytes it has.
    pub(crate) bytes: u64,
}

/// The most bytes of a field that is no file, and of a file's name.
const FIELD_BYTES: usize = 1024;
/// What a form adds to the file in it.
const AROUND_BYTES: u64 = 64 * 1024;

/// Reads a form in parts (RFC 7578) whose last one is the file. What stands before it is handed to `fields`, which can
/// refuse it before a byte of the file is kept. The file is written down as it comes, as [`file`] does it.
///
/// # Errors
/// Q002 if it is no such form; otherwise as [`file`].
pub(crate) async fn form_with_file(
    doors: &Doors,
    headers: &HeaderMap,
    body: Body,
    fields: impl FnOnce(Vec<(String, String)>) -> Result<(), Problem>,
) -> Result<Upload, Problem> {
    if claims_too_much(headers, &body, doors.config().file_bytes.saturating_add(AROUND_BYTES)) {
        return Err(RequestFault::BodyTooLarge.into());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| RequestFault::NotTheShape)?;
    let Patience { body_idle: idle, file: whole, .. } = doors.config().limits.patience;
    // The reader of parts tells of no cause; whatever broke the body off is told here.
    let broken: Arc<Mutex<Option<Problem>>> = Arc::default();
    let note = broken.clone();
    let pieces = futures_util::stream::unfold(Some(body), move |body| {
        let note = note.clone();
        async move {
            let mut body = body?;
            match next(&mut body, idle).await {
                Ok(Some(bytes)) => Some((Ok(bytes), Some(body))),
                Ok(None) => None,
                Err(problem) => {
                    *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
                    Some((Err(io::Error::from(ErrorKind::UnexpectedEof)), None))
                }
            }
        }
    });
    let form = multer::Multipart::new(pieces, boundary);
    let Ok(read) = timeout(whole, read_parts(doors, form, fields)).await else {
        return Err(RequestFault::TooSlow.into());
    };
    let noted = broken.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (read, noted) {
        (Err(_), Some(problem)) => Err(problem),
        (read, _) => read,
    }
}

async fn read_parts(
    doors: &Doors,
    mut form: multer::Multipart<'_>,
    fields: impl FnOnce(Vec<(String, String)>) -> Result<(), Problem>,
) -> Result<Upload, Problem> {
    let no_form = |_| Problem::from(RequestFault::NotTheShape);
    let mut before = Vec::new();
    while let Some(mut part) = form.next_field().await.map_err(no_form)? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file_name) = part.file_name().map(str::to_owned) else {
            let mut value = Vec::new();
            while let Some(bytes) = part.chunk().await.map_err(no_form)? {
                value.extend_from_slice(&bytes);
                if value.len() > FIELD_BYTES || before.len() > 16 {
                    return Err(RequestFault::NotTheShape.into());
                }
            }
            before.push((name, String::from_utf8(value).map_err(|_| RequestFault::NotTheShape)?));
            continue;
        };
        if file_name.len() > FIELD_BYTES {
            return Err(RequestFault::NotTheShape.into());
        }
        fields(before)?;
        let mut receiver = Receiver::begin(doors).await?;
        while let Some(bytes) = part.chunk().await.map_err(no_form)? {
            receiver = receiver.take(doors, &bytes).await?;
        }
        let bytes = receiver.received;
        return Ok(Upload { file: receiver.end(doors).await?.file, name: file_name, bytes });
    }
    Err(RequestFault::NotTheShape.into())
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
