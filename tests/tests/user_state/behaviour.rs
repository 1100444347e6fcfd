//! Single situations of the user's state.

use std::collections::BTreeSet;
use std::time::Duration;

use sixmm_ext::orders::OrderRef;
use sixmm_ext::streams::{Correction, Lifecycle, Part, Trust, UserOrder, UserUpdate};
use sixmm_ext::{NewOrder, UnixMillis};
use sixmm_sandbox::exchange::OrderSide;
use sixmm_sandbox::{Fault, FaultRule, Operation, Permissions, StreamFault, StreamFaultRule};
use venue_test_support::virtual_time;

use crate::harness::{Harness, START, SYMBOL, sweep};

#[test]
fn fills_whose_messages_are_lost_are_corrections() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_001).await;
        harness.reconciled().await;
        let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").limit(84_500)).send().await.into_result();
        let id = placed.expect("accepted").order_id.to_string();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let state = harness.state();
        assert!(state.is_confirmed() && state.order(&id).is_some_and(|order| order.is_confirmed()), "{state:?}");

        harness.sandbox.stream_faults().add(StreamFaultRule::new(StreamFault::Lose)).expect("a valid rule");
        harness.sandbox.exchange(|exchange| sweep(exchange, OrderSide::Sell, 84_000, 1.into()));
        harness.sandbox.close_streams();
        harness.reconciled().await;
        let events = harness.events();
        let fills = events.iter().filter(|event| matches!(event, UserUpdate::Fill(_))).count();
        let Some(UserUpdate::Reconciled { corrections }) = events.iter().rev().find(|event| matches!(event, UserUpdate::Reconciled { .. }))
        else {
            panic!("not reconciled")
        };
        assert!(fills == 1 && corrections.contains(&Correction::Order(id.clone())), "{corrections:?}");
        assert!(corrections.iter().any(|correction| matches!(correction, Correction::Fill(_))), "{corrections:?}");
        let state = harness.state();
        assert_eq!(state.order(&id).map(|order| order.confirmed_lifecycle()), Some(Lifecycle::Final));
        assert_eq!(state.positions().count(), 1);
    });
}

#[test]
fn a_key_with_the_permission_read_reconciles_only_the_balance() {
    virtual_time::run(async {
        let mut harness = Harness::with(100_002, Permissions::READ, START, |user| user).await;
        harness.reconciled().await;
        let named: Vec<Part> = harness
            .events()
            .iter()
            .filter_map(|event| match event {
                UserUpdate::NotPermitted { part, .. } => Some(*part),
                _ => None,
            })
            .collect();
        assert_eq!(named.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from([Part::Orders, Part::Fills, Part::Positions]));
        assert_eq!(named.len(), 3, "each part is named once: {named:?}");
        let state = harness.state();
        assert_eq!(state.part(Part::Balance).trust, Trust::Confirmed);
        assert_eq!(state.part(Part::Orders).trust, Trust::NotPermitted);
        assert!(!state.is_confirmed() && state.balance().is_some());
    });
}

#[test]
fn a_private_message_triggers_the_lookup_of_an_uncertain_placement() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_004).await;
        harness.reconciled().await;
        let time = tokio::time::Instant::now();
        // The response is lost, and all lookups fail for 1.8 seconds. Without a message, the next lookup is sent after 3.1 seconds.
        let add = |rule| harness.sandbox.faults().add(rule).expect("a valid rule");
        add(FaultRule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(1));
        add(FaultRule::new(Fault::ErrorBefore { status: 500 }).on([Operation::Order]));
        let sandbox = std::sync::Arc::clone(&harness.sandbox);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(1_800)).await;
            sandbox.faults().clear();
            sandbox.exchange(|exchange| sweep(exchange, OrderSide::Sell, 84_000, 1.into()));
        });
        let outcome = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").limit(84_500)).send().await;
        assert!(outcome.into_result().is_ok());
        assert!(time.elapsed() < Duration::from_millis(2_200), "{:?}", time.elapsed());
    });
}

