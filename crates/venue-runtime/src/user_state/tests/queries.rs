//! The queue of queries of single orders, and queries that decide nothing.

use super::*;

/// An order ends: its message arrives, and REST shows the end.
fn end_order(account: &mut Account, id: &str) {
    account.open.retain(|order| order.id != id);
    account.orders.retain(|order| order.id != id);
    account.orders.push(order(id, true, 0));
    account.step(notice(id, Lifecycle::Final, 0));
}

fn open_order(account: &mut Account, id: &str) {
    account.open.push(order(id, false, 0));
    account.orders.push(order(id, false, 0));
    account.step(notice(id, Lifecycle::Open, 0));
}

#[test]
fn open_orders_are_confirmed_by_the_list_without_queries() {
    let mut account = Account::reconciled();
    for id in 0..100 {
        open_order(&mut account, &id.to_string());
        account.run(Duration::from_millis(50));
    }
    account.run(Duration::from_secs(1));
    let state = account.machine.state();
    assert_eq!((state.open_orders().count(), account.trust(Part::Orders)), (100, Trust::Confirmed));
    assert_eq!(account.queries(), []);
    // 6 seconds with at most 2 lists a second.
    assert!(account.reads.iter().filter(|read| **read == Read::OpenOrders).count() <= 13);
}

#[test]
fn the_list_shows_a_filled_quantity_that_is_not_queried_any_more() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    account.step(notice("1", Lifecycle::Open, 2));
    (account.open, account.fills) = (vec![order("1", false, 2)], vec![fill("a", "1", 2)]);
    account.step(Input::Notice(Notice::Other));
    account.run(Duration::from_secs(4));
    let queries = account.queries().len();
    assert!(account.order("1").is_confirmed() && queries <= 3, "{queries}");
    account.run(Duration::from_secs(25));
    assert_eq!(account.queries().len(), queries);
}

/// 10 orders a second end, but only 5 a second can be queried.
#[test]
fn more_ends_than_queries_are_served_in_their_order() {
    let mut account = Account::reconciled();
    // The ids decrease, so the order of the ids is not the order of the queries.
    let ids: Vec<String> = (0..200).rev().map(|id| format!("{id:03}")).collect();
    for (index, id) in ids.iter().enumerate() {
        if index == 50 {
            // The only order with a fill, whose message contains no trade.
            account.orders.push(order("filled", false, 2));
            account.open.push(order("filled", false, 2));
            account.step(notice("filled", Lifecycle::Open, 2));
        }
        end_order(&mut account, id);
        account.run(Duration::from_millis(100));
    }
    account.run(Duration::from_secs(25));
    let mut ended: Vec<&str> =
        account.queries().into_iter().filter(|(part, id)| *part == Part::Orders && *id != "filled").map(|(_, id)| id).collect();
    // A list that ends while a query is in flight causes another query of the order.
    let mut known = std::collections::BTreeSet::new();
    ended.retain(|id| known.insert(*id));
    assert_eq!(ended, ids);
    let place = account.queries().iter().position(|query| *query == (Part::Fills, "filled")).expect("the fills are queried");
    // The order is the 51st, so it is queried after 10 seconds. Its row shows the fill, and about 105 orders precede the query of the fills.
    assert!((100..=115).contains(&place), "{place}");
    assert!(account.queries().len() <= 46 * 5, "{}", account.queries().len());
}

#[test]
fn a_message_precedes_the_orders_of_old_fills_which_still_have_a_share() {
    let mut account = Account::new();
    account.fills = (0..100).map(|id| fill(&format!("fill {id}"), &format!("old {id}"), 1)).collect();
    account.orders = (0..100).map(|id| order(&format!("old {id}"), true, 1)).collect();
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(1));
    account.clear();
    for id in 0..20 {
        end_order(&mut account, &id.to_string());
    }
    account.run(Duration::from_millis(4_999));
    let (old, new): (Vec<_>, Vec<_>) = account.queries().into_iter().partition(|(_, id)| id.starts_with("old"));
    // 24 queries in 5 seconds, and one of four is of low priority.
    assert_eq!((new.len(), old.len()), (18, 6));
}

