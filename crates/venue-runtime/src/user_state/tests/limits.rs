//! The times of steps with many orders and queries. The printed times depend on the machine, and are not checked.

use std::time::Instant;

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
fn steps_with_many_orders_and_queries_end_soon() {
    let mut account = Account::reconciled();
    account.orders = (0..1_000).map(|id| order(&format!("final {id}"), true, 0)).collect();
    for id in 0..1_000 {
        account.step(notice(&format!("final {id}"), Lifecycle::Final, 0));
        account.run(Duration::from_millis(200));
    }
    account.open = (0..500).map(|id| order(&id.to_string(), false, 0)).collect();
    account.step(Input::Refresh);
    account.run(Duration::from_secs(5));
    assert_eq!(account.machine.state().orders.len(), 1_500);
    measure("1,000 final and 500 open orders", &mut account);
    let mut account = Account::reconciled();
    account.fills = (0..20_000).map(|id| fill(&id.to_string(), &id.to_string(), 1)).collect();
    account.step(Input::Refresh);
    measure("20,000 waiting queries", &mut account);
}
