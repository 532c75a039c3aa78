//! No code opens a record without a permit and a stamp: whoever tries gets no program.
//!
//! The lawful way, which does compile, is taken by `vault/opening.rs`.

#[test]
fn nothing_opens_without_permit_and_stamp() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/no_*.rs");
}
