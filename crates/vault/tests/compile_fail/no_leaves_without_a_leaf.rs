//! There is no empty list of leaves.
use fairfile_store::Leaves;

fn main() {
    let _ = Leaves(Vec::new());
}
