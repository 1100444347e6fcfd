//! The format of the files, and how they are read.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::answer::Written;
use crate::book::Book;
use crate::request::Request;

/// A file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// A case: some calls of a client, with what is scripted and expected of each. With several `calls`, it is one case for each of them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    /// A sentence.
    pub(crate) name: String,
    /// Which row or rule it is an instance of, such as `A1 another order's id`.
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) client: ClientSettings,
    #[serde(default)]
    pub(crate) network: Network,
    /// What the other steps go on with.
    #[serde(default)]
    then: Vec<Step>,
    /// Many calls at a steady rate instead of one.
    pub(crate) load: Option<Load>,
    #[serde(flatten)]
    first: Step,
    #[serde(flatten)]
    unknown: BTreeMap<String, Value>,
    /// The file's name, without its ending.
    #[serde(skip)]
    pub(crate) file: String,
}

/// How the client is set up. What is not given is the client's default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSettings {
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) attempt_timeout_ms: Option<u64>,
    pub(crate) connect_timeout_ms: Option<u64>,
    /// How long the client asks after an uncertain outcome.
    pub(crate) patience_ms: Option<u64>,
    /// How long an unused connection is kept.
    #[expect(dead_code, reason = "the client has no such setting yet")]
    pub(crate) idle_limit_ms: Option<u64>,
    pub(crate) quota_per_second: Option<u32>,
    pub(crate) retry_budget: Option<u32>,
    /// With a login instead of an API key.
    #[serde(default)]
    pub(crate) login: bool,
    /// The first call finds the server's clock unread.
    #[serde(default)]
    pub(crate) clock_unread: bool,
    /// The contracts' trading rules are loaded first.
    #[serde(default)]
    pub(crate) rules: bool,
    /// A hook of the program panics: an `observer` or `interceptor` after each answer, or an interceptor in `conceal`.
    pub(crate) panics: Option<String>,
}

/// What the network does to connections.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Network {
    /// Connections are refused until so many attempts have failed.
    pub(crate) refuses: Option<usize>,
    /// Connections get no answer at all.
    #[serde(default)]
    pub(crate) unanswered: bool,
    /// The exchange closes connections that are idle for so long.
    pub(crate) closes_idle_ms: Option<u64>,
}

/// Many calls at a steady rate, each given up by its caller after a while.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Load {
    pub(crate) every_ms: u64,
    pub(crate) for_ms: u64,
    /// The caller drops the call after so long.
    pub(crate) caller_timeout_ms: Option<u64>,
    /// The call's own timeout.
    pub(crate) call_timeout_ms: Option<u64>,
    /// How many calls are answered to their caller in every second after the first, at least.
    pub(crate) answered_per_second: usize,
    /// How long a single call takes that follows the load, at most.
    pub(crate) next_within_ms: u64,
}

