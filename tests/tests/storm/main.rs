//! The storm: the client of `sixmm-ext` trades on the local exchange of `sixmm-sandbox` while every fault strikes at random.
//!
//! Whatever happens, no order is placed twice, none is lost, nothing that the client says is wrong, and nothing that it reported cancelled
//! is open afterwards. In half of the runs, faults aim at cancellations. The truth is the exchange's own
//! state and its record of requests. Each seed is one run: an exchange, a client, fault rules and order writes of its own. In every third
//! run the client has logged in, with tokens that expire; in the others it signs with an API key.
//!
//! | file | holds |
//! | --- | --- |
//! | `weather` | the fault rules of a run |
//! | `world` | the exchange, the client, and the one time that both live in |
//! | `writes` | what the client tries, and what it says came of it |
//! | `truth` | what the exchange knows of it |
//! | `judge` | whether the two are the same |
//! | `cancellations` | whether what was reported cancelled stays so, and how cancellations ended |
//! | `checks` | that the checks find what they are for |
//! | `tally` | the line at the end |
//!
//! `SIXMM_STORM_RUNS` says how many runs there are, 250 without it; `SIXMM_STORM_SEED` is the first one's seed, 0 without it. A failure
//! names its seed. The faults and the writes follow from the seed; the pauses between the client's retries do not.

mod cancellations;
mod checks;
mod judge;
mod tally;
mod truth;
mod weather;
mod world;
mod writes;

use std::collections::BTreeMap;
use std::time::Duration;

use judge::Judge;
use oorandom::Rand64;
use sixmm_ext::Decimal;
use sixmm_tests::virtual_time;
use tally::Tally;
use world::World;
use writes::Said;

/// How many runs there are unless said.
const RUNS: u64 = 250;

#[test]
fn no_fault_makes_an_order_twice_loses_one_or_has_it_reported_wrongly() {
    let seeds = number("SIXMM_STORM_SEED", 0)..;
    let runs = number("SIXMM_STORM_RUNS", RUNS);
    let mut tally = Tally::default();
    for (seed, _) in seeds.zip(0..runs) {
        virtual_time::run(run(seed, &mut tally));
    }
    println!("{tally}");
    tally.check(runs);
}

#[test]
fn without_faults_nothing_is_unknown() {
    // Every fifth client asks nothing after a write, and so does not see a cancel-all take effect, which it does a moment later.
    for seed in (0..25).filter(|seed| seed % 5 != 0) {
        virtual_time::run(async {
            let mut tally = Tally::default();
            let world = World::new(seed).await;
            let mut random = Rand64::new(seed.into());
            trade(&world, &mut random, &mut tally).await;
            assert_eq!(tally.unknown, 0, "seed {seed}: {tally}");
            assert_eq!(tally.mistakes, Vec::<String>::new());
        });
    }
}

/// One run: a storm, and what is left when it is over.
async fn run(seed: u64, tally: &mut Tally) {
    let world = World::new(seed).await;
    let mut random = Rand64::new(seed.into());
    for rule in weather::rules(seed, &mut random) {
        world.sandbox.faults().add(rule).expect("a rule that can be");
    }
    trade(&world, &mut random, tally).await;
}

/// Random order writes one after the other, each judged; then the faults end, and the client asks again for what is unknown.
async fn trade(world: &World, random: &mut Rand64, tally: &mut Tally) {
    let mut judge = Judge::new(world);
    let mut open = Vec::new();
    let mut known = writes::Known::default();
    for write in 0..5 + usize::try_from(random.rand_range(0..6)).expect("a small number") {
        if random.rand_range(0..3) == 0 {
            let delay = *weather::pick(&[0, 30, 300, 1_000, 3_000], random);
            let quantity = Decimal::new(1 + i64::from(random.rand_range(0..1_000) as u32), 3);
            world.fill_after(Duration::from_millis(delay), quantity);
        }
        world.begin(write);
        judge.begin();
        for report in writes::carry_out(world, random, &mut known).await {
            tally.count(&report);
            judge.first(write, &report);
            open.push((write, report));
        }
        writes::read(world, random, &known, &mut judge).await;
    }
    tally.questions += world.questions();
    world.calm().await;
    for (write, report) in open {
        let was_unknown = matches!(report.said, Said::Unknown(_));
        judge.last(write, &settled(report, tally).await, was_unknown);
    }
    judge.all(tally);
    let mut hits: BTreeMap<String, u64> = BTreeMap::new();
    world.sandbox.faults().hits().iter().for_each(|hit| *hits.entry(weather::kind(&hit.fault)).or_default() += 1);
    tally.add(hits, world);
}

async fn settled(report: writes::Report, tally: &mut Tally) -> writes::Report {
    match report.said {
        Said::Unknown(ask_again) => {
            let mut said = ask_again.await;
            // Without patience each question is one lookup; if that finds orders open, they are cancelled again, and seen by the next one.
            if let (Said::Unknown(again), writes::Subject::CancelAll(_)) = (&mut said, &report.subject) {
                said = again.await;
            }
            tally.settled += u64::from(!matches!(said, Said::Unknown(_)));
            writes::Report { said, ..report }
        }
        said => writes::Report { said, ..report },
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text:?}")))
}
