//! Tests of the verifier: each test makes the client break one guarantee, and the verifier has to find the mistake.

use sixmm_api::requests::CancelOrder;
use sixmm_ext::types::{CancelType, ClientOrderId};
use sixmm_ext::{NewOrder, orders::OrderRef};
use sixmm_sandbox::{Fault, FaultRule, Operation};
use venue_test_support::virtual_time;

use crate::harness::{Harness, SYMBOL};
use crate::stats::Stats;
use crate::verifier::Verifier;
use crate::writes::{Report, ReportedOutcome, ReportedState, Subject};

/// The mistakes that the verifier finds in a run with one open order and this report about it.
fn mistakes_of(outcome: impl Fn() -> ReportedOutcome, subject: impl Fn(&ClientOrderId) -> Subject) -> Vec<String> {
    virtual_time::run(async {
        let harness = Harness::new(0).await;
        let mut verifier = Verifier::new(&harness);
        let id = open_order(&harness, &mut verifier).await;
        harness.begin(1);
        verifier.begin_write();
        harness.generated_client().send(CancelOrder::new().symbol(SYMBOL).client_order_id("another")).await.expect_err("there is none");
        let report = |outcome| Report { subject: subject(&id), in_batch: false, outcome, message: "forged".to_owned() };
        verifier.check_first(1, &report(outcome()));
        verifier.check_final(1, &report(outcome()), false);
        let mut stats = Stats::default();
        verifier.finish(&mut stats);
        stats.mistakes
    })
}

/// Places an order, as the first write of a run.
async fn open_order(harness: &Harness, verifier: &mut Verifier<'_>) -> ClientOrderId {
    let id = ClientOrderId::from("checked".to_owned());
    harness.begin(0);
    verifier.begin_write();
    let order = NewOrder::buy(SYMBOL, "0.1").limit(80_000).client_order_id(&id);
    let outcome = harness.client.orders().place(order).send().await;
    assert!(outcome.accepted().is_some(), "no fault strikes");
    let report = || Report {
        subject: Subject::Place(id.clone()),
        in_batch: false,
        outcome: ReportedOutcome::Accepted(ReportedState::Placed),
        message: "accepted".to_owned(),
    };
    verifier.check_first(0, &report());
    verifier.check_final(0, &report(), false);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    id
}

#[track_caller]
fn assert_found(mistakes: &[String], part: &str) {
    assert!(mistakes.iter().any(|mistake| mistake.contains(part)), "{part}: {mistakes:#?}");
}

#[test]
fn an_open_order_that_was_reported_cancelled_is_found() {
    let mistakes = mistakes_of(|| ReportedOutcome::Accepted(ReportedState::NotRead), |id| Subject::Cancel(OrderRef::from(id)));
    assert_found(&mistakes, "was reported cancelled, and is open: Cancel(");
}

#[test]
fn an_open_order_after_all_were_reported_cancelled_is_found() {
    let mistakes = mistakes_of(|| ReportedOutcome::Accepted(ReportedState::NotRead), |_| Subject::CancelAll(CancelType::AllNormal));
    assert_found(&mistakes, "was reported cancelled, and is open: CancelAll(");
    let conditions = mistakes_of(|| ReportedOutcome::Accepted(ReportedState::NotRead), |_| Subject::CancelAll(CancelType::AllCondition));
    assert_eq!(conditions, Vec::<String>::new(), "no condition order is open");
}

#[test]
fn a_rejected_cancellation_of_an_order_that_stays_open_is_found() {
    let mistakes = mistakes_of(|| ReportedOutcome::Rejected, |id| Subject::Cancel(OrderRef::from(id)));
    assert_found(&mistakes, "a cancellation is rejected, and its order is open");
}

#[test]
fn a_cancellation_that_is_repeated_without_a_lookup_is_found() {
    virtual_time::run(async {
        let harness = Harness::new(0).await;
        let mut verifier = Verifier::new(&harness);
        let id = open_order(&harness, &mut verifier).await;
        harness.sandbox.faults().add(FaultRule::new(Fault::DropBefore).on([Operation::CancelOrder])).expect("a rule that can be");
        harness.begin(1);
        verifier.begin_write();
        for _ in 0..2 {
            harness.generated_client().send(CancelOrder::new().symbol(SYMBOL).client_order_id(&id)).await.expect_err("it is lost");
        }
        let mut stats = Stats::default();
        verifier.finish(&mut stats);
        assert_found(&stats.mistakes, "a cancellation was repeated without a lookup in between");
        assert_eq!(stats.cancellations.lost_before, 2);
    });
}