/// A proxy can respond with 403. Only the exchange's own error code is a missing permission.
#[test]
fn a_bare_status_403_is_no_missing_permission() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_016).await;
        harness.reconciled().await;
        let operations = [Operation::Positions, Operation::CurrentOrders, Operation::Trades, Operation::UserAsset];
        let rule = FaultRule::new(Fault::HtmlBefore { status: 403 }).on(operations);
        harness.sandbox.faults().add(rule).expect("a valid rule");
        harness.sandbox.close_streams();
        tokio::time::sleep(Duration::from_secs(10)).await;
        let trusts = Part::ALL.map(|part| harness.state().part(part).trust);
        assert_eq!(trusts, [Trust::Provisional; 4]);
        let is_not_permitted = |event: &UserUpdate| matches!(event, UserUpdate::NotPermitted { .. });
        assert!(!harness.events().iter().any(is_not_permitted));
        harness.sandbox.faults().clear();
        tokio::time::sleep(Duration::from_secs(40)).await;
        assert!(harness.state().is_confirmed());
    });
}

#[test]
fn an_incomplete_list_removes_nothing() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_006).await;
        harness.reconciled().await;
        let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").market()).send().await.into_result();
        placed.expect("accepted");
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(harness.state().positions().count(), 1);
        // A list that is wrongly empty once removes nothing either.
        let operations = [Operation::Positions, Operation::CurrentOrders, Operation::Trades];
        let add = |rule: FaultRule| harness.sandbox.faults().add(rule.on(operations)).expect("a valid rule");
        add(FaultRule::new(Fault::NullLists).times(3));
        harness.sandbox.close_streams();
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!((harness.state().positions().count(), harness.state().is_confirmed()), (1, true));

        let fields = ["positions", "list", "orders"].map(str::to_owned).to_vec();
        add(FaultRule::new(Fault::MissingFields { fields }));
        harness.sandbox.close_streams();
        tokio::time::sleep(Duration::from_secs(10)).await;
        let state = harness.state();
        assert_eq!((state.positions().count(), state.part(Part::Positions).trust), (1, Trust::Provisional));
        assert!(harness.events().iter().any(|event| matches!(event, UserUpdate::Incomplete { part: Part::Positions, .. })));
    });
}

#[test]
fn fills_are_reported_since_the_opening_also_if_the_clock_of_the_machine_is_wrong() {
    virtual_time::run(async {
        for (seed, hours) in [(100_008, 1), (100_010, -1)] {
            let time = UnixMillis::new(START.as_millis() + hours * 3_600_000);
            let mut harness = Harness::with(seed, Permissions::READ_AND_TRADE, time, |user| user).await;
            harness.reconciled().await;
            let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").market()).send().await.into_result();
            placed.expect("accepted");
            tokio::time::sleep(Duration::from_secs(3)).await;
            let fills = harness.events().iter().filter(|event| matches!(event, UserUpdate::Fill(_))).count();
            assert_eq!(fills, 1, "{hours}");
        }
    });
}

#[test]
fn many_short_orders_are_confirmed_in_their_order_and_each_fill_is_reported_once() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_012).await;
        harness.reconciled().await;
        let orders = harness.client.orders();
        let mut filled = BTreeSet::new();
        for index in 0..120 {
            let order = NewOrder::buy(SYMBOL, "0.001");
            if index % 4 == 0 {
                let placed = orders.place(order.market()).send().await.into_result().expect("accepted");
                filled.insert(placed.order_id.to_string());
            } else {
                let placed = orders.place(order.limit(84_500)).send().await.into_result().expect("accepted");
                orders.cancel(SYMBOL, OrderRef::Id(placed.order_id)).send().await.into_result().expect("cancelled");
            }
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
        // 12 orders a second end, and 5 a second are queried.
        assert_ne!(harness.state().part(Part::Orders).trust, Trust::Confirmed);
        tokio::time::sleep(Duration::from_secs(20)).await;
        let state = harness.state();
        assert!(state.is_confirmed() && state.open_orders().count() == 0, "{:?}", Part::ALL.map(|part| state.part(part)));
        let fills: Vec<String> = harness.events().iter().filter_map(fill_order).collect();
        assert_eq!((fills.len(), fills.into_iter().collect::<BTreeSet<_>>()), (30, filled));
    });
}

