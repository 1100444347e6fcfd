//! Complete readings, their corrections, and rows that cannot be used.

use super::*;

#[test]
fn a_steady_flow_of_messages_does_not_delay_reconciled() {
    let mut account = Account::reconciled();
    (account.open, account.orders) = (vec![order("1", false, 1)], vec![order("1", false, 1)]);
    account.fills = vec![fill("a", "1", 1)];
    account.step(Input::TrustLost(LossOfTrust::Stale));
    for index in 0..100 {
        // Each message reports a larger quantity than the row, so that no response settles the order.
        account.step(notice("1", Lifecycle::Open, 2 + index));
        account.step(Input::Notice(Notice::Other));
        account.run(Duration::from_millis(50));
    }
    assert_eq!(account.reconciled_with().len(), 1);
}

#[test]
fn a_part_that_was_read_before_a_fill_is_read_again_before_reconciled() {
    let mut account = Account::reconciled();
    account.fills = vec![fill("a", "1", 1)];
    account.orders = vec![order("1", true, 1)];
    account.step(Input::TrustLost(LossOfTrust::Stale));
    // The position appears after the first reading of the positions, as the fill does.
    assert_eq!((account.fills(), account.reconciled_with().len()), (vec!["a"], 0));
    account.positions = vec!["X".to_owned()];
    account.run(Duration::from_secs(2));
    let expected = [Correction::Order("1".to_owned()), Correction::Fill("a".to_owned()), Correction::Position("X".to_owned())];
    assert_eq!(account.reconciled_with(), [expected.as_slice()]);
}

#[test]
fn corrections_are_listed_once_and_up_to_a_number() {
    let mut account = Account::reconciled();
    account.failing = vec!["1"];
    // The queries of order 1 fail, so the round does not end, while each list of open orders corrects the same order.
    for filled in 1..20 {
        account.open = vec![order("1", false, filled)];
        account.step(Input::Refresh);
        account.run(Duration::from_millis(400));
    }
    account.fills = (0..10_005).map(|id| fill(&format!("{id:05}"), "1", 1)).collect();
    account.open = vec![order("1", false, 10_005)];
    account.step(Input::Refresh);
    account.run(Duration::from_secs(70));
    let corrections = account.reconciled_with().into_iter().find(|corrections| corrections.len() > 1).expect("corrections");
    let orders = corrections.iter().filter(|correction| matches!(correction, Correction::Order(_))).count();
    assert_eq!((orders, corrections.len(), corrections.last()), (1, 10_001, Some(&Correction::Others(6))));
}

#[test]
fn a_row_without_an_id_makes_the_list_incomplete_and_keeps_its_neighbours() {
    let mut account = Account::reconciled();
    account.open = vec![order("", false, 0), order("1", false, 0)];
    account.fills = vec![fill("", "1", 1), fill("a", "1", 1)];
    account.orders = vec![order("1", false, 1)];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(20));
    assert_eq!((account.order("1").is_confirmed(), account.fills()), (true, vec!["a"]));
    assert_eq!(account.incomplete(), [(Part::Orders, "an open order has no id"), (Part::Fills, "a fill has no id")]);
    assert_eq!((account.trust(Part::Orders), account.trust(Part::Fills)), (Trust::Provisional, Trust::Provisional));
    assert_eq!(account.reconciled_with().len(), 0);
    account.open.remove(0);
    account.fills.remove(0);
    account.run(Duration::from_secs(40));
    assert!(account.machine.state().is_confirmed());
}

#[test]
fn a_message_that_may_report_a_trade_makes_fills_and_positions_due() {
    let reads = |notice: OrderNotice| {
        let mut account = Account::reconciled();
        account.step(Input::Notice(Notice::Order(notice)));
        let has = |read: fn(&Read) -> bool| account.reads.iter().any(read);
        (has(|read| matches!(read, Read::Fills { .. })), has(|read| *read == Read::Positions))
    };
    let new = |lifecycle, filled: i64| OrderNotice {
        order_id: Some("1".to_owned()),
        lifecycle,
        filled: Some(ExactDecimal(filled.into())),
        ..OrderNotice::default()
    };
    assert_eq!(reads(new(Some(Lifecycle::Open), 0)), (false, false));
    assert_eq!(reads(new(Some(Lifecycle::Open), 1)), (true, true));
    assert_eq!(reads(new(Some(Lifecycle::Final), 0)), (true, true));
    assert_eq!(reads(new(Some(Lifecycle::Unknown), 0)), (true, true));
    assert_eq!(reads(new(None, 0)), (true, true));
    assert_eq!(reads(OrderNotice { order_id: None, ..new(Some(Lifecycle::Open), 0) }), (true, true));
}

#[test]
fn a_message_about_an_order_without_the_exchanges_id_is_reported_once_as_a_notice() {
    let mut account = Account::reconciled();
    let notice = Notice::Order(OrderNotice { client_order_id: Some("mine".to_owned()), ..OrderNotice::default() });
    account.step(Input::Notice(notice.clone()));
    account.step(Input::Notice(notice.clone()));
    assert_eq!(account.events, [AccountEvent::Notice(notice)]);
    assert_eq!(account.reads.len(), 4);
}

