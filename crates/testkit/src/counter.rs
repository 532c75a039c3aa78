//! Those who work at a counter: they are invited, make a passkey on a device, and sign in with it.

use fairfile_domain::sign_in::KeyHolder;
use fairfile_service::sign_in::{self, SignInError, SignedIn};
use fairfile_signin::passkey::RelyingParty;

use crate::device::Device;
use crate::world::World;

/// Where the pages of a world's node would be.
pub const PAGES: &str = "https://lanhe.example";

/// Somebody with a device.
#[derive(Debug, Clone)]
pub struct AtTheCounter {
    /// Who.
    pub holder: KeyHolder,
    /// With what.
    pub device: Device,
}

/// The node as a browser knows it.
pub fn party() -> RelyingParty {
    RelyingParty::at(PAGES).expect("a name")
}

impl World {
    /// Invites `holder`, such as `officer/0417`, who makes a passkey on a new device.
    ///
    /// # Panics
    /// If that does not go well.
    pub fn enrols(&self, holder: &str) -> AtTheCounter {
        let (reg, party) = (self.reg(), party());
        let holder: KeyHolder = holder.parse().expect("a holder");
        let invited = sign_in::invite(&reg, &holder, "operator").expect("invited");
        let found = sign_in::find_invited(&reg, &invited.code).expect("read").expect("an invitation");
        let begun = sign_in::begin_enrolment(&reg, &party, &found.holder).expect("begun");
        let mut device = Device::at(PAGES);
        let made = party.finish_making(&begun.state, &device.makes(&begun.options)).expect("made");
        let enrolled = sign_in::enrol(&reg, found.id, &invited.code, made).expect("enrolled");
        assert_eq!(enrolled, holder);
        AtTheCounter { holder, device }
    }

    /// Signs somebody in with the device.
    ///
    /// # Errors
    /// What the node says.
    pub fn signs_in(&self, who: &mut AtTheCounter) -> Result<SignedIn, SignInError> {
        let party = party();
        let begun = party.begin_using().expect("begun");
        sign_in::sign_in(&self.reg(), &party, &begun.state, &who.device.uses(&begun.options))
    }
}