fn fill_order(event: &UserUpdate) -> Option<String> {
    match event {
        UserUpdate::Fill(fill) => Some(fill.order_id.to_string()),
        _ => None,
    }
}

#[test]
fn reconcile_returns_with_an_undecided_order_if_its_query_always_fails() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_014).await;
        harness.reconciled().await;
        let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").limit(84_500)).send().await.into_result();
        let id = placed.expect("accepted").order_id;
        tokio::time::sleep(Duration::from_secs(2)).await;
        harness.sandbox.faults().add(FaultRule::new(Fault::ErrorBefore { status: 500 }).on([Operation::Order])).expect("a valid rule");
        harness.sandbox.exchange(|exchange| sweep(exchange, OrderSide::Sell, 84_000, 1.into()));
        tokio::time::sleep(Duration::from_secs(150)).await;
        let state = harness.state();
        let trusts = Part::ALL.map(|part| state.part(part).trust);
        assert_eq!(trusts, [Trust::Undecided, Trust::Confirmed, Trust::Confirmed, Trust::Confirmed]);
        let reasons: Vec<String> = harness.events().iter().filter_map(incomplete).collect();
        assert!(reasons.iter().any(|reason| reason.starts_with(&format!("order {id} was queried 6 times"))), "{reasons:?}");
        harness.reconciled().await;
        harness.sandbox.faults().clear();
        tokio::time::sleep(Duration::from_secs(40)).await;
        assert!(harness.state().is_confirmed());
    });
}

#[test]
fn another_task_can_forget_an_order_whose_end_cannot_be_read() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_033).await;
        harness.reconciled().await;
        let mut user = harness.client.streams().user().subscribe().expect("a stream");
        let handle = user.handle();
        let placed = harness.client.orders().place(NewOrder::buy(SYMBOL, "0.5").limit(84_500)).send().await.into_result();
        let order = placed.expect("accepted").order_id;
        let id = order.to_string();
        handle.wait_until(|state| state.order(&id).is_some_and(UserOrder::is_confirmed)).await.expect("the order is open");
        harness.sandbox.faults().add(FaultRule::new(Fault::ErrorBefore { status: 500 }).on([Operation::Order])).expect("a valid rule");
        let cancelled = harness.client.orders().cancel(SYMBOL, OrderRef::Id(order)).send().await.into_result();
        cancelled.expect("accepted");
        let forgotten = loop {
            if let UserUpdate::Incomplete { order: Some(order), .. } = user.next().await.expect("an event") {
                break order;
            }
        };
        assert_eq!(forgotten, id);
        let forget = tokio::spawn(async move { handle.forget_order(&forgotten).await.map(|state| state.order(&id).is_none()) });
        assert_eq!(forget.await.expect("no panic"), Some(true));
        let reconciled = user.reconcile().await.expect("the stream is open");
        assert!(reconciled.is_confirmed());
        let handle = user.handle();
        drop(user);
        assert_eq!(handle.forget_order("1").await.map(drop), None, "the stream is closed");
        assert!(!handle.state().is_confirmed());
    });
}

fn incomplete(event: &UserUpdate) -> Option<String> {
    match event {
        UserUpdate::Incomplete { part: Part::Orders, reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

#[test]
fn reconcile_ends_with_the_stream_while_no_event_is_read() {
    virtual_time::run(async {
        let mut harness = Harness::new(100_018).await;
        harness.reconciled().await;
        let user = harness.client.streams().user().buffer(2).subscribe().expect("a stream");
        tokio::time::sleep(Duration::from_secs(10)).await;
        let end = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            harness.client.streams().close();
        };
        let wait = tokio::time::timeout(Duration::from_secs(60), user.wait_until(|_| false));
        let (waited, ()) = tokio::join!(wait, end);
        assert_eq!(waited, Ok(None));
        assert_eq!(tokio::time::timeout(Duration::from_secs(60), user.reconcile()).await, Ok(None));
        assert!(user.state().balance().is_some(), "the last state stays readable");
    });
}