#[test]
fn a_missing_fill_stays_undecided_and_is_reported_before_reconciled() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", true, 5)];
    account.fills = vec![fill("a", "1", 2)];
    account.step(notice("1", Lifecycle::Final, 5));
    account.step(Input::Subscribed);
    // The pauses are 0.5, 1, 2, 4 and 8 seconds.
    account.run(Duration::from_secs(15));
    assert_eq!((account.reconciled_with().len(), account.trust(Part::Fills)), (0, Trust::Provisional));
    account.run(Duration::from_secs(2));
    let reason = "order 1 was queried 6 times without a decision: the sum of its fills is 2, and its executed quantity is 5";
    assert_eq!(account.incomplete(), [(Part::Fills, reason)]);
    let place = |is_searched: fn(&AccountEvent<Simple>) -> bool| account.events.iter().position(is_searched).expect("an event");
    let incomplete = place(|event| matches!(event, AccountEvent::Incomplete { .. }));
    assert!(incomplete < place(|event| matches!(event, AccountEvent::Reconciled { .. })));
    assert_eq!(account.trust(Part::Fills), Trust::Undecided);
    // Slow readings do not report the order again.
    account.run(Duration::from_secs(300));
    assert_eq!((account.incomplete().len(), account.trust(Part::Fills)), (1, Trust::Undecided));
    account.fills.push(fill("b", "1", 3));
    account.run(Duration::from_secs(35));
    assert_eq!((account.fills(), account.machine.state().is_confirmed()), (vec!["a", "b"], true));
}

#[test]
fn a_query_that_fails_for_ever_is_reported_and_does_not_delay_reconciled() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    account.orders = vec![order("1", true, 0)];
    account.step(notice("1", Lifecycle::Final, 0));
    account.run(Duration::from_secs(300));
    assert_eq!(account.incomplete(), [(Part::Orders, "order 1 was queried 6 times without a decision: status 500")]);
    assert!(account.reconciled_with().len() >= 8, "{}", account.reconciled_with().len());
    assert_eq!((account.trust(Part::Orders), account.order("1").is_confirmed()), (Trust::Undecided, false));
    // 6 queries at first, and then one each 30 seconds.
    assert!((14..=17).contains(&account.queries().len()), "{}", account.queries().len());
    account.failing.clear();
    account.run(Duration::from_secs(31));
    assert_eq!((account.order("1").confirmed_lifecycle(), account.machine.state().is_confirmed()), (Lifecycle::Final, true));
}

#[test]
fn an_order_that_is_neither_listed_nor_found_is_undecided() {
    let mut account = Account::reconciled();
    (account.open, account.orders) = (vec![order("1", false, 0)], vec![order("1", false, 0)]);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    assert!(account.machine.state().is_confirmed());
    (account.open, account.orders) = (vec![], vec![]);
    account.step(Input::Refresh);
    account.run(Duration::from_secs(40));
    assert_eq!((account.order("1").confirmed_lifecycle(), account.trust(Part::Orders)), (Lifecycle::Open, Trust::Undecided));
    assert_eq!(account.incomplete(), [(Part::Orders, "order 1 was queried 6 times without a decision: not found")]);
    // Another complete reading tries at once.
    account.clear();
    account.step(Input::Refresh);
    assert_eq!((account.queries(), account.incomplete().len()), (vec![(Part::Orders, "1")], 0));
    assert_eq!(account.reconciled_with().len(), 1);
}

#[test]
fn failures_are_no_contradictions_of_a_message() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    account.orders = vec![order("1", false, 0)];
    account.step(notice("1", Lifecycle::Final, 0));
    account.run(Duration::from_secs(60));
    account.failing.clear();
    // Five of six contradicting rows.
    account.run(Duration::from_secs(149));
    assert_eq!(account.order("1").lifecycle(), Lifecycle::Final);
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").lifecycle(), Lifecycle::Open);
}

