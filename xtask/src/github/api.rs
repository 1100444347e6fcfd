//! Requests to the API of GitHub.

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::variable;
use crate::http;

/// The number of entries on a page of a list.
const PAGE: usize = 100;

/// The highest number of pages of a list that is read.
const PAGES: usize = 30;

/// The API for one repository.
pub(super) struct Api {
    /// The address of the API, without a slash at its end.
    address: String,
    /// The repository, as `owner/name`.
    repository: String,
    token: String,
}

impl Api {
    pub(super) fn from_environment() -> anyhow::Result<Self> {
        Ok(Self::new(&variable("GITHUB_API_URL")?, &variable("GITHUB_REPOSITORY")?, &variable("GITHUB_TOKEN")?))
    }

    pub(super) fn new(address: &str, repository: &str, token: &str) -> Self {
        Self { address: address.trim_end_matches('/').to_owned(), repository: repository.to_owned(), token: token.to_owned() }
    }

    /// The account that owns the repository.
    pub(super) fn owner(&self) -> &str {
        self.repository.split('/').next().unwrap_or_default()
    }

    /// Reads an object of the repository; `path` is relative to the repository.
    pub(super) fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send("GET", path, None)?.with_context(|| format!("`{path}` does not exist"))
    }

    /// Reads an object; `None` if the object does not exist.
    pub(super) fn find(&self, path: &str) -> anyhow::Result<Option<Value>> {
        self.send("GET", path, None)
    }

    /// Reads a complete list. `path` has a query.
    pub(super) fn list(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut entries = Vec::new();
        for page in 1..=PAGES {
            let Value::Array(found) = self.get(&format!("{path}&per_page={PAGE}&page={page}"))? else { bail!("`{path}` is not a list") };
            let is_last = found.len() < PAGE;
            entries.extend(found);
            if is_last {
                return Ok(entries);
            }
        }
        bail!("`{path}` has more than {} entries", PAGE * PAGES)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send("POST", path, Some(body))?.with_context(|| format!("`{path}` does not exist"))
    }

    pub(super) fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send("PATCH", path, Some(body))?.with_context(|| format!("`{path}` does not exist"))
    }

    pub(super) fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.send("DELETE", path, None).map(drop)
    }

    /// Sends a request; `None` for status 404.
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Option<Value>> {
        let url = format!("{}/repos/{}/{path}", self.address, self.repository);
        let url = url.trim_end_matches('/');
        let authorization = format!("Bearer {}", self.token);
        let headers = [
            ("Accept", "application/vnd.github+json"),
            ("Authorization", authorization.as_str()),
            ("Content-Type", "application/json"),
            ("X-GitHub-Api-Version", "2022-11-28"),
        ];
        let text = body.map(Value::to_string);
        let response = http::send(method, url, &headers, text.as_deref())?;
        match response.status {
            204 => Ok(Some(Value::Null)),
            200..=299 => {
                serde_json::from_str(&response.body).map(Some).with_context(|| format!("{method} {path}: the response is not JSON"))
            }
            404 => Ok(None),
            status => {
                let message =
                    serde_json::from_str::<Value>(&response.body).ok().and_then(|body| body["message"].as_str().map(str::to_owned));
                bail!("{method} {path}: HTTP {status}: {}", message.unwrap_or_default())
            }
        }
    }
}
