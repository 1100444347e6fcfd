//! The journal of the user's state: outputs that fail, and files that a killed program left.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sixmm_ext::NewOrder;
use sixmm_ext::streams::{UserUpdate, replay_user};
use venue_test_support::virtual_time;

use crate::harness::{Harness, SYMBOL};

/// An output that counts how often it is flushed.
#[derive(Clone, Default)]
struct Flushes(Arc<AtomicUsize>);

impl Write for Flushes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn a_journal_is_flushed_when_its_stream_is_dropped() {
    virtual_time::run(async {
        let harness = Harness::new(100_020).await;
        let flushes = Flushes::default();
        let user = harness.client.streams().user().journal(flushes.clone()).subscribe().expect("a stream");
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(flushes.0.load(Ordering::SeqCst), 0);
        drop(user);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(flushes.0.load(Ordering::SeqCst), 1);
    });
}

/// An output that fails after some writes, and then at every use.
struct Failing {
    writes: u32,
    panics: bool,
}

impl Failing {
    fn fail(&self) -> io::Result<()> {
        assert!(!self.panics, "the output panics");
        Err(io::Error::from(io::ErrorKind::StorageFull))
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.writes.checked_sub(1) {
            Some(left) => self.writes = left,
            None => self.fail()?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.fail()
    }
}

#[test]
fn an_output_that_fails_or_panics_ends_the_journal_and_not_the_stream() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_028).await;
        harness.reconciled().await;
        for panics in [false, true] {
            let output = Failing { writes: 20, panics };
            let mut user = harness.client.streams().user().journal(output).subscribe().expect("a stream");
            tokio::time::sleep(Duration::from_secs(60)).await;
            let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").market()).send().await.into_result();
            let order = placed.expect("accepted").order_id;
            let is_fill = |event: &UserUpdate| matches!(event, UserUpdate::Fill(fill) if fill.order_id == order);
            while !is_fill(&user.next().await.expect("an event")) {}
        }
    });
}

/// The task of the stream cannot panic in a test, so the runtime ends it.
#[test]
fn the_state_of_a_stream_whose_runtime_ended_is_not_confirmed() {
    let mut user = virtual_time::run(async {
        let harness = Harness::new(100_030).await;
        let user = harness.client.streams().user().subscribe().expect("a stream");
        user.wait_until(|state| state.is_confirmed()).await.expect("a state");
        user
    });
    let state = user.state();
    assert_eq!((state.is_confirmed(), state.is_subscribed(), state.balance().is_some()), (false, false, true));
    virtual_time::run(async {
        while user.next().await.is_some() {}
        assert_eq!(user.wait_until(|state| state.is_confirmed()).await, None);
    });
}

#[test]
fn a_journal_of_a_killed_program_has_the_events_before_its_end() {
    let journal = virtual_time::run(async {
        let mut harness = Harness::new(100_032).await;
        harness.reconciled().await;
        let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").market()).send().await.into_result();
        placed.expect("accepted");
        tokio::time::sleep(Duration::from_secs(3)).await;
        harness.journal.text()
    });
    let events = |journal: &str| replay_user(journal.as_bytes()).map(|(events, _)| events);
    let all = events(&journal).expect("a journal");
    let header = journal.find('\n').expect("a header") + 1;
    for end in (header..journal.len()).step_by(7) {
        let torn = events(&journal[..end]).expect("a torn journal");
        assert!(all.starts_with(&torn), "{end}");
    }
    for end in 0..header - 1 {
        let error = events(&journal[..end]).expect_err("no header").to_string();
        assert!(error == "the journal is empty" || error.starts_with("line 1, column "), "{end}: {error}");
    }
    // A second program has appended to the same file.
    let error = events(&format!("{journal}{journal}")).expect_err("two journals").to_string();
    let line = journal.lines().count() + 1;
    assert!(error.starts_with(&format!("line {line} of the journal begins another journal")), "{error}");
}
