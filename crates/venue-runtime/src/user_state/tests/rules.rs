//! The rules by which rows and messages are merged.

use super::*;

#[test]
fn a_message_is_provisional_until_a_row_shows_it() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    account.step(notice("1", Lifecycle::Open, 2));
    assert_eq!((account.order("1").is_confirmed(), account.machine.state().part(Part::Orders).trust), (false, Trust::Provisional));
    account.orders = vec![order("1", false, 2)];
    account.fills = vec![fill("a", "1", 2)];
    account.run(Duration::from_secs(3));
    assert_eq!((account.order("1").is_confirmed(), account.machine.state().part(Part::Orders).trust), (true, Trust::Confirmed));
    assert_eq!(account.fills(), ["a"]);
}

#[test]
fn only_a_query_ends_an_order_and_nothing_opens_it_again() {
    let mut account = Account::reconciled();
    (account.open, account.orders) = (vec![order("1", false, 0)], vec![order("1", false, 0)]);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    // The absence in the list and "not found" prove nothing.
    (account.open, account.orders) = (vec![], vec![]);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Open);
    // A final row in a list causes a query.
    account.open = vec![order("1", true, 0)];
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Open);
    account.orders = vec![order("1", true, 0)];
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").confirmed_lifecycle(), Lifecycle::Final);
    account.clear();
    (account.open, account.orders) = (vec![order("1", false, 0)], vec![order("1", false, 0)]);
    account.step(notice("1", Lifecycle::Open, 0));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(60));
    assert_eq!(account.order("1").lifecycle(), Lifecycle::Final);
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::OrderUpdate(_))));
}

#[test]
fn a_false_message_is_discarded_after_six_contradicting_rows() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    account.step(notice("1", Lifecycle::Final, 5));
    account.run(Duration::from_secs(24));
    let queries = account.reads.iter().filter(|read| matches!(read, Read::Order { .. })).count();
    assert_eq!((queries, account.order("1").lifecycle()), (6, Lifecycle::Open));
    account.run(Duration::from_secs(4));
    let is_corrected = |event: &AccountEvent<Simple>| matches!(event, AccountEvent::Reconciled { corrections } if corrections.contains(&Correction::NoticeDiscarded("1".to_owned())));
    assert!(account.events.iter().any(is_corrected), "{:?}", account.events);
}

#[test]
fn the_fills_of_a_response_are_reported_oldest_first() {
    let mut account = Account::reconciled();
    let at = |id, time| Fill { time, ..fill(id, "1", 1) };
    account.fills = vec![at("c", 1_000_003), at("b", 1_000_002), at("a", 1_000_001)];
    account.orders = vec![order("1", true, 3)];
    account.step(Input::Subscribed);
    assert_eq!(account.fills(), ["a", "b", "c"]);
}

#[test]
fn a_fill_counts_once_and_a_missing_fill_is_searched_by_its_order() {
    let mut account = Account::reconciled();
    account.fills = vec![fill("a", "1", 2), fill("a", "1", 2)];
    account.orders = vec![order("1", false, 2)];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(70));
    assert_eq!((account.fills(), account.machine.state().fill_count()), (vec!["a"], 1));
    account.orders = vec![order("1", false, 5)];
    account.step(notice("1", Lifecycle::Open, 5));
    account.run(Duration::from_secs(5));
    assert!(account.reads.iter().any(|read| matches!(read, Read::FillsOfOrder { id, .. } if id == "1")));
    assert_eq!(account.machine.state().part(Part::Fills).trust, Trust::Provisional);
    account.fills.push(fill("b", "1", 3));
    account.run(Duration::from_secs(40));
    assert_eq!(account.fills(), ["a", "b"]);
    assert!(account.machine.state().is_confirmed());
}

#[test]
fn an_incomplete_response_removes_nothing_and_is_read_again() {
    let mut account = Account::reconciled();
    account.positions = vec!["X".to_owned()];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    account.clear();
    account.fills = vec![fill("a", "1", 2)];
    (account.positions, account.failure) = (vec![], Some(ReadFailure::Incomplete("a row is missing".to_owned())));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(20));
    assert_eq!(account.machine.state().positions().count(), 1);
    // The pauses double, so four parts need few requests: 0, 1, 3, 7 and 15 seconds.
    assert_eq!(account.reads.iter().filter(|read| !matches!(read, Read::Order { .. })).count(), 4 * 5);
    // A fill of an incomplete list is counted, but the next reading does not begin with it.
    let since = |account: &Account| {
        account.reads.iter().filter_map(|read| if let Read::Fills { since } = read { Some(since.as_millis()) } else { None }).max()
    };
    assert_eq!((account.fills(), since(&account)), (vec!["a"], Some(0)));
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::Reconciled { .. })));
    account.failure = None;
    account.orders = vec![order("1", true, 2)];
    account.run(Duration::from_secs(70));
    assert!(account.events.contains(&AccountEvent::PositionClosed("X".to_owned())));
    assert!(account.machine.state().is_confirmed());
    // 60 seconds before the last fill.
    assert_eq!(since(&account), Some(940_000));
}