#[test]
fn an_order_of_an_unknown_contract_is_undecided_until_a_row_shows_the_contract() {
    let mut account = Account::reconciled();
    let notice = OrderNotice { order_id: Some("1".to_owned()), lifecycle: Some(Lifecycle::Open), ..OrderNotice::default() };
    account.step(Input::Notice(Notice::Order(notice.clone())));
    account.run(Duration::from_secs(100));
    assert_eq!(account.incomplete(), [(Part::Orders, "order 1 cannot be queried, because its contract is unknown")]);
    assert_eq!((account.queries(), account.trust(Part::Orders)), (vec![], Trust::Undecided));
    account.orders = vec![order("1", true, 0)];
    account.step(Input::Notice(Notice::Order(OrderNotice { symbol: Some("X".to_owned()), ..notice })));
    account.run(Duration::from_secs(2));
    assert_eq!((account.order("1").confirmed_lifecycle(), account.trust(Part::Orders)), (Lifecycle::Final, Trust::Confirmed));
}

#[test]
fn the_contract_and_the_quantity_of_an_earlier_message_are_kept() {
    let mut account = Account::reconciled();
    account.step(notice("1", Lifecycle::Open, 0));
    account.step(notice("2", Lifecycle::Open, 3));
    for id in ["1", "2"] {
        let lifecycle = if id == "1" { Lifecycle::Final } else { Lifecycle::Open };
        let notice = OrderNotice { order_id: Some(id.to_owned()), lifecycle: Some(lifecycle), ..OrderNotice::default() };
        account.step(Input::Notice(Notice::Order(notice)));
    }
    account.orders = vec![order("1", true, 0), order("2", false, 2)];
    account.run(Duration::from_secs(4));
    assert_eq!((account.order("1").confirmed_lifecycle(), account.order("2").is_confirmed()), (Lifecycle::Final, false));
}

#[test]
fn messages_do_not_hide_that_all_queries_of_an_order_fail() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    account.step(Input::Refresh);
    account.step(notice("1", Lifecycle::Final, 0));
    account.clear();
    account.step(Input::Refresh);
    for _ in 0..60 {
        account.step(notice("1", Lifecycle::Final, 0));
        account.run(Duration::from_millis(500));
    }
    assert_eq!((account.incomplete().len(), account.trust(Part::Orders)), (1, Trust::Undecided));
    assert!(!account.reconciled_with().is_empty());
}

#[test]
fn an_order_with_more_fills_than_its_row_shows_is_queried_again() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    account.fills = vec![fill("a", "1", 2)];
    account.step(Input::Refresh);
    account.run(Duration::from_secs(1));
    assert_eq!(account.trust(Part::Orders), Trust::Provisional);
    account.orders = vec![order("1", true, 2)];
    account.run(Duration::from_secs(4));
    assert_eq!((account.order("1").confirmed_lifecycle(), account.trust(Part::Orders)), (Lifecycle::Final, Trust::Confirmed));
}

#[test]
fn a_repeated_row_of_a_fill_does_not_hide_a_missing_fill() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", true, 4)];
    account.fills = vec![fill("a", "1", 2), fill("a", "1", 2)];
    account.step(notice("1", Lifecycle::Final, 4));
    account.run(Duration::from_secs(20));
    assert_eq!(account.trust(Part::Fills), Trust::Undecided);
}

#[test]
fn a_list_that_was_requested_before_a_permission_was_missing_does_not_confirm_the_orders() {
    let mut account = Account::reconciled();
    let now = Moment { monotonic: Duration::from_secs(10), exchange: UnixMillis::new(0) };
    let list = |outputs: Vec<Output<Simple>>| {
        let mut ids = outputs.into_iter().filter_map(|output| match output {
            Output::Read(id, Read::OpenOrders) => Some(id),
            _ => None,
        });
        ids.next_back()
    };
    let outputs = account.machine.step(now, notice("1", Lifecycle::Final, 1));
    let query = outputs.iter().find_map(|output| match output {
        Output::Read(id, Read::Order { .. }) => Some(*id),
        _ => None,
    });
    let first = list(account.machine.step(now, Input::Refresh)).expect("a list");
    let missing = ReadResult { rows: Rows::Orders(Vec::new()), failure: Some(ReadFailure::NotPermitted("test".to_owned())) };
    account.machine.step(now, Input::Read(query.expect("a query"), missing));
    let later = Moment { monotonic: Duration::from_secs(11), ..now };
    assert!(list(account.machine.step(later, Input::Refresh)).is_some());
    let empty = ReadResult { rows: Rows::Orders(Vec::new()), failure: None };
    account.machine.step(later, Input::Read(first, empty));
    // The second list is in flight, so no third list begins.
    let later = Moment { monotonic: Duration::from_secs(12), ..now };
    assert_eq!(list(account.machine.step(later, Input::Notice(Notice::Other))), None);
}

