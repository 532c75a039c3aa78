//! A node is open in one process: a second one is turned away and told what to do.

use fairfile_service::folder::{Folder, FolderError};
use fairfile_store::{Place, Store, StoreError};
use fairfile_testkit::{Raw, hand_set, on_both_engines};
use fairfile_vault::Chance;

on_both_engines! {
    fn a_second_process_is_turned_away(world) {
        let second = Folder::open(&world.folder(), Chance::seeded(1), hand_set()).err().expect("it is held");
        assert!(matches!(second, FolderError::InUse), "{second}");
        assert!(second.to_string().contains("--server"));
        if let Raw::Postgres(url) = world.raw() {
            // Another machine's folder that names the same database.
            let second = Store::open(&Place::Postgres(url)).err().expect("the server's lock is held");
            assert!(matches!(second, StoreError::InUse), "{second}");
        }
        world.restarts(|_| ());
    }

    fn keys_that_belong_to_another_node_are_refused(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        world.restarts(|folder| {
            let root = folder.join("keys/root.key");
            let right = std::fs::read(&root).expect("the root key");
            std::fs::write(&root, [7; 32]).expect("another root key");
            let opened = Folder::open(folder, Chance::seeded(1), hand_set());
            let wrong = opened.err().expect("the wrong keys");
            assert!(wrong.to_string().contains("restore the key file"), "{wrong}");
            std::fs::write(&root, right).expect("the right one");
        });
        assert_eq!(world.file_of(&lin).records.len(), 1);
    }
}