#[test]
fn a_flood_of_messages_causes_few_requests() {
    let mut account = Account::reconciled();
    account.orders = vec![order("1", false, 0)];
    for _ in 0..1000 {
        account.step(notice("1", Lifecycle::Open, 0));
        account.step(Input::Notice(Notice::Other));
        account.run(Duration::from_millis(10));
    }
    // In 10 seconds: 5 queries a second, and 2 readings of each of 4 parts a second.
    assert!(account.reads.len() <= 10 * 5 + 10 * 2 * 4 + 10, "{}", account.reads.len());
}

#[test]
fn losses_of_trust_are_reported_and_read_again() {
    for loss in [LossOfTrust::Stale, LossOfTrust::Lagged(3), LossOfTrust::Unreadable] {
        let mut account = Account::reconciled();
        account.step(Input::TrustLost(loss.clone()));
        account.run(Duration::from_secs(2));
        assert_eq!(account.events.first(), Some(&AccountEvent::TrustLost(loss)));
        assert_eq!(account.events.last(), Some(&AccountEvent::Reconciled { corrections: vec![] }));
    }
    let mut account = Account::reconciled();
    account.step(Input::TrustLost(LossOfTrust::Disconnected("test".to_owned())));
    account.run(Duration::from_secs(40));
    assert!(account.events.len() == 1 && !account.machine.state().is_confirmed() && account.reads.len() == 4);
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    assert!(account.machine.state().is_confirmed());
}

#[test]
fn without_a_permission_the_messages_stay_provisional_and_cause_no_request() {
    let mut account = Account::new();
    account.failure = Some(ReadFailure::NotPermitted("Trade is missing".to_owned()));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    account.clear();
    account.step(notice("1", Lifecycle::Open, 0));
    account.step(notice("1", Lifecycle::Final, 5));
    account.run(Duration::from_secs(100));
    assert_eq!((account.order("1").is_confirmed(), account.order("1").lifecycle()), (false, Lifecycle::Final));
    assert_eq!((account.events.len(), account.reads.len()), (2, 0), "{:?}", account.events);
    // The next subscription tries again, and names each part only once.
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(2));
    assert_eq!(account.reads.len(), 4);
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::NotPermitted { .. })));
}

#[test]
fn the_same_inputs_as_json_have_the_same_outputs() {
    let inputs = [
        Input::Subscribed,
        notice("1", Lifecycle::Open, 2),
        Input::TrustLost(LossOfTrust::Lagged(3)),
        Input::Read(1, ReadResult { rows: Rows::Orders(vec![order("2", false, 0)]), failure: None }),
        Input::Refresh,
        Input::Wakeup,
    ];
    let run = |inputs: Vec<Input<Simple>>| {
        let mut machine = UserStateMachine::new(UserStateSettings::new(UnixMillis::new(0)));
        let step = |(second, input)| {
            let now = Moment { monotonic: Duration::from_secs(second), exchange: UnixMillis::new(0) };
            machine.step(now, input)
        };
        (0..).zip(inputs).flat_map(step).collect::<Vec<_>>()
    };
    let text = serde_json::to_string(&inputs).expect("JSON");
    let outputs = run(inputs.to_vec());
    assert_eq!(outputs, run(serde_json::from_str(&text).expect("the same inputs")));
    assert!(outputs.len() > 8, "{outputs:?}");
}

#[test]
fn a_final_order_that_left_the_state_does_not_become_open_again() {
    let mut account = Account::reconciled();
    for id in 0..1_200 {
        let id = id.to_string();
        account.orders = vec![order(&id, true, 0)];
        account.step(notice(&id, Lifecycle::Final, 0));
        account.run(Duration::from_millis(300));
    }
    assert_eq!((account.machine.state().orders.len(), account.machine.state().open_orders().count()), (1_000, 0));
    account.clear();
    (account.open, account.orders) = (vec![order("7", false, 0)], vec![order("7", false, 0)]);
    account.step(notice("7", Lifecycle::Open, 0));
    account.run(Duration::from_secs(40));
    assert_eq!(account.machine.state().open_orders().count(), 0);
    assert!(!account.events.iter().any(|event| matches!(event, AccountEvent::OrderUpdate(_))));
}
