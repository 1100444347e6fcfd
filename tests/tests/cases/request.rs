//! A request that arrived.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use sixmm_ext::reqwest::Url;
use venue_test_support::RecordedRequest;

/// A request, by what matters of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The query's parameters and the body's fields; a field of a list item is named `orders.0.symbol`.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The cookies.
    pub(crate) cookie: String,
    /// When it arrived, in virtual time since the step began.
    pub(crate) at: Duration,
}

impl Request {
    /// The request in these bytes, once it is complete.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let request = RecordedRequest::parse(bytes)?;
        let mut parameters = BTreeMap::new();
        if let Ok(url) = Url::parse(&format!("http://localhost/?{}", request.query)) {
            parameters.extend(url.query_pairs().into_owned());
        }
        if let Some(key) = request.header("x-api-key") {
            parameters.insert(String::from("X-API-KEY"), key.to_owned());
        }
        if let Ok(body) = serde_json::from_slice::<Value>(&request.body) {
            flatten("", &body, &mut parameters);
        }
        let cookie = request.header("cookie").unwrap_or_default().to_owned();
        Some(Self { method: request.method, path: request.path, parameters, cookie, at: Duration::ZERO })
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// Whether it is of this method, and its path ends with these segments.
    pub(crate) fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }

    /// The text with `{name}` replaced by the parameter of that name.
    pub(crate) fn fill(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        self.parameters.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// The header that opens a session, or goes on with one, if this request does so.
    pub(crate) fn cookie_of_a_session(&self, number: usize) -> Option<String> {
        let is_session = self.is("POST", "user/login") || self.is("POST", "user/refresh-token");
        is_session.then(|| format!("Set-Cookie: sid=cookie-{number}; Path=/; HttpOnly"))
    }

    /// The value of a parameter, or `cookie` for the request's cookies.
    pub(crate) fn part(&self, name: &str) -> Option<&str> {
        if name == "cookie" { Some(&self.cookie) } else { self.parameter(name) }
    }

    /// One line for a report, without credentials.
    pub(crate) fn line(&self) -> String {
        let own = self.parameters.iter().filter(|(name, _)| !["signature", "timestamp", "X-API-KEY"].contains(&name.as_str()));
        let parameters: Vec<_> = own.map(|(name, value)| format!("{name}={value}")).collect();
        format!("{:>6} ms {} {} {}", self.at.as_millis(), self.method, self.path, parameters.join(" "))
    }
}

fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let under = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flatten(&under(name), value, into)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| flatten(&under(&index.to_string()), value, into)),
        Value::String(text) => drop(into.insert(prefix.to_owned(), text.clone())),
        other => drop(into.insert(prefix.to_owned(), other.to_string())),
    }
}
