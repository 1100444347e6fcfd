//! The property test: the answers to the ten order writes are mutated, the lookups stay truthful.
//!
//! Of each write some items take effect and some do not. The truthful answer is then mutated: other types, spellings, ids
//! and statuses, missing and doubled parts. No mutation makes the answer a consistent lie, because no client could notice one: an answer
//! that reports a failure keeps at least one sign of it, and so does one that reports a success. The old and new amounts of amendments are
//! random; often one is the beginning of the other, as an amount that was rounded is.
//!
//! Checked are: nothing that did not happen is reported as accepted, nothing that happened is reported as rejected, and no placement,
//! amendment or cancellation of all orders is sent a second time.
//!
//! | file | holds |
//! | --- | --- |
//! | `json` | a JSON document that can be spelled wrongly |
//! | `truth` | what happened, and the truthful answer |
//! | `mutate` | the mutations |
//! | `failures` | the mutations that move the sign of what happened to another place |

mod failures;
mod json;
mod mutate;
mod truth;

use std::collections::BTreeMap;

use oorandom::Rand64;
use serde_json::json;
use tokio::time::timeout;

use crate::driver::{Driver, Verdict};
use crate::exchange::Exchange;
use crate::model::{ClientSettings, Network, Standards};
use crate::server::Server;
use crate::time::{self, Timeline};
use truth::{Truth, WRITES};

/// How many answers are mutated unless `SIXMM_MUTATIONS` is set.
const RUNS: u64 = 500;
/// How many answers one client gets.
const PER_CLIENT: u64 = 50;

#[derive(Default)]
struct Figures {
    verdicts: BTreeMap<&'static str, [u64; 3]>,
    twice: Vec<String>,
    wrong: Vec<String>,
}

#[test]
fn no_mutated_answer_makes_a_write_reported_wrongly_or_sent_twice() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().expect("a number"));
    let (first, runs) = (number("SIXMM_MUTATION_SEED", 0), number("SIXMM_MUTATIONS", RUNS));
    let standards = Standards::read();
    let mut figures = Figures::default();
    for begin in (first..first + runs).step_by(usize::try_from(PER_CLIENT).expect("a small number")) {
        let seeds = begin..(begin + PER_CLIENT).min(first + runs);
        time::run(|timeline| some(seeds, &standards, &mut figures, timeline));
    }
    println!("{figures}");
    let most = if std::env::var_os("SIXMM_CASES_VERBOSE").is_some() { usize::MAX } else { 20 };
    let report = |mistakes: &[String]| mistakes.iter().take(most).map(|mistake| format!("{mistake}\n")).collect::<String>();
    let Figures { twice, wrong, .. } = &figures;
    assert!(twice.is_empty() && wrong.is_empty(), "{figures}\nsent twice:\n{}reported wrongly:\n{}", report(twice), report(wrong));
    if runs >= RUNS {
        assert_eq!(figures.verdicts.len(), WRITES.len(), "every write was tried");
        let [accepted, rejected, _] =
            figures.verdicts.values().fold([0; 3], |sum, counts| std::array::from_fn(|index| sum[index] + counts[index]));
        assert!(accepted > 0 && rejected > 0, "some writes happened, and some did not");
    }
}

async fn some(seeds: std::ops::Range<u64>, standards: &Standards, figures: &mut Figures, timeline: Timeline) {
    let exchange = Exchange::new();
    let server = Server::start(exchange.clone(), &Network::default(), timeline.clone()).await;
    let settings = ClientSettings { patience_ms: Some(3000), attempt_timeout_ms: Some(2000), ..ClientSettings::default() };
    let mut driver = Driver::new(&server.url(), &settings, &timeline);
    assert_eq!(driver.prepare().await, Vec::<String>::new());
    for seed in seeds {
        let mut random = Rand64::new(u128::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let truth = Truth::new(standards, &mut random);
        let (status, body, what) = mutate::answer(&truth, &mut random);
        let ready = truth.step(standards, status, &body);
        timeline.settle();
        exchange.begin(&ready, true);
        let call = timeout(std::time::Duration::from_secs(900), driver.call(truth.write, &ready.parameters));
        let verdict = call.await.unwrap_or_else(|_| Verdict::of(["hangs"]));
        let (requests, mistakes) = exchange.requests();
        assert_eq!(mistakes, Vec::<String>::new(), "seed {seed}");
        let sent = requests.iter().filter(|request| ready.is_write(request)).count();
        figures.count(seed, &truth, &verdict, sent, &format!("{what}: HTTP {status} {}", body.escape_debug()));
    }
}

impl Figures {
    fn count(&mut self, seed: u64, truth: &Truth, verdict: &Verdict, sent: usize, answer: &str) {
        let complain = |what: &str| format!("seed {seed}: {} ({}): {what}: {answer}", truth.write, json!(truth.happened));
        if sent > 1 && !truth.may_be_repeated() {
            self.twice.push(complain(&format!("{sent} writes")));
        }
        if verdict.items.len() != truth.happened.len() {
            self.wrong.push(complain(&format!("{} verdicts", verdict.items.len())));
        }
        for (phrases, happened) in verdict.items.iter().zip(&truth.happened) {
            let counts = self.verdicts.entry(truth.write).or_default();
            match phrases.first().map(String::as_str) {
                Some("accepted") => counts[0] += 1,
                Some("rejected") => counts[1] += 1,
                Some("unknown") => counts[2] += 1,
                _ => self.wrong.push(complain(&phrases.join(", "))),
            }
            let is_wrong = match phrases.first().map(String::as_str) {
                Some("accepted") => !happened,
                Some("rejected") => *happened,
                _ => false,
            };
            if is_wrong {
                self.wrong.push(complain(&phrases.join(", ")));
            }
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "mutated answers: {} sent twice, {} reported wrongly", self.twice.len(), self.wrong.len())?;
        for (write, [accepted, rejected, unknown]) in &self.verdicts {
            write!(f, "; {write}: accepted {accepted}, rejected {rejected}, unknown {unknown}")?;
        }
        Ok(())
    }
}