#[test]
fn a_permission_is_tried_again_when_the_program_asks() {
    let mut account = Account::new();
    account.failure = Some(ReadFailure::NotPermitted("Trade is missing".to_owned()));
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(100));
    assert_eq!((account.reads.len(), account.trust(Part::Orders)), (4, Trust::NotPermitted));
    account.failure = None;
    account.step(Input::Refresh);
    account.run(Duration::from_secs(1));
    assert!(account.machine.state().is_confirmed());
}

/// A user whose fills are not announced trades faster than the positions can be read.
#[test]
fn unannounced_fills_do_not_delay_reconciled_for_ever() {
    let mut account = Account::reconciled();
    let at = |seconds| Moment { monotonic: Duration::from_secs(seconds), exchange: UnixMillis::new(0) };
    let mut waiting = Vec::new();
    let mut outputs = account.machine.step(at(10), Input::TrustLost(LossOfTrust::Stale));
    for second in 11..60 {
        account.fills.push(fill(&second.to_string(), "1", 1));
        let sent: Vec<Output<Simple>> = std::mem::take(&mut outputs);
        for output in sent {
            match output {
                Output::Event(event) => account.events.push(event),
                // The response with the positions arrives 3 seconds later than the others.
                Output::Read(id, Read::Positions) => waiting.push((second + 3, id)),
                Output::Read(id, read) => {
                    let response = account.response(&read);
                    outputs.extend(account.machine.step(at(second), Input::Read(id, response)));
                }
            }
        }
        while let Some(index) = waiting.iter().position(|(time, _)| *time <= second) {
            let (_, id) = waiting.remove(index);
            outputs.extend(account.machine.step(at(second), Input::Read(id, account.response(&Read::Positions))));
        }
        outputs.extend(account.machine.step(at(second), Input::Notice(Notice::Other)));
    }
    assert!(!account.reconciled_with().is_empty());
}

#[test]
fn two_different_rows_of_a_position_make_the_list_incomplete() {
    let mut account = Account::reconciled();
    account.positions = vec!["X 1".to_owned(), "X 2".to_owned()];
    account.step(Input::Subscribed);
    account.run(Duration::from_secs(20));
    let reason = "the response contains two different rows of the position X";
    assert_eq!((account.incomplete(), account.trust(Part::Positions)), (vec![(Part::Positions, reason)], Trust::Provisional));
    let is_update = |event: &AccountEvent<Simple>| matches!(event, AccountEvent::PositionUpdate(_));
    assert!(!account.events.iter().any(is_update), "{:?}", account.events);
    // A repeated row is no contradiction.
    account.positions = vec!["X 3".to_owned(), "X 3".to_owned()];
    account.run(Duration::from_secs(40));
    assert_eq!(account.trust(Part::Positions), Trust::Confirmed);
}

#[test]
fn a_fill_with_a_time_in_the_future_does_not_exclude_later_fills_from_the_readings() {
    let mut account = Account::reconciled();
    account.fills = vec![Fill { time: 4_000_000_000_000, ..fill("a", "1", 1) }];
    account.orders = vec![order("1", true, 1)];
    account.step(Input::Subscribed);
    account.clear();
    account.run(Duration::from_secs(100));
    let since = account.reads.iter().filter_map(|read| if let Read::Fills { since } = read { Some(since.as_millis()) } else { None });
    // 60 seconds before the request of an earlier reading.
    let latest = since.max().expect("readings");
    assert!((account.exchange_time() - 100_000..account.exchange_time()).contains(&latest), "{latest}");
}

#[test]
fn fills_are_not_read_before_the_time_since_which_they_are_reported_is_known() {
    let mut account = Account::new();
    let mut settings = UserStateSettings::new(UnixMillis::new(0));
    settings.fills_since = None;
    account.machine = UserStateMachine::new(settings);
    (account.fills, account.orders) = (vec![fill("a", "1", 1), Fill { time: 999_999, ..fill("b", "1", 1) }], vec![order("1", true, 2)]);
    account.step(Input::Subscribed);
    account.step(notice("1", Lifecycle::Final, 2));
    account.run(Duration::from_secs(100));
    let read_fills = |account: &Account| account.reads.iter().any(|read| read.part() == Part::Fills);
    assert_eq!((read_fills(&account), account.trust(Part::Fills), account.reconciled_with().len()), (false, Trust::Unread, 0));
    account.step(Input::FillsSince(UnixMillis::new(1_000_000)));
    account.run(Duration::from_secs(10));
    assert_eq!((account.fills(), account.trust(Part::Fills)), (vec!["a"], Trust::Confirmed));
    // The time is set only once.
    account.step(Input::FillsSince(UnixMillis::new(0)));
    account.run(Duration::from_secs(40));
    assert_eq!((account.fills(), account.machine.state().is_confirmed()), (vec!["a"], true));
}

#[test]
fn a_part_whose_slow_reading_fails_is_not_confirmed_until_a_later_reading_succeeds() {
    let mut account = Account::reconciled();
    account.run(Duration::from_secs(40));
    assert!(account.machine.state().is_confirmed());
    account.failure = Some(ReadFailure::Incomplete("a row is missing".to_owned()));
    account.run(Duration::from_secs(40));
    assert_eq!(Part::ALL.map(|part| account.trust(part)), [Trust::Provisional; 4]);
    account.failure = None;
    account.run(Duration::from_secs(40));
    assert!(account.machine.state().is_confirmed());
}
