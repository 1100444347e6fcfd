//! The exchange's clock cannot be read when the user's state is opened.

use std::time::Duration;

use sixmm_ext::streams::{Part, Trust, UserUpdate, replay_user};
use sixmm_ext::{NewOrder, UnixMillis};
use sixmm_sandbox::{Fault, FaultRule, Operation, Permissions};
use venue_test_support::virtual_time;

use crate::harness::{Harness, START, SYMBOL};

#[test]
fn fills_wait_for_the_clock_of_the_exchange_and_none_is_missing() {
    virtual_time::run(async {
        for (seed, minutes) in [(100_022, 60), (100_024, -60), (100_026, 0)] {
            let time = UnixMillis::new(START.as_millis() + minutes * 60_000);
            let mut harness = Harness::with(seed, Permissions::READ_AND_TRADE, time, |user| user).await;
            let rule = FaultRule::new(Fault::ErrorBefore { status: 503 }).on([Operation::ServerTime]);
            harness.sandbox.faults().add(rule).expect("a valid rule");
            tokio::time::sleep(Duration::from_secs(20)).await;
            let state = harness.state();
            assert_eq!((state.part(Part::Fills).trust, state.is_confirmed()), (Trust::Unread, false), "{minutes}");
            harness.sandbox.faults().clear();
            harness.reconciled().await;
            let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").market()).send().await.into_result();
            placed.expect("accepted");
            tokio::time::sleep(Duration::from_secs(3)).await;
            let fills = harness.events().iter().filter(|event| matches!(event, UserUpdate::Fill(_))).count();
            assert_eq!(fills, 1, "{minutes}");
            // The journal contains the time since which fills are reported.
            let (replayed, _) = replay_user(harness.journal.text().as_bytes()).expect("a journal");
            assert!(replayed.starts_with(&harness.events()), "{minutes}");
        }
    });
}
