//! A signature that order paths have seen, while a fault skews the exchange's clock.

use std::time::Duration;

use sixmm_sandbox::{Fault, Rule};

use crate::support::{START, get, key, start};

const ORDERS: &str = "/v1/private/order/current";

#[tokio::test]
async fn a_signature_that_a_clock_ahead_of_its_time_let_pass_does_not_pass_in_its_time_again() {
    let sandbox = start().await;
    let (alices, bobs) = (key(&sandbox, "alice"), key(&sandbox, "bob"));
    sandbox.faults().add(Rule::new(Fault::ClockSkew { millis: 60_000 }).times(1)).expect("a good rule");
    let early = get(ORDERS).signed(&alices, START + 60_000);
    assert_eq!(early.send(&sandbox).await.code(), 0);
    for after in (10_000..=60_000).step_by(10_000) {
        sandbox.advance(Duration::from_secs(10));
        assert_eq!(get(ORDERS).signed(&bobs, START + after).send(&sandbox).await.code(), 0, "{after}");
    }
    assert_eq!(early.send(&sandbox).await.told(), (200, 3004, "Signature replay detected".to_owned()));
}
