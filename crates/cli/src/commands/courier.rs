//! A served node tells people what happens: rounds are held on one thread, and what they have written is sent on another,
//! so that a slow server never shows in when a round is held.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use fairfile_service::Registry;
use fairfile_service::messages::Delivered;

use crate::ambient::Stopwatch;
use crate::post::Ways;

/// How often it is looked whether a round is due, and whether something is to be sent.
const PAUSE: Duration = Duration::from_secs(2);

/// Holds rounds and sends until it is dropped.
pub struct Couriers {
    is_over: Arc<AtomicBool>,
    stops: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Couriers {
    /// Begins at once; a turn that fails is logged and tried again.
    pub fn send(registry: &Arc<Registry>, ways: Arc<Ways>) -> std::io::Result<Self> {
        let mut couriers = Self { is_over: Arc::default(), stops: Vec::new(), threads: Vec::new() };
        if !ways.is_any() {
            return Ok(couriers);
        }
        let (courier, watch) = (Arc::new(ways.courier()), Stopwatch::start());
        let (reg, of_rounds) = (registry.clone(), courier.clone());
        couriers.begin("rounds", move || {
            loop {
                match of_rounds.hold_round(&reg, watch.elapsed()) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::error!(%error, "a round of messages could not be held; it is tried again");
                        break;
                    }
                }
            }
        })?;
        let (reg, is_over) = (registry.clone(), couriers.is_over.clone());
        couriers.begin("post", move || {
            let carry = |letter: &_| ways.carry(letter, reg.clock.now().unix_micros());
            let goes_on = || !is_over.load(Ordering::Relaxed);
            match courier.deliver(&reg, watch.elapsed(), goes_on, carry) {
                Ok(sent) if sent != Delivered::default() => {
                    tracing::info!(sent = sent.sent, later = sent.later, failed = sent.failed, "messages went out");
                }
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "messages could not be sent; it is tried again"),
            }
        })?;
        Ok(couriers)
    }

    fn begin(&mut self, name: &str, mut turn: impl FnMut() + Send + 'static) -> std::io::Result<()> {
        let (stop, stopped): (Sender<()>, Receiver<()>) = channel();
        let thread = std::thread::Builder::new().name(name.into()).spawn(move || {
            loop {
                turn();
                if stopped.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })?;
        self.stops.push(stop);
        self.threads.push(thread);
        Ok(())
    }
}

impl Drop for Couriers {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.stops.clear();
        for thread in self.threads.drain(..) {
            // One that panicked has said so; there is nothing to add.
            thread.join().ok();
        }
    }
}
