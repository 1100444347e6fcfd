//! Replay protection while a fault skews the exchange's clock.

use std::time::Duration;

use sixmm_sandbox::{Fault, FaultRule};

use crate::support::{START, get, key, start};

const ORDERS: &str = "/v1/private/order/current";

#[tokio::test]
async fn a_signature_accepted_by_a_clock_ahead_is_rejected_at_its_own_time() {
    let sandbox = start().await;
    let (alices, bobs) = (key(&sandbox, "alice"), key(&sandbox, "bob"));
    sandbox.faults().add(FaultRule::new(Fault::ClockSkew { millis: 60_000 }).times(1)).expect("a valid rule");
    let early = get(ORDERS).signed(&alices, START + 60_000);
    assert_eq!(early.send(&sandbox).await.code(), 0);
    for after in (10_000..=60_000).step_by(10_000) {
        sandbox.advance(Duration::from_secs(10));
        assert_eq!(get(ORDERS).signed(&bobs, START + after).send(&sandbox).await.code(), 0, "{after}");
    }
    assert_eq!(early.send(&sandbox).await.summary(), (200, 3004, "Signature replay detected".to_owned()));
}
