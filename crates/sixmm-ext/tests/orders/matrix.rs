//! Every order write, with every fault of its request, its response, and the lookups after it.

use std::fmt::Write as _;

use sixmm_ext::Client;

use crate::support::exchange::{Effect, LookupReply, Plan, Reply, Trading, run};
use crate::writes::{ReportedOutcome, Trial, Write, WriteRun, execute};

/// A fault of a write.
#[derive(Clone, Debug)]
struct Fault {
    /// The effect of and the reply to each attempt. The last one is repeated.
    writes: Vec<(Effect, Reply)>,
    refused_connections: usize,
    /// The number of requests that must arrive. A second request may arrive only after a certain rejection of the first.
    arrivals: usize,
    /// The outcome that must be reported. `None` if the outcome depends on the lookups.
    outcome: Option<ReportedOutcome>,
}

/// Replies after which the outcome of a write is unknown.
const UNCERTAIN: [Reply; 10] = [
    Reply::Silence,
    Reply::Closed,
    Reply::Torn,
    Reply::Html(502),
    Reply::Html(429),
    Reply::Redirect,
    Reply::Rejection(5001),
    Reply::Rejection(5002),
    Reply::Rejection(3004),
    Reply::RejectionWithStatus(503, 5003),
];

const LOOKUP_REPLIES: [(&str, &[LookupReply]); 4] = [
    ("found at once", &[LookupReply::Current]),
    ("found by the third lookup", &[LookupReply::Stale, LookupReply::Stale, LookupReply::Current]),
    ("never found", &[LookupReply::Stale]),
    ("lookups fail", &[LookupReply::Html]),
];

fn faults(write: Write) -> Vec<Fault> {
    let one = |effect, reply, outcome| Fault { writes: vec![(effect, reply)], refused_connections: 0, arrivals: 1, outcome };
    let mut faults = vec![
        one(Effect::Now, Reply::Success, Some(ReportedOutcome::Accepted))
            .looked_up_if(write == Write::AmendBatch || write == Write::CancelBatch),
    ];
    for reply in UNCERTAIN {
        faults.extend([Effect::Now, Effect::None, Effect::After(2)].map(|effect| one(effect, reply, None)));
    }
    // A success without data is looked up if the documented data contain the id of a new order or the results of a batch. For other writes,
    // the response is a success.
    for reply in [Reply::SuccessWithoutData, Reply::SuccessUnreadable] {
        let is_looked_up = write.needs_data() || write.is_batch() || reply == Reply::SuccessUnreadable;
        faults.push(one(Effect::Now, reply, Some(ReportedOutcome::Accepted)).looked_up_if(is_looked_up));
    }
    for code in [1003, 2002, 3001, 3003, 3005, 3006] {
        faults.push(one(Effect::None, Reply::Rejection(code), Some(ReportedOutcome::Rejected)));
    }
    faults.push(one(Effect::None, Reply::RejectionWithStatus(400, 2001), Some(ReportedOutcome::Rejected)));
    let is_reported = write != Write::AmendBatch && write != Write::CancelBatch;
    for reply in [Reply::Rejection(5003), Reply::TooMany] {
        let then = |last| Fault { writes: vec![(Effect::None, reply), (Effect::None, reply), last], ..one(Effect::None, reply, None) };
        let well = Fault { arrivals: 3, outcome: Some(ReportedOutcome::Accepted), ..then((Effect::Now, Reply::Success)) };
        faults.push(well.looked_up_if(!is_reported));
        faults.push(Fault { arrivals: 3, ..then((Effect::Now, Reply::Closed)) });
        faults.push(Fault { arrivals: 3, ..then((Effect::None, Reply::Closed)) });
        faults.push(Fault { arrivals: 4, outcome: Some(ReportedOutcome::Rejected), ..then((Effect::None, reply)) });
    }
    let refused = |count, fault| Fault { refused_connections: count, ..fault };
    faults.push(refused(2, one(Effect::Now, Reply::Success, Some(ReportedOutcome::Accepted)).looked_up_if(!is_reported)));
    faults.push(refused(2, one(Effect::Now, Reply::Closed, None)));
    faults.push(refused(2, one(Effect::None, Reply::Closed, None)));
    faults.push(refused(4, Fault { arrivals: 0, ..one(Effect::None, Reply::Success, Some(ReportedOutcome::Rejected)) }));
    faults
}

