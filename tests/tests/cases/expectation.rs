//! The comparison of a verdict, and of the requests on the wire, with the case.

use std::time::Duration;

use crate::book::is_lookup;
use crate::driver::Verdict;
use crate::model::{OneOrMany, Ready};
use crate::request::Request;

/// What a step came to.
pub(crate) struct Outcome<'a> {
    pub(crate) verdict: &'a Verdict,
    pub(crate) requests: &'a [Request],
    pub(crate) took: Duration,
}

/// Everything that differs from the case.
pub(crate) fn differences(ready: &Ready, outcome: &Outcome<'_>) -> Vec<String> {
    let mut differences = Vec::new();
    verdict(ready, outcome.verdict, &mut differences);
    wire(ready, outcome.requests, &mut differences);
    time(ready, outcome, &mut differences);
    printing(ready, outcome, &mut differences);
    differences
}

fn verdict(ready: &Ready, verdict: &Verdict, differences: &mut Vec<String>) {
    let items = &verdict.items;
    match &ready.step.expect {
        Some(OneOrMany::Many(expected)) => {
            if expected.len() != items.len() {
                differences.push(format!("{} verdicts expected, {} observed", expected.len(), items.len()));
            }
            for (index, (expected, observed)) in expected.iter().zip(items).enumerate() {
                if !matches(expected, observed) {
                    differences.push(format!("[{index}] expected `{expected}`, observed `{}`", observed.join(", ")));
                }
            }
        }
        Some(OneOrMany::One(expected)) => {
            for (index, observed) in items.iter().enumerate().filter(|(_, observed)| !matches(expected, observed)) {
                let place = if items.len() > 1 { format!("[{index}] ") } else { String::new() };
                differences.push(format!("{place}expected `{expected}`, observed `{}`", observed.join(", ")));
            }
        }
        None => {}
    }
    for (place, expected) in &ready.step.values {
        let pointer = format!("/{}", place.replace('.', "/"));
        let observed = verdict.value.pointer(&pointer).unwrap_or(&serde_json::Value::Null);
        if observed != expected {
            differences.push(format!("{place}: expected {expected}, observed {observed}"));
        }
    }
}

/// Whether one of the alternatives (`a, b | c`) is observed: each of its phrases, and none after `no `.
fn matches(expected: &str, observed: &[String]) -> bool {
    let is_observed = |phrase: &str| match phrase.strip_prefix("no ") {
        Some(phrase) => !observed.iter().any(|observed| observed == phrase),
        None => observed.iter().any(|observed| observed == phrase),
    };
    expected.split('|').any(|one| one.split(',').map(str::trim).all(is_observed))
}

fn wire(ready: &Ready, requests: &[Request], differences: &mut Vec<String>) {
    let usual = if ready.standard.route.contains("POST /v1/private/order/") { vec![String::from("write x1")] } else { Vec::new() };
    let patterns = ready.step.wire.as_ref().unwrap_or(&usual);
    for pattern in patterns {
        match Pattern::parse(pattern) {
            Ok(pattern) => pattern.check(ready, requests, differences),
            Err(mistake) => differences.push(mistake),
        }
    }
    let seen: Vec<_> = requests.iter().filter(|request| !request.path.ends_with("/time")).collect();
    for (index, expected) in ready.step.sequence.iter().enumerate() {
        let expected_route = Route::parse(expected);
        if !seen.get(index).is_some_and(|request| expected_route.is(ready, request)) {
            let observed = seen.get(index).map_or_else(|| String::from("nothing"), |request| request.line());
            differences.push(format!("request {}: expected `{expected}`, observed `{}`", index + 1, observed.trim()));
        }
    }
    let mut signatures: Vec<_> = requests.iter().filter_map(|request| request.parameter("signature")).collect();
    let all = signatures.len();
    signatures.sort_unstable();
    signatures.dedup();
    if signatures.len() < all {
        differences.push(String::from("a signature was sent twice"));
    }
    let is_counted = |request: &Request| ready.is_write(request) || ready.is_own(request);
    let writes: Vec<_> = requests.iter().enumerate().filter(|(_, request)| is_counted(request)).collect();
    // The cancellations of a batch can be repeated one by one, each for itself.
    let is_about = |request: &Request, id: &str| request.parameters.iter().any(|(name, value)| name.ends_with("orderId") && value == id);
    let ids = requests.iter().filter_map(|request| request.parameter("orders.0.orderId").zip(request.parameter("orders.1.orderId")));
    match ids.take(1).next().filter(|_| ready.call == "cancel_batch") {
        Some((one, other)) => {
            for id in [one, other] {
                apart(
                    ready,
                    requests,
                    &writes.iter().filter(|(_, request)| is_about(request, id)).copied().collect::<Vec<_>>(),
                    differences,
                );
            }
        }
        None => apart(ready, requests, &writes, differences),
    }
}

/// What has to be between two writes about the same orders.
fn apart(ready: &Ready, requests: &[Request], writes: &[(usize, &Request)], differences: &mut Vec<String>) {
    for pair in writes.windows(2) {
        let ((one, earlier), (other, later)) = (pair[0], pair[1]);
        if ready.step.lookup_between_writes && !requests[one..other].iter().any(is_lookup) {
            differences.push(format!("no lookup between the writes at {} ms and {} ms", earlier.at.as_millis(), later.at.as_millis()));
        }
        let apart = (later.at - earlier.at).as_millis();
        if ready.step.writes_apart_ms.is_some_and(|least| apart < u128::from(least)) {
            differences.push(format!("only {apart} ms between two writes"));
        }
    }
}