/// One call, with what is scripted and expected.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Step {
    #[serde(default)]
    pub(crate) call: Option<OneOrMany>,
    /// Of several calls, the ones that are left out.
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// Parameters of the call by their names on the wire, beside the standard ones.
    #[serde(default)]
    pub(crate) with: Map<String, Value>,
    /// Standard parameters that are left out.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    /// The time that passes before the call.
    #[serde(default)]
    pub(crate) after_ms: u64,
    /// The call is dropped after so long; nothing may be sent from then on.
    pub(crate) drop_after_ms: Option<u64>,
    /// The orders before the write takes effect, and after it.
    pub(crate) before: Option<Book>,
    pub(crate) after: Option<Book>,
    /// Fields that the rows have beside the standard ones, row by row; the last one counts for all that follow.
    #[serde(default)]
    pub(crate) before_rows: Vec<Map<String, Value>>,
    #[serde(default)]
    pub(crate) after_rows: Vec<Map<String, Value>>,
    /// Fields that no row shows.
    #[serde(default)]
    pub(crate) hidden: Vec<String>,
    /// The answers to one write after the other, to one lookup after the other, or to one request of a read after the other; the last one
    /// counts for all that follow.
    #[serde(default)]
    pub(crate) writes: Vec<Written>,
    #[serde(default)]
    pub(crate) lookups: Vec<Written>,
    #[serde(default)]
    pub(crate) answers: Vec<Written>,
    /// The answers of other routes, such as `"GET time" = ["hang"]`.
    #[serde(default)]
    pub(crate) on: BTreeMap<String, Vec<Written>>,
    /// The verdict, or one for each item of a batch.
    pub(crate) expect: Option<OneOrMany>,
    /// Values that were read, by their place, such as `"positions.1.roe" = "0.5"`.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, Value>,
    /// Requests by their number; without it, one write for a write.
    pub(crate) wire: Option<Vec<String>>,
    /// The first requests in the order of their arrival.
    #[serde(default)]
    pub(crate) sequence: Vec<String>,
    /// Texts that the printed report must contain, and must not contain.
    #[serde(default)]
    pub(crate) report_contains: Vec<String>,
    #[serde(default)]
    pub(crate) report_lacks: Vec<String>,
    /// The virtual time that the call takes.
    pub(crate) within_ms: Option<u64>,
    pub(crate) not_before_ms: Option<u64>,
    /// The virtual time between two writes, or two requests of a read, at least.
    pub(crate) writes_apart_ms: Option<u64>,
    /// The report counts only lookups that were sent.
    #[serde(default)]
    pub(crate) queries_were_sent: bool,
    /// Between two writes there is at least one lookup.
    #[serde(default)]
    pub(crate) lookup_between_writes: bool,
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What is usual for a call.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standard {
    /// The call that this one is like, but for its parameters.
    like: Option<String>,
    /// Method and path of the request that the call is.
    #[serde(default)]
    pub(crate) route: String,
    #[serde(default)]
    pub(crate) with: Map<String, Value>,
    #[serde(default)]
    pub(crate) before: Book,
    #[serde(default)]
    pub(crate) after: Book,
    /// The data of the documented success, as JSON.
    #[serde(default)]
    pub(crate) success: String,
    /// The name of the list that the answer holds, and the documented fields of a row, as JSON.
    #[serde(default)]
    list: String,
    #[serde(default)]
    row: BTreeMap<String, String>,
}

/// The standard calls, and the groups of them that a case can name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standards {
    groups: BTreeMap<String, Vec<String>>,
    pub(crate) call: BTreeMap<String, Standard>,
}

/// A step of a case for one call, complete.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) call: String,
    pub(crate) parameters: Value,
    pub(crate) standard: Standard,
    pub(crate) step: Step,
}

/// A case for one call, complete.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) case: Case,
    pub(crate) steps: Vec<Ready>,
}

/// The names of the files, without their ending, sorted.
pub(crate) fn files() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of cases");
    let stems = entries.filter_map(|entry| {
        let path = entry.expect("an entry of the folder").path();
        path.extension()
            .is_some_and(|extension| extension == "toml")
            .then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
    });
    let mut names: Vec<_> = stems.filter(|name| name != "standard").collect();
    names.sort();
    names
}

/// The cases of a file, one for each call.
pub(crate) fn instances(file: &str) -> Vec<Instance> {
    let standards = Standards::read();
    let File { case } = toml::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}.toml: {error}"));
    case.into_iter().flat_map(|case| Case { file: file.to_owned(), ..case }.instances(&standards)).collect()
}

impl Standard {
    /// The data of an answer with these rows, each with what differs from the standard row.
    pub(crate) fn list(&self, rows: &[BTreeMap<String, String>], beside: &str) -> String {
        let row = |changes: &BTreeMap<String, String>| {
            let fields: BTreeMap<_, _> = self.row.iter().chain(changes).collect();
            let fields = fields.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("\"{name}\":{value}"));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        };
        let comma = if beside.is_empty() { "" } else { "," };
        format!("{{\"{}\":[{}]{comma}{beside}}}", self.list, rows.iter().map(row).collect::<Vec<_>>().join(","))
    }
}

