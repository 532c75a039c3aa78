//! What a look cannot do without: an HTTP exchange, a signature checked and one made, the openings, and the bare
//! statements under the same group commit.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use fairfile_domain::access::{self, Ask, Pace, Permit};
use fairfile_domain::id::{EventId, LookId, PurposeCode};
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_proof::{Leaf, NodeKey};
use fairfile_requests::{SigningKey, check_evidence};
use fairfile_service::Registry;
use fairfile_store::look::{self, NewLook, Outcome};
use fairfile_store::record::{self, Sealed};
use fairfile_store::subject::{self, Chain};
use fairfile_store::{Entry, Leaves, Stamp, StoreError};

use crate::Size;
use crate::machine::Part;
use crate::people;

/// Runs `each` for every number below `count`, shared between the machine's two cores.
fn on_both_cores(name: &'static str, count: usize, each: impl Fn(usize) -> Result<()> + Sync) -> Result<Part> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let halves: Vec<_> = (0..2)
            .map(|half| {
                scope.spawn({
                    let each = &each;
                    move || (half..count).step_by(2).try_for_each(each)
                })
            })
            .collect();
        halves
            .into_iter()
            .try_for_each(|half| half.join().map_err(|_| anyhow::anyhow!("a thread of the harness failed"))?)
    })?;
    Ok(Part::new(name, start.elapsed(), count))
}

/// The parts but the HTTP exchange, which `look` measures with its own clients.
pub fn measure(size: &Size, registry: &Arc<Registry>, runtime: &tokio::runtime::Runtime) -> Result<Vec<Part>> {
    let count = size.looks.min(20_000);
    let (member_key, node_key) =
        (SigningKey::from_seed(&[3; 32])?, NodeKey::from_seed("bench.example/journal", &[4; 32])?);
    let text = "a".repeat(400);
    let signature = NodeKey::from_seed("bench.example/journal", &[3; 32])?.sign(text.as_bytes())?;
    let public = member_key.public_key();
    let signatures = on_both_cores("one signature checked, one made", count, |_| {
        anyhow::ensure!(check_evidence(&text, &signature, &public), "the signature holds");
        std::hint::black_box(node_key.sign(text.as_bytes())?);
        Ok(())
    })?;
    let (permit, stamp, found) = permit(registry)?;
    let openings = on_both_cores("the openings", count, |_| {
        std::hint::black_box(registry.vault.open(&permit, &stamp, &found)?);
        Ok(())
    })?;
    Ok(vec![signatures, openings, statements(size, registry, runtime)?])
}

/// A permit with its stamp and what it opens: a real look, made without HTTP.
fn permit(registry: &Arc<Registry>) -> Result<(Permit, Stamp, Vec<Sealed>)> {
    let identifier = Identifier::parse(IdentifierKind::CnResident, &people::number(0))?;
    let index = registry.vault.keyring().hashes().index_of(&identifier);
    let known = subject::find(&mut registry.store.read()?, &index)?.context("the first person is on file")?;
    let purpose: PurposeCode = "licence-renewal".parse()?;
    let (directory, catalog, today) = (registry.directory(), registry.catalog(), registry.today());
    let officer = &directory.officers.get(&"0417".parse()?).context("officer 0417")?.officer;
    let member = directory.members.get(&officer.member).context("the officer's member")?;
    let look: LookId = registry.fresh()?;
    let ask = Ask { look, officer, member, purpose: &purpose, subject: known.subject, pace: Pace::default() };
    let found = record::on_display(&mut registry.store.read()?, known.subject, &purpose, today)?;
    let on_file: Vec<_> = found.iter().map(|sealed| sealed.on_file.clone()).collect();
    let permit =
        access::decide(&ask, &catalog, today).map_err(|refusal| anyhow::anyhow!(refusal.code()))?.permit(&on_file);
    let leaf = Leaf::new(*look.as_bytes(), 0, &[0; 32], b"{}")?;
    let (_, stamp) = registry
        .store
        .write::<(), StoreError, _>(move |tx| Ok(tx.commit(Leaves::one(Entry::sealed(leaf)), ())))
        .wait()?;
    Ok((permit, stamp, found))
}

/// The statements of a look and nothing around them, from as many tasks at once as there are clients.
fn statements(size: &Size, registry: &Arc<Registry>, runtime: &tokio::runtime::Runtime) -> Result<Part> {
    let count = size.looks.min(20_000);
    let each = count / size.clients;
    let start = Instant::now();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..size.clients)
            .map(|client| {
                let (registry, rows) = (registry.clone(), size.rows);
                tokio::spawn(async move {
                    for turn in 0..each {
                        one_look(&registry, (client * each + turn) % rows).await?;
                    }
                    anyhow::Ok(())
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        anyhow::Ok(())
    })?;
    Ok(Part::new("the bare statements under the same group commit", start.elapsed(), each * size.clients))
}

async fn one_look(registry: &Registry, person: usize) -> Result<()> {
    let identifier = Identifier::parse(IdentifierKind::CnResident, &people::number(person))?;
    let index = registry.vault.keyring().hashes().index_of(&identifier);
    let known = subject::find(&mut registry.store.read()?, &index)?.context("everyone asked about is on file")?;
    let (look, event): (LookId, EventId) = {
        let id = registry.fresh_event()?;
        (id.retype(), id)
    };
    let (purpose, today): (PurposeCode, _) = ("licence-renewal".parse()?, registry.today());
    let sealed = vec![0; 500];
    let leaf = Leaf::new(*event.as_bytes(), 0, &[0; 32], b"{}")?;
    let write = registry.store.write::<(), StoreError, _>(move |mut tx| {
        let before = subject::load_chain(&mut tx, known.subject)?;
        let found = record::on_display(&mut tx, known.subject, &purpose, today)?;
        let shown = found.iter().map(|row| (row.on_file.record, row.on_file.version)).collect();
        let new = NewLook {
            look,
            subject: known.subject,
            seq: before.count + 1,
            looked_at: 0,
            officer: None,
            case_hash: None,
            outcome: Outcome::Answered,
            sealed,
            shown,
            leaf: tx.next_leaf(),
        };
        look::add(&mut tx, &new)?;
        subject::move_chain(&mut tx, known.subject, Chain { count: before.count + 1, head: before.head })?;
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf)), ()))
    });
    write.answer().await?;
    Ok(())
}
