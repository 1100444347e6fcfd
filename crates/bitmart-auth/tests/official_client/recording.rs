//! The recording of the official client, and the list of its mistakes.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use venue_test_support::RecordedRequest;

/// What `official_client.py` recorded.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Recording {
    pub(crate) client: String,
    pub(crate) calls: Vec<RecordedCall>,
    pub(crate) other_methods: Vec<OtherMethod>,
}

/// A method of the official client that is not compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherMethod {
    #[expect(dead_code, reason = "the name is only for readers of the recording")]
    method: String,
    pub(crate) endpoint: String,
}

/// A call of the official client, and its request as it arrived at a socket.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecordedCall {
    pub(crate) call: String,
    /// The error of the official client, before the recording repaired its method.
    #[serde(default)]
    error: Option<String>,
    pub(crate) method: String,
    host: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    body: Option<String>,
    credential_headers: Vec<String>,
    content_type: Option<String>,
    pub(crate) signature: String,
}

/// The parts of a request that are compared.
pub(crate) struct RequestParts(Vec<(&'static str, Value)>);

impl RequestParts {
    /// The parts of a request that arrived at the server of this host.
    pub(crate) fn of(request: &RecordedRequest, host: &str) -> Self {
        let query = bitmart_api::reqwest::Url::parse(&format!("http://{host}{}", request.target())).expect("a URL");
        let query = query.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let names = request.headers.iter().map(|(name, _)| name.clone()).filter(|name| name.starts_with("x-bm-"));
        let body = (!request.body.is_empty()).then(|| serde_json::from_slice(&request.body).expect("JSON"));
        Self::new(&request.method, host, &request.path, query, body, names.collect(), request.header("content-type"), None)
    }

    #[expect(clippy::too_many_arguments, reason = "one for each part")]
    fn new(
        method: &str,
        host: &str,
        path: &str,
        mut query: Vec<(String, String)>,
        body: Option<Value>,
        mut credential_headers: Vec<String>,
        content_type: Option<&str>,
        error: Option<&str>,
    ) -> Self {
        // The order of the query and of the headers has no meaning.
        query.sort();
        credential_headers.sort();
        Self(vec![
            ("method", method.into()),
            ("host", host.into()),
            ("path", path.into()),
            ("query", serde_json::to_value(query).expect("JSON")),
            ("body", body.into()),
            ("credentialHeaders", credential_headers.into()),
            ("contentType", content_type.into()),
            ("error", error.into()),
        ])
    }
}

/// A part in which the two requests of a call differ. The values are JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) call: String,
    part: String,
    official: String,
    ours: String,
}

impl Recording {
    pub(crate) fn read() -> Self {
        serde_json::from_str(include_str!("../../../../tests/python/bitmart/official_client.json")).expect("the recording")
    }
}

impl RecordedCall {
    /// The body as a JSON value.
    pub(crate) fn body_json(&self) -> Option<Value> {
        self.body.as_ref().map(|body| serde_json::from_str(body).expect("JSON"))
    }

    /// The parts in which our request differs.
    pub(crate) fn differences(&self, ours: &RequestParts) -> Vec<Difference> {
        let official = RequestParts::new(
            &self.method,
            &self.host,
            &self.path,
            self.query.clone(),
            self.body_json(),
            self.credential_headers.clone(),
            self.content_type.as_deref(),
            self.error.as_deref(),
        );
        let pairs = official.0.into_iter().zip(&ours.0).filter(|((_, official), (_, ours))| official != ours);
        let difference = |((part, official), (_, ours)): ((&str, Value), &(&str, Value))| Difference {
            call: self.call.clone(),
            part: part.to_owned(),
            official: official.to_string(),
            ours: ours.to_string(),
        };
        pairs.map(difference).collect()
    }
}

/// A mistake of the official client, with the calls that have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    /// What the official client does wrong, and why that is a mistake.
    mistake: String,
    /// Where the source of the official client and the documentation show it.
    evidence: String,
    part: String,
    official: Value,
    ours: Value,
    calls: Vec<String>,
}

/// The differences that `differences.json` explains.
pub(crate) fn explained_differences() -> BTreeSet<Difference> {
    let mistakes: Vec<Mistake> = serde_json::from_str(include_str!("differences.json")).expect("the list of mistakes");
    let mut differences = BTreeSet::new();
    for mistake in &mistakes {
        assert!(!mistake.mistake.is_empty() && !mistake.evidence.is_empty(), "a mistake needs an explanation and evidence");
        for call in &mistake.calls {
            let is_new = differences.insert(Difference {
                call: call.clone(),
                part: mistake.part.clone(),
                official: mistake.official.to_string(),
                ours: mistake.ours.to_string(),
            });
            assert!(is_new, "{call}: the same difference is listed twice");
        }
    }
    differences
}
