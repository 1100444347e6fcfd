//! The overhead of a call: `cargo bench -p venue-runtime --bench call`.
//!
//! Each call passes its deadline and its quota, which allows it at once, and is stopped by an interceptor before the transport. The figure
//! includes the error and the report, and no subscriber of `tracing`.

use std::future::ready;
use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt as _;
use rust_decimal::Decimal;
use venue_core::reqwest::{Method, Request};
use venue_core::{Attempt, BoxFuture, Client, ClientBuilder, Interceptor, Operation, Repeatable, SystemTime, Veto};
use venue_runtime::{CallRuntime, ClientOrderIds, ExchangePolicy, Quota, QuotaGroup, Quotas, Rounding, SymbolRules};

venue_core::envelope! {
    /// The envelope of the example.
    pub struct ExampleEnvelope {
        code: "code" is [0] uncertain [8],
        message: "message",
        data: "data",
        request_id: "requestId",
    }
}

type Reply = ExampleEnvelope<u32>;

static OPERATION: Operation = Operation::new("get_order", Method::GET, "/order", "orders", &[], None, Repeatable::Safe, "");

#[derive(Debug)]
struct Example;

impl ExchangePolicy for Example {
    fn group(&self, operation: &Operation) -> QuotaGroup {
        QuotaGroup(operation.section)
    }
}

/// Stops each attempt before the transport.
#[derive(Debug)]
struct Stop;

impl Interceptor for Stop {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(ready(Err(Veto::new("stopped"))))
    }
}

fn benches(criterion: &mut Criterion) {
    let quota = Quota::per_second(NonZeroU32::MAX);
    let limited = CallRuntime::builder(Example).quotas(Quotas::unlimited().others(quota).reserve(QuotaGroup("orders"), quota)).build();
    let unlimited = CallRuntime::builder(Example).build();
    let plain = ClientBuilder::<Client>::new("http://127.0.0.1:1", "bench").interceptor(Stop).build().expect("a client");
    let mut group = criterion.benchmark_group("call");
    for (name, runtime) in [("without quotas", &unlimited), ("with a quota and a reserve", &limited)] {
        let client = plain.with_policy(Arc::clone(runtime) as _);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(client.call(&OPERATION)).send::<Reply>().now_or_never().expect("nothing to wait for").is_err());
        });
    }
    group.finish();

    let ids = ClientOrderIds::new("bot7", Arc::new(SystemTime)).expect("ids");
    criterion.bench_function("order id", |bencher| bencher.iter(|| ids.next()));
    let rules = SymbolRules::new(Decimal::new(1, 1), Decimal::new(1, 3)).expect("above zero").with_min_notional(Decimal::from(5));
    let (price, quantity) = (Decimal::new(8_500_017, 2), Decimal::new(1, 1));
    criterion.bench_function("round a price", |bencher| bencher.iter(|| rules.round_price(black_box(price), Rounding::Down)));
    criterion.bench_function("check a limit order", |bencher| {
        bencher.iter(|| rules.check_limit(black_box(Decimal::new(850_001, 1)), black_box(quantity)));
    });
}

criterion_group!(call, benches);
criterion_main!(call);
