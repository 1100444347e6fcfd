//! The times of steps with many orders and queries. The printed times depend on the machine, and are not checked.
//!
//! `VENUE_USER_STATE_SCALE` multiplies the numbers of orders and queries. With 10, these are 1,000 final orders, 500 open orders and 20,000
//! queries.

use std::time::Instant;

use super::model::number;
use super::*;

/// The mean time of a step, while the program holds a copy of the state.
fn measure(name: &str, account: &mut Account) {
    let count = 200;
    let begin = Instant::now();
    for index in 0..count {
        let state = std::sync::Arc::clone(account.machine.state());
        account.now += Duration::from_millis(1);
        let now = Moment { monotonic: account.now, exchange: UnixMillis::new(0) };
        account.machine.step(now, notice("1", Lifecycle::Open, 100 + index));
        let _ = account.machine.next_wakeup();
        drop(state);
    }
    println!("{name}: {:?} per step", begin.elapsed() / u32::try_from(count).expect("small"));
}

#[test]
fn steps_with_many_orders_and_queries() {
    let scale = number("VENUE_USER_STATE_SCALE", 1);
    let mut account = Account::reconciled();
    account.orders = (0..100 * scale).map(|id| order(&format!("final {id}"), true, 0)).collect();
    for id in 0..100 * scale {
        account.step(notice(&format!("final {id}"), Lifecycle::Final, 0));
        account.run(Duration::from_millis(200));
    }
    account.open = (0..50 * scale).map(|id| order(&id.to_string(), false, 0)).collect();
    account.step(Input::Refresh);
    account.run(Duration::from_secs(5));
    assert_eq!(u64::try_from(account.machine.state().orders.len()).expect("small"), 150 * scale);
    measure(&format!("{} final and {} open orders", 100 * scale, 50 * scale), &mut account);
    let mut account = Account::reconciled();
    account.fills = (0..2_000 * scale).map(|id| fill(&id.to_string(), &id.to_string(), 1)).collect();
    account.step(Input::Refresh);
    measure(&format!("{} waiting queries", 2_000 * scale), &mut account);
}
