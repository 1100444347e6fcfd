//! The overhead of a call: `cargo bench -p venue-runtime --bench call`.
//!
//! Measured are the creation of the call and its interceptors before an attempt, with a quota that admits the request at once. The report
//! of the call and a recorded tracing span are not included.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt as _;
use rust_decimal::Decimal;
use venue_core::reqwest::{Method, Request};
use venue_core::{Attempt, Interceptor, Operation, Repeatable, SystemTime};
use venue_runtime::{CallOptions, ClientOrderIds, Exchange, Quota, QuotaGroup, Quotas, Rounding, Runtime, SymbolRules};

static OPERATION: Operation = Operation::new("get_order", Method::GET, "/order", "orders", &[], None, Repeatable::Safe, "");

#[derive(Debug)]
struct Example;

impl Exchange for Example {
    fn group(&self, operation: &Operation) -> QuotaGroup {
        QuotaGroup(operation.section)
    }
}

fn attempt(interceptors: &[Arc<dyn Interceptor>], request: &mut Request) {
    for interceptor in interceptors {
        let prepared = interceptor.before(request, Attempt::new(&OPERATION, 1)).now_or_never();
        assert!(matches!(prepared, Some(Ok(()))), "the quota admits the request at once");
    }
}

fn benches(criterion: &mut Criterion) {
    let quota = Quota::per_second(NonZeroU32::MAX);
    let limited =
        Runtime::builder(Example).quotas(Quotas::unlimited().with_others(quota).with_reserve(QuotaGroup("orders"), quota)).build();
    let unlimited = Runtime::builder(Example).build();
    let options = CallOptions::new();
    let mut request = Request::new(Method::GET, "http://127.0.0.1/order".parse().expect("a URL"));
    let mut group = criterion.benchmark_group("call");
    for (name, runtime) in [("without quotas", &unlimited), ("with a quota and a reserve", &limited)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| attempt(&runtime.call(black_box(&options)).around(&[]), &mut request));
        });
    }
    let long_lived = limited.around(&[]);
    group.bench_function("of a long-lived client", |bencher| bencher.iter(|| attempt(&long_lived, &mut request)));
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
