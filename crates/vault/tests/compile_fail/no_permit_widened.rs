//! A permit that was given is not widened.
use fairfile_domain::access::{Permit, Reach};

fn widen(mut permit: Permit) -> Permit {
    permit.reach = Reach::WholeFile;
    permit
}

fn main() {
    let _ = widen;
}