/// An exchange that forgets cancelled orders.
#[test]
fn hundreds_of_forgotten_orders_delay_neither_reconciled_nor_a_new_order() {
    let mut account = Account::reconciled();
    for id in 0..400 {
        account.step(notice(&format!("forgotten {id}"), Lifecycle::Final, 0));
        account.run(Duration::from_millis(200));
    }
    account.run(Duration::from_secs(600));
    assert_eq!((account.incomplete().len(), account.trust(Part::Orders)), (400, Trust::Undecided));
    account.clear();
    account.step(Input::TrustLost(LossOfTrust::Stale));
    account.run(Duration::from_secs(2));
    assert_eq!((account.reconciled_with().len(), account.incomplete().len()), (1, 0));
    account.clear();
    end_order(&mut account, "new");
    account.run(Duration::from_secs(1));
    assert_eq!(account.order("new").confirmed_lifecycle(), Lifecycle::Final);
}

#[test]
fn old_orders_of_fills_delay_neither_reconciled_nor_confirmed() {
    let mut account = Account::new();
    account.fills = (0..1_000).map(|id| fill(&format!("fill {id}"), &format!("old {id}"), 1)).collect();
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(4));
    assert_eq!((account.fills().len(), account.reconciled_with().len()), (1_000, 1));
    assert!(account.machine.state().is_confirmed());
    // The exchange has forgotten the orders, which are given up without a report.
    account.run(Duration::from_secs(1_500));
    let queries = account.queries().len();
    account.run(Duration::from_secs(100));
    assert_eq!((account.queries().len(), account.incomplete().len()), (queries, 0));
    assert!(account.machine.state().is_confirmed());
}

#[test]
fn an_order_whose_fill_is_missing_stays_in_the_state() {
    let mut account = Account::reconciled();
    account.orders = vec![order("short", true, 5)];
    account.step(notice("short", Lifecycle::Final, 5));
    account.run(Duration::from_secs(60));
    for id in 0..1_100 {
        account.orders.truncate(1);
        end_order(&mut account, &id.to_string());
        account.run(Duration::from_millis(300));
    }
    account.run(Duration::from_secs(60));
    assert_eq!((account.machine.state().orders.len(), account.trust(Part::Fills)), (1_000, Trust::Undecided));
    account.fills = vec![fill("a", "short", 5)];
    account.run(Duration::from_secs(31));
    assert_eq!(account.trust(Part::Fills), Trust::Confirmed);
}

#[test]
fn an_order_of_a_fill_is_queried_until_the_exchange_responds() {
    let mut account = Account::reconciled();
    (account.fills, account.failing) = (vec![fill("a", "1", 1)], vec!["1"]);
    account.step(Input::Refresh);
    account.run(Duration::from_secs(120));
    assert_eq!((account.incomplete(), account.machine.state().is_confirmed()), (vec![], true));
    (account.orders, account.failing) = (vec![order("1", true, 1)], vec![]);
    account.run(Duration::from_secs(40));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Final);
}

