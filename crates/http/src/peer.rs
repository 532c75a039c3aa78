//! From where a connection comes, and how many come from there.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::limits::Limits;

/// Where a caller speaks from: an address, or a network of IPv6 addresses that one holder has (its first 64 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Peer(IpAddr);

impl Peer {
    /// Whom a connection from `address` counts for; for nobody if it is this machine's own and those are spared.
    pub(crate) fn counted(address: IpAddr, limits: &Limits) -> Option<Self> {
        let address = address.to_canonical();
        if limits.spares_loopback && address.is_loopback() {
            return None;
        }
        Some(Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        }))
    }
}

/// How many connections each peer has open; no longer than there are connections.
#[derive(Debug, Default)]
pub(crate) struct Peers(Mutex<HashMap<Peer, usize>>);

impl Peers {
    /// One more connection of `peer`, unless it has `most` already.
    pub(crate) fn enter(self: &Arc<Self>, peer: Peer, most: usize) -> Option<Entered> {
        let mut open = self.open();
        let count = open.get(&peer).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        open.insert(peer, count + 1);
        Some(Entered { peers: self.clone(), peer })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Peer, usize>> {
        // Every change leaves the counts sound, whatever its last holder met.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection of a peer; it no longer counts when this is dropped.
#[derive(Debug)]
pub(crate) struct Entered {
    peers: Arc<Peers>,
    peer: Peer,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut open = self.peers.open();
        match open.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => {
                open.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Option<Peer> {
        Peer::counted(address.parse().expect("an address"), &Limits::default())
    }

    #[test]
    fn whoever_has_a_network_is_one_caller_and_a_proxy_is_none() {
        assert_eq!(peer("2001:db8:1:2::1"), peer("2001:db8:1:2:ffff::9"));
        assert_ne!(peer("2001:db8:1:2::1"), peer("2001:db8:1:3::1"));
        assert_eq!(peer("::ffff:192.0.2.7"), peer("192.0.2.7"));
        assert_ne!(peer("192.0.2.8"), peer("192.0.2.7"));
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(peer(own), None, "{own}");
        }
        let all = Limits { spares_loopback: false, ..Limits::default() };
        assert!(Peer::counted(IpAddr::from([127, 0, 0, 1]), &all).is_some());
    }

    #[test]
    fn a_peer_has_so_many_connections_and_gets_them_back() {
        let peers = Arc::new(Peers::default());
        let (one, other) = (peer("192.0.2.7").expect("counted"), peer("192.0.2.8").expect("counted"));
        let mut held: Vec<_> = (0..3).filter_map(|_| peers.enter(one, 2)).collect();
        assert_eq!(held.len(), 2);
        assert!(peers.enter(other, 2).is_some());
        held.pop();
        held.extend(peers.enter(one, 2));
        assert_eq!(held.len(), 2);
        drop(held);
        assert!(peers.open().is_empty());
    }
}
