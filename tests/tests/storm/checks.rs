//! The checks find what they are for: each test breaks one promise, and no fault is needed for it.

use sixmm_api::requests;
use sixmm_ext::types::{CancelType, ClientOrderId};
use sixmm_ext::{Order, OrderRef};
use sixmm_sandbox::{Fault, Operation, Rule};
use sixmm_tests::virtual_time;

use crate::judge::Judge;
use crate::tally::Tally;
use crate::world::{SYMBOL, World};
use crate::writes::{Report, Said, State, Subject};

/// What the checks find in a run in which one order is open and the client reports this of it.
fn mistakes_of(said: impl Fn() -> Said, subject: impl Fn(&ClientOrderId) -> Subject) -> Vec<String> {
    virtual_time::run(async {
        let world = World::new(0).await;
        let mut judge = Judge::new(&world);
        let id = open_order(&world, &mut judge).await;
        world.begin(1);
        judge.begin();
        world.client.api().send(requests::CancelOrder::new().symbol(SYMBOL).client_order_id("another")).await.expect_err("there is none");
        let report = |said| Report { subject: subject(&id), in_batch: false, said, words: "forged".to_owned() };
        judge.first(1, &report(said()));
        judge.last(1, &report(said()), false);
        let mut tally = Tally::default();
        judge.all(&mut tally);
        tally.mistakes
    })
}

/// Places an order, as the first write of a run.
async fn open_order(world: &World, judge: &mut Judge<'_>) -> ClientOrderId {
    let id = ClientOrderId::from("checked".to_owned());
    world.begin(0);
    judge.begin();
    let order = Order::buy(SYMBOL, "0.1").limit(80_000).client_order_id(&id);
    let outcome = world.client.orders().place(order).send().await;
    assert!(outcome.accepted().is_some(), "no fault strikes");
    let report = || Report {
        subject: Subject::Place(id.clone()),
        in_batch: false,
        said: Said::Accepted(State::Stands),
        words: "accepted".to_owned(),
    };
    judge.first(0, &report());
    judge.last(0, &report(), false);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    id
}

#[track_caller]
fn assert_found(mistakes: &[String], part: &str) {
    assert!(mistakes.iter().any(|mistake| mistake.contains(part)), "{part}: {mistakes:#?}");
}

#[test]
fn an_open_order_that_was_reported_cancelled_is_found() {
    let mistakes = mistakes_of(|| Said::Accepted(State::Unasked), |id| Subject::Cancel(OrderRef::from(id)));
    assert_found(&mistakes, "was reported cancelled, and is open: Cancel(");
}

#[test]
fn an_open_order_after_all_were_reported_cancelled_is_found() {
    let mistakes = mistakes_of(|| Said::Accepted(State::Unasked), |_| Subject::CancelAll(CancelType::AllNormal));
    assert_found(&mistakes, "was reported cancelled, and is open: CancelAll(");
    let conditions = mistakes_of(|| Said::Accepted(State::Unasked), |_| Subject::CancelAll(CancelType::AllCondition));
    assert_eq!(conditions, Vec::<String>::new(), "no condition order is open");
}

#[test]
fn a_rejected_cancellation_of_an_order_that_stays_open_is_found() {
    let mistakes = mistakes_of(|| Said::Rejected, |id| Subject::Cancel(OrderRef::from(id)));
    assert_found(&mistakes, "a cancellation is rejected, and its order is open");
}

#[test]
fn a_cancellation_that_is_repeated_without_a_lookup_is_found() {
    virtual_time::run(async {
        let world = World::new(0).await;
        let mut judge = Judge::new(&world);
        let id = open_order(&world, &mut judge).await;
        world.sandbox.faults().add(Rule::new(Fault::DropBefore).on([Operation::CancelOrder])).expect("a rule that can be");
        world.begin(1);
        judge.begin();
        for _ in 0..2 {
            world.client.api().send(requests::CancelOrder::new().symbol(SYMBOL).client_order_id(&id)).await.expect_err("it is lost");
        }
        let mut tally = Tally::default();
        judge.all(&mut tally);
        assert_found(&tally.mistakes, "a cancellation was repeated without a lookup in between");
        assert_eq!(tally.cancellations.lost_before, 2);
    });
}
