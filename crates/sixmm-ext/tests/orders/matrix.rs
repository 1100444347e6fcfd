//! Every order write, with everything that can happen to its request, its answer, and the questions after it.

use std::fmt::Write as _;

use sixmm_ext::Client;

use crate::support::exchange::{Effect, Look, Plan, Reply, Trading, run};
use crate::writes::{Done, Said, Try, Write, carry_out};

/// What happens to the request.
#[derive(Clone, Debug)]
struct Fault {
    /// What is done with one attempt after the other.
    writes: Vec<(Effect, Reply)>,
    refused_connections: usize,
    /// How many requests may arrive: another one is right only after one that was turned away.
    arrive: usize,
    /// What must be said; `None` if that depends on the questions.
    say: Option<Said>,
}

/// Whatever the exchange does not say for certain.
const UNCERTAIN: [Reply; 10] = [
    Reply::Silence,
    Reply::Closed,
    Reply::Torn,
    Reply::Html(502),
    Reply::Html(429),
    Reply::Redirect,
    Reply::Refusal(5001),
    Reply::Refusal(5002),
    Reply::Refusal(3004),
    Reply::RefusalWith(503, 5003),
];

const LOOKS: [(&str, &[Look]); 4] = [
    ("found at once", &[Look::Truth]),
    ("found at the third question", &[Look::Stale, Look::Stale, Look::Truth]),
    ("never found", &[Look::Stale]),
    ("questions fail", &[Look::Html]),
];

fn faults(write: Write) -> Vec<Fault> {
    let one = |effect, reply, say| Fault { writes: vec![(effect, reply)], refused_connections: 0, arrive: 1, say };
    let mut faults =
        vec![one(Effect::Now, Reply::Success, Some(Said::Accepted)).asked_if(write == Write::AmendBatch || write == Write::CancelBatch)];
    for reply in UNCERTAIN {
        faults.extend([Effect::Now, Effect::None, Effect::After(2)].map(|effect| one(effect, reply, None)));
    }
    // A success without what it should bring is a success all the same: for a new order its id is missing, for a batch nothing is told.
    for reply in [Reply::SuccessWithoutData, Reply::SuccessUnreadable] {
        let asks = write.needs_data() || write.is_batch() || reply == Reply::SuccessUnreadable;
        faults.push(one(Effect::Now, reply, Some(Said::Accepted)).asked_if(asks));
    }
    for code in [1003, 2002, 3001, 3003, 3005, 3006] {
        faults.push(one(Effect::None, Reply::Refusal(code), Some(Said::Rejected)));
    }
    faults.push(one(Effect::None, Reply::RefusalWith(400, 2001), Some(Said::Rejected)));
    let is_told = write != Write::AmendBatch && write != Write::CancelBatch;
    for reply in [Reply::Refusal(5003), Reply::TooMany] {
        let then = |last| Fault { writes: vec![(Effect::None, reply), (Effect::None, reply), last], ..one(Effect::None, reply, None) };
        let well = Fault { arrive: 3, say: Some(Said::Accepted), ..then((Effect::Now, Reply::Success)) };
        faults.push(well.asked_if(!is_told));
        faults.push(Fault { arrive: 3, ..then((Effect::Now, Reply::Closed)) });
        faults.push(Fault { arrive: 3, ..then((Effect::None, Reply::Closed)) });
        faults.push(Fault { arrive: 4, say: Some(Said::Rejected), ..then((Effect::None, reply)) });
    }
    let refused = |count, fault| Fault { refused_connections: count, ..fault };
    faults.push(refused(2, one(Effect::Now, Reply::Success, Some(Said::Accepted)).asked_if(!is_told)));
    faults.push(refused(2, one(Effect::Now, Reply::Closed, None)));
    faults.push(refused(2, one(Effect::None, Reply::Closed, None)));
    faults.push(refused(4, Fault { arrive: 0, ..one(Effect::None, Reply::Success, Some(Said::Rejected)) }));
    faults
}

impl Fault {
    /// Its outcome depends on the questions after all, if this is so.
    fn asked_if(self, is_asked: bool) -> Self {
        Self { say: self.say.filter(|_| !is_asked), ..self }
    }

    fn effect(&self) -> Effect {
        self.writes.last().map_or(Effect::None, |(effect, _)| *effect)
    }

    /// What the client must say: never more than it can know, and never less.
    fn expected(&self, looks: &[Look]) -> Vec<Said> {
        if let Some(said) = &self.say {
            return vec![said.clone()];
        }
        match (self.effect(), looks.last()) {
            (Effect::Now, Some(Look::Truth)) => vec![Said::Accepted],
            // What takes effect while the client asks is seen, or is not.
            (Effect::After(_), Some(Look::Truth)) => vec![Said::Accepted, Said::Unknown],
            _ => vec![Said::Unknown],
        }
    }
}

/// What is counted.
#[derive(Default)]
struct Figures {
    cells: usize,
    orders: usize,
    twice: usize,
    wrong: Vec<String>,
}

impl Figures {
    fn count(&mut self, write: Write, fault: &Fault, looks: (&str, &[Look]), done: &Done) {
        let mut complain = |what: &str| {
            let words = done.told.iter().map(|told| &*told.words).collect::<Vec<_>>().join(" | ");
            self.wrong.push(format!("{write:?}, {fault:?}, {}: {what}: {words}", looks.0));
        };
        let mut expected = fault.expected(looks.1);
        if write.is_repeated() && fault.say.is_none() {
            // The answer to a later cancellation may say it.
            expected.push(Said::Accepted);
        }
        // A cancellation is sent again, at most once per lookup.
        let most = fault.arrive + if write.is_repeated() { done.lookups } else { 0 };
        if !(fault.arrive..=most).contains(&done.sent) {
            complain(&format!("{} requests arrived", done.sent));
        }
        for told in &done.told {
            if !expected.contains(&told.said) {
                complain(&format!("should have said {expected:?}"));
            }
            if told.said == Said::Accepted && told.took_effect != 1 {
                complain("accepted, and did not take effect");
            }
            if told.said == Said::Rejected && told.in_the_end != 0 {
                complain("rejected, and took effect");
            }
        }
        self.cells += 1;
        self.orders += done.told.len();
        self.twice += done.told.iter().filter(|told| told.in_the_end > 1).count() + usize::from(done.sent > most);
    }
}

async fn try_all(write: Write, figures: &mut Figures) {
    let mut trading = Trading::new().await;
    for (number, fault) in faults(write).into_iter().enumerate() {
        // An exchange remembers all requests, and looks through them.
        if number % 8 == 7 {
            trading = Trading::new().await;
        }
        for looks in LOOKS {
            let client: &Client = if fault.refused_connections > 0 { &trading.unpooled } else { &trading.world.client };
            trading.refuse_connections(fault.refused_connections);
            let plan = Plan { writes: fault.writes.clone(), looks: looks.1.to_vec() };
            let plan = Try { plan, draw: 0, asks_again: 0 };
            let done = carry_out(&trading, client, write, plan).await;
            figures.count(write, &fault, looks, &done);
        }
    }
}

#[test]
fn no_order_write_is_sent_twice_lost_or_reported_wrongly_whatever_fails() {
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