#[test]
fn a_forgotten_order_is_no_longer_queried_until_the_exchange_shows_it_again() {
    let mut account = Account::reconciled();
    (account.open, account.orders) = (vec![order("1", false, 2)], vec![order("1", false, 2)]);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    // The exchange has lost the order, and the fill that its executed quantity proves.
    (account.open, account.orders) = (vec![], vec![]);
    account.run(Duration::from_secs(120));
    assert_eq!(Part::ALL.map(|part| account.trust(part)), [Trust::Undecided, Trust::Undecided, Trust::Confirmed, Trust::Confirmed]);
    let undecided = account.events.iter().filter_map(|event| match event {
        AccountEvent::Incomplete { order, .. } => order.as_deref(),
        _ => None,
    });
    assert_eq!(undecided.collect::<Vec<_>>(), ["1", "1"]);
    account.clear();
    account.step(Input::Forget("1".to_owned()));
    assert!(account.machine.state().is_confirmed() && account.machine.state().order("1").is_none());
    account.run(Duration::from_secs(120));
    assert_eq!((account.queries(), account.events.len()), (vec![], account.reconciled_with().len()));
    account.open = vec![order("1", false, 2)];
    account.fills = vec![fill("a", "1", 2)];
    account.run(Duration::from_secs(40));
    assert!(account.order("1").is_confirmed() && account.machine.state().is_confirmed());
}

#[test]
fn an_order_whose_end_is_known_is_not_forgotten() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", true, 0)];
    account.step(notice("1", Lifecycle::Final, 0));
    account.step(Input::Forget("1".to_owned()));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Final);
    // A fill of another order is missing.
    account.orders = vec![order("2", true, 5)];
    account.step(notice("2", Lifecycle::Final, 5));
    account.run(Duration::from_secs(60));
    assert_eq!(account.trust(Part::Fills), Trust::Undecided);
    account.step(Input::Forget("2".to_owned()));
    assert_eq!((account.order("2").confirmed_lifecycle(), account.trust(Part::Fills)), (Lifecycle::Final, Trust::Undecided));
}

#[test]
fn an_order_of_a_fill_is_reported_as_undecided_after_a_message_about_it() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    account.fills = vec![fill("a", "1", 2)];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(60));
    assert_eq!((account.incomplete(), account.trust(Part::Orders)), (vec![], Trust::Confirmed));
    account.step(notice("1", Lifecycle::Open, 2));
    account.run(Duration::from_secs(60));
    let reported = [(Part::Orders, "order 1 was queried 6 times without a decision: status 500")];
    assert_eq!((account.incomplete().as_slice(), account.trust(Part::Orders)), (reported.as_slice(), Trust::Undecided));
}

#[test]
fn an_order_of_a_fill_is_given_up_after_six_results_not_found() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    account.fills = vec![fill("a", "1", 2)];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(60));
    account.clear();
    account.failing.clear();
    account.run(Duration::from_secs(600));
    assert_eq!(account.queries(), [(Part::Orders, "1"); 6]);
}

#[test]
fn the_result_of_a_forgotten_query_frees_its_place_once() {
    let mut machine = UserStateMachine::<Simple>::new(UserStateSettings::new(UnixMillis::new(0)));
    let mut step = |second, input| {
        let now = Moment { monotonic: Duration::from_secs(second), exchange: UnixMillis::new(0) };
        let outputs = machine.step(now, input).into_iter();
        outputs.filter_map(|output| if let Output::Read(id, Read::Order { .. }) = output { Some(id) } else { None }).collect::<Vec<_>>()
    };
    step(0, Input::Subscribed);
    let mut reads = Vec::new();
    for second in 1..=4 {
        reads.extend(step(second, notice(&second.to_string(), Lifecycle::Final, 0)));
    }
    assert_eq!((reads.len(), step(5, notice("5", Lifecycle::Final, 0)).len()), (4, 0), "four queries are in flight");
    assert_eq!(step(6, Input::Forget("1".to_owned())).len(), 1, "one place is free");
    assert_eq!(step(7, notice("6", Lifecycle::Final, 0)).len(), 0);
    let late = ReadResult { rows: Rows::Orders(vec![]), failure: Some(ReadFailure::NotFound) };
    assert_eq!(step(9, Input::Read(reads[0], late)).len() + step(10, Input::Wakeup).len(), 0);
}