impl Fault {
    /// The same fault, whose outcome depends on the lookups if `is_looked_up`.
    fn looked_up_if(self, is_looked_up: bool) -> Self {
        Self { outcome: self.outcome.filter(|_| !is_looked_up), ..self }
    }

    fn effect(&self) -> Effect {
        self.writes.last().map_or(Effect::None, |(effect, _)| *effect)
    }

    /// The outcomes that the client may report.
    fn expected(&self, lookups: &[LookupReply]) -> Vec<ReportedOutcome> {
        if let Some(outcome) = &self.outcome {
            return vec![outcome.clone()];
        }
        match (self.effect(), lookups.last()) {
            (Effect::Now, Some(LookupReply::Current)) => vec![ReportedOutcome::Accepted],
            // If the write takes effect during the lookups, a lookup may report it.
            (Effect::After(_), Some(LookupReply::Current)) => vec![ReportedOutcome::Accepted, ReportedOutcome::Unknown],
            _ => vec![ReportedOutcome::Unknown],
        }
    }
}

/// The results of all cases.
#[derive(Default)]
struct Figures {
    cells: usize,
    orders: usize,
    twice: usize,
    wrong: Vec<String>,
}

impl Figures {
    fn count(&mut self, write: Write, fault: &Fault, lookups: (&str, &[LookupReply]), done: &WriteRun) {
        let mut fail = |what: &str| {
            let texts = done.reports.iter().map(|report| &*report.text).collect::<Vec<_>>().join(" | ");
            self.wrong.push(format!("{write:?}, {fault:?}, {}: {what}: {texts}", lookups.0));
        };
        let mut expected = fault.expected(lookups.1);
        if write.is_repeated() && fault.outcome.is_none() {
            // The response to a repeated cancellation may confirm the cancellation.
            expected.push(ReportedOutcome::Accepted);
        }
        // A cancellation is sent again, at most once per lookup.
        let maximum = fault.arrivals + if write.is_repeated() { done.lookups } else { 0 };
        if !(fault.arrivals..=maximum).contains(&done.sent) {
            fail(&format!("{} requests arrived", done.sent));
        }
        for report in &done.reports {
            if !expected.contains(&report.outcome) {
                fail(&format!("the outcome should be one of {expected:?}"));
            }
            if report.outcome == ReportedOutcome::Accepted && report.effects != 1 {
                fail("accepted without an effect");
            }
            if report.outcome == ReportedOutcome::Rejected && report.final_effects != 0 {
                fail("rejected with an effect");
            }
        }
        self.cells += 1;
        self.orders += done.reports.len();
        self.twice += done.reports.iter().filter(|report| report.final_effects > 1).count() + usize::from(done.sent > maximum);
    }
}

async fn try_all(write: Write, figures: &mut Figures) {
    let mut trading = Trading::new().await;
    for (number, fault) in faults(write).into_iter().enumerate() {
        // The exchange of the test searches all requests that it has received, so it is replaced from time to time.
        if number % 8 == 7 {
            trading = Trading::new().await;
        }
        for lookups in LOOKUP_REPLIES {
            let client: &Client = if fault.refused_connections > 0 { &trading.unpooled } else { &trading.harness.client };
            trading.refuse_connections(fault.refused_connections);
            let plan = Plan { writes: fault.writes.clone(), lookups: lookups.1.to_vec() };
            let plan = Trial { plan, draw: 0, reconciles: 0 };
            let done = execute(&trading, client, write, plan).await;
            figures.count(write, &fault, lookups, &done);
        }
    }
}

#[test]
fn no_failure_sends_an_order_write_twice_loses_it_or_reports_it_wrongly() {
    let mut figures = Figures::default();
    run(async {
        for write in Write::ALL {
            try_all(write, &mut figures).await;
        }
    });
    let Figures { cells, orders, twice, wrong } = figures;
    println!("order writes: {cells} failure cases with {orders} orders: {twice} sent twice, {} lost or reported wrongly", wrong.len());
    let report = wrong.iter().take(20).fold(String::new(), |mut report, case| {
        let _ = writeln!(report, "{case}");
        report
    });
    assert_eq!((twice, wrong.len()), (0, 0), "\n{report}");
    assert!(cells > 1500, "only {cells} cases");
}