impl Standards {
    pub(crate) fn read() -> Self {
        toml::from_str(&text("standard")).unwrap_or_else(|error| panic!("standard.toml: {error}"))
    }

    /// The calls of this name or group.
    fn calls(&self, name: &str) -> Vec<String> {
        self.groups.get(name).map_or_else(|| vec![name.to_owned()], |group| group.iter().flat_map(|name| self.calls(name)).collect())
    }

    /// This step for this call.
    pub(crate) fn ready(&self, call: &str, step: &Step) -> Ready {
        let own = self.call.get(call).cloned().unwrap_or_else(|| panic!("standard.toml knows no call {call:?}"));
        let mut parameters = own.with.clone();
        let standard = own.like.as_ref().map_or(own.clone(), |like| self.call[like].clone());
        parameters.extend(step.with.clone());
        parameters.retain(|name, _| !step.without.contains(name));
        let mut step = step.clone();
        let mut before = step.before.take().unwrap_or_else(|| standard.before.clone());
        let mut after = step.after.take().unwrap_or_else(|| standard.after.clone());
        show(&mut before, &step.before_rows, &step.hidden);
        show(&mut after, &step.after_rows, &step.hidden);
        (step.before, step.after) = (Some(before), Some(after));
        Ready { call: call.to_owned(), parameters: Value::Object(parameters), standard, step }
    }
}

fn show(book: &mut Book, shown: &[Map<String, Value>], hidden: &[String]) {
    for (index, row) in book.rows_mut().enumerate() {
        let Some(fields) = row.as_object_mut() else { continue };
        if let Some(shown) = shown.get(index).or(shown.last()) {
            fields.extend(shown.clone());
        }
        fields.retain(|name, _| !hidden.contains(name));
    }
}

impl Case {
    fn instances(self, standards: &Standards) -> Vec<Instance> {
        let Self { file, name, unknown, first, .. } = &self;
        assert!(unknown.is_empty(), "{file}.toml: {name}: unknown keys {:?}", unknown.keys());
        let calls = first.calls(standards);
        assert!(!calls.is_empty(), "{file}.toml: {name}: no call");
        let of = |call: &String| {
            let then = self.then.iter().map(|step| {
                let own = step.calls(standards);
                standards.ready(own.first().unwrap_or(call), step)
            });
            Instance { case: self.clone(), steps: std::iter::once(standards.ready(call, first)).chain(then).collect() }
        };
        calls.iter().map(of).collect()
    }
}

impl Step {
    fn calls(&self, standards: &Standards) -> Vec<String> {
        let all = self.call.iter().flat_map(OneOrMany::all).flat_map(|name| standards.calls(name));
        let except: Vec<_> = self.except.iter().flat_map(|name| standards.calls(name)).collect();
        all.filter(|call| !except.contains(call)).collect()
    }
}

impl OneOrMany {
    pub(crate) fn all(&self) -> Vec<&str> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts.iter().map(String::as_str).collect(),
        }
    }
}

impl Ready {
    /// Whether this request is the step's write. The cancellations of a batch can be repeated one by one.
    pub(crate) fn is_write(&self, request: &Request) -> bool {
        let is_own = self.is_own(request) && request.method != "GET" && request.path.contains("/order/");
        is_own || self.call == "cancel_batch" && request.is("POST", "order/cancel")
    }

    /// Whether this request is of the step's own route.
    pub(crate) fn is_own(&self, request: &Request) -> bool {
        format!("{} {}", request.method, request.path) == self.standard.route
    }
}

impl Instance {
    /// What a report calls it.
    pub(crate) fn title(&self) -> String {
        format!("{} / {} / {} [{}]", self.case.file, self.case.kind, self.case.name, self.call())
    }

    pub(crate) fn call(&self) -> &str {
        self.steps.first().map_or("", |step| &step.call)
    }
}

fn text(file: &str) -> String {
    let path = folder().join(format!("{file}.toml"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    sixmm_tests::folder().join("cases")
}