fn time(ready: &Ready, outcome: &Outcome<'_>, differences: &mut Vec<String>) {
    let took = outcome.took.as_millis();
    if let Some(most) = ready.step.within_ms.filter(|most| took > u128::from(*most)) {
        differences.push(format!("took {took} ms, more than {most} ms"));
    }
    if let Some(least) = ready.step.not_before_ms.filter(|least| took < u128::from(*least)) {
        differences.push(format!("took {took} ms, less than {least} ms"));
    }
}

/// No report contains a secret, a control character, or more text than a person reads.
fn printing(ready: &Ready, outcome: &Outcome<'_>, differences: &mut Vec<String>) {
    let words = &outcome.verdict.words;
    if ready.step.queries_were_sent {
        let (reported, sent) = (outcome.verdict.queries, outcome.requests.iter().filter(|request| is_lookup(request)).count());
        if reported > sent {
            differences.push(format!("{reported} lookups are reported, {sent} were sent"));
        }
    }
    let secret = |name: &str| outcome.requests.iter().filter_map(|request| request.parameter(name)).any(|secret| words.contains(secret));
    if secret("signature") || secret("X-API-KEY") || words.contains(crate::driver::SECRET) || words.contains("token-1") {
        differences.push(String::from("a secret was printed"));
    }
    if words.chars().any(|character| character.is_control() && character != '\n') {
        differences.push(String::from("a control character was printed"));
    }
    if words.len() > 20_000 * outcome.verdict.items.len().max(1) {
        differences.push(format!("{} characters were printed", words.len()));
    }
    for expected in ready.step.report_contains.iter().filter(|text| !words.contains(*text)) {
        differences.push(format!("the report should contain {expected:?}: {}", words.chars().take(600).collect::<String>()));
    }
    for unexpected in ready.step.report_lacks.iter().filter(|text| words.contains(*text)) {
        differences.push(format!("the report should not contain {unexpected:?}"));
    }
}

/// `POST order/cancel x2..4 orderId=7`: how many requests of a route there are, each with these parameters.
struct Pattern {
    route: Route,
    least: usize,
    most: usize,
    text: String,
}

/// `write`, `lookup`, or `GET order`, with the parameters that the request has.
///
/// `cookie~rt=NEW` is a part that contains this text.
pub(crate) struct Route {
    words: Vec<String>,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    value: String,
    is_contained: bool,
}

impl Parameter {
    fn parse(word: &str) -> Option<Self> {
        let at = word.find(['=', '~'])?;
        let (name, value) = (word[..at].to_owned(), word[at + 1..].to_owned());
        Some(Self { name, value, is_contained: word[at..].starts_with('~') })
    }

    fn is_of(&self, request: &Request) -> bool {
        request.part(&self.name).is_some_and(|part| part == self.value || self.is_contained && part.contains(&self.value))
    }
}

impl Route {
    pub(crate) fn parse(text: &str) -> Self {
        let (parameters, words): (Vec<_>, Vec<_>) = text.split_whitespace().partition(|word| word.contains(['=', '~']));
        let parameters = parameters.into_iter().filter_map(Parameter::parse);
        Self { parameters: parameters.collect(), words: words.into_iter().map(str::to_owned).collect() }
    }

    pub(crate) fn is(&self, ready: &Ready, request: &Request) -> bool {
        self.is_route(ready, request) && self.parameters.iter().all(|parameter| parameter.is_of(request))
    }

    fn is_route(&self, ready: &Ready, request: &Request) -> bool {
        match self.words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["write"] => ready.is_write(request),
            ["read"] => ready.is_own(request),
            ["lookup"] => is_lookup(request),
            ["any"] => !request.path.ends_with("/time"),
            [method, path] => request.is(method, path),
            _ => false,
        }
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let mut route = Route::parse(text);
        let mistake = || format!("{text:?} is no expectation of requests");
        let at =
            route.words.iter().position(|word| word.starts_with('x') && word.len() > 1 && !word.starts_with("x-")).ok_or_else(mistake)?;
        let count = route.words.remove(at);
        let number = |digits: &str| digits.parse::<usize>().map_err(|_| mistake());
        let (least, most) = match count[1..].split_once("..") {
            Some((least, "")) => (number(least)?, usize::MAX),
            Some((least, most)) => (number(least)?, number(most)?),
            None => (number(&count[1..])?, number(&count[1..])?),
        };
        Ok(Self { route, least, most, text: text.to_owned() })
    }

    fn check(&self, ready: &Ready, requests: &[Request], differences: &mut Vec<String>) {
        if self.most == 0 {
            // None with these parameters.
            let count = requests.iter().filter(|request| self.route.is(ready, request)).count();
            differences.extend((count > 0).then(|| format!("expected `{}`, observed {count} such requests", self.text)));
            return;
        }
        let count = requests.iter().filter(|request| self.route.is_route(ready, request)).count();
        if !(self.least..=self.most).contains(&count) {
            differences.push(format!("expected `{}`, observed {count} such requests", self.text));
        }
        let others = requests.iter().filter(|request| self.route.is_route(ready, request) && !self.route.is(ready, request)).count();
        if others > 0 {
            differences.push(format!("expected `{}`, {others} of them have other parameters", self.text));
        }
    }
}
