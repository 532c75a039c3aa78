//! Reading beside the one writer: a small pool of connections that can change nothing.

use std::sync::Mutex;

use crate::connection::{Connection, Read, aside};
use crate::error::StoreError;
use crate::{Place, open};

/// Reading connections, opened when first needed and kept.
pub(crate) struct Readers {
    place: Place,
    idle: Mutex<Vec<Connection>>,
}

/// A connection that reads.
pub struct ReadTx<'r> {
    connection: Option<Connection>,
    home: &'r Readers,
    given_up: bool,
}

impl Readers {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, idle: Mutex::new(Vec::new()) }
    }

    /// Closes what is idle: the server that it led to is gone, or was.
    pub(crate) fn forget(&self) {
        if let Ok(mut idle) = self.idle.lock() {
            let connections = std::mem::take(&mut *idle);
            // Taking leave of a server is a kind of waiting.
            aside(|| drop(connections));
        }
    }

    pub(crate) fn lend(&self) -> Result<ReadTx<'_>, StoreError> {
        let waiting = self.idle.lock().map_err(|_| StoreError::Stopped)?.pop();
        let connection = match waiting {
            Some(connection) => connection,
            None => open::open_reader(&self.place)?,
        };
        Ok(ReadTx { connection: Some(connection), home: self, given_up: false })
    }
}

impl ReadTx<'_> {
    /// Marks the connection as unfit for the next reader: it is closed when this value is dropped.
    pub(crate) fn give_up(&mut self) {
        self.given_up = true;
    }
}

impl Read for ReadTx<'_> {
    fn connection(&mut self) -> &mut Connection {
        // It is given back only when the value is dropped.
        self.connection.as_mut().expect("a lent connection is here until the drop")
    }
}

impl Drop for ReadTx<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let usable = match &connection {
            _ if self.given_up => false,
            Connection::Sqlite(_) => true,
            Connection::Postgres(client, _) => !client.is_closed(),
        };
        match self.home.idle.lock() {
            Ok(mut idle) if usable => idle.push(connection),
            Ok(_) | Err(_) => aside(|| drop(connection)),
        }
        if !usable {
            // The others have met the same end, or soon will.
            self.home.forget();
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.forget();
    }
}
