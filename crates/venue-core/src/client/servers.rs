//! The URLs of the servers of a client.

use reqwest::Url;

use crate::{BuildError, Operation};

/// The URLs to which requests are sent.
#[derive(Clone)]
pub(super) struct Servers {
    /// The URL of the first server.
    pub(super) base_url: Url,
    /// The other documented servers, each with the URL that is used for it.
    pub(super) others: Box<[(&'static str, Url)]>,
    /// The documented URL of the first server. `None` if the caller has set a base URL, which then serves all operations.
    first: Option<Box<str>>,
}

impl Servers {
    /// The URL of the server of an operation. The base URL if the operation has no server of its own, or if its server is not known.
    #[inline]
    pub(super) fn of(&self, operation: &Operation) -> &Url {
        let other = operation.server.and_then(|documented| self.others.iter().find(|(url, _)| *url == documented));
        other.map_or(&self.base_url, |(_, url)| url)
    }

    /// Whether this documented server has a URL: the client knows the server, or the caller has set a base URL for all servers.
    #[cold]
    pub(super) fn knows(&self, documented: &str) -> bool {
        self.first.as_deref().is_none_or(|first| first == documented) || self.others.iter().any(|(url, _)| *url == documented)
    }
}

/// The URL of a path, below the path of the URL of a server.
pub(super) fn below(server: &Url, path: &str) -> Url {
    let mut url = server.clone();
    let base = url.path().trim_end_matches('/');
    if base.is_empty() {
        url.set_path(path);
    } else {
        let path = format!("{base}{path}");
        url.set_path(&path);
    }
    url
}

/// The documented servers, and their replacements.
pub(super) struct ServerSettings {
    /// The documented URL of the first server.
    first: String,
    /// The documented URLs of all servers, if there are several.
    pub(super) documented: &'static [&'static str],
    /// The replacement of all servers.
    pub(super) base_url: Option<String>,
    /// Replacements of single servers, each by its documented URL.
    replacements: Vec<(String, String)>,
    /// Whether an `http://` URL may name another machine.
    pub(super) allows_plain_http: bool,
}

impl ServerSettings {
    pub(super) fn new(first: String) -> Self {
        Self { first, documented: &[], base_url: None, replacements: Vec::new(), allows_plain_http: false }
    }

    pub(super) fn replace(&mut self, documented: String, replacement: String) {
        self.replacements.retain(|(replaced, _)| *replaced != documented);
        self.replacements.push((documented, replacement));
    }

    /// Checks the URLs, and chooses a URL for each server.
    pub(super) fn resolve(&self) -> Result<Servers, BuildError> {
        let others = self.documented.get(1..).unwrap_or_default();
        if self.replacements.iter().any(|(url, _)| *url != self.first && !others.contains(&url.as_str())) {
            // The error prints the first URL, so this URL must not contain a password. The URL to replace is not printed, because it may
            // contain one.
            checked_url("base URL", &self.first, self.allows_plain_http)?;
            let documented = [self.first.as_str()].iter().chain(others).map(|url| format!("`{url}`")).collect::<Vec<_>>().join(", ");
            return Err(BuildError::new(format!("server: the URL to replace is not a documented one; documented: {documented}")));
        }
        let base_url = self.url_of(&self.first)?;
        let others = others.iter().map(|documented| {
            let url = self.url_of(documented)?;
            if url.scheme() != base_url.scheme() {
                return Err(BuildError::new(format!(
                    "server: the servers of a client must have one scheme, but there is an `{}://` URL beside an `{}://` URL",
                    url.scheme(),
                    base_url.scheme()
                )));
            }
            Ok((*documented, url))
        });
        let others = others.collect::<Result<_, _>>()?;
        let first = self.base_url.is_none().then(|| self.first.as_str().into());
        Ok(Servers { base_url, others, first })
    }

    /// Returns the URL that the client uses for a documented server: the replacement of this server if there is one, otherwise the
    /// replacement of all servers if there is one, otherwise the documented URL.
    fn url_of(&self, documented: &str) -> Result<Url, BuildError> {
        let own = self.replacements.iter().find(|(url, _)| url == documented).map(|(_, url)| url);
        match (own, &self.base_url) {
            (Some(url), _) => checked_url("server", url, self.allows_plain_http),
            (None, Some(url)) => checked_url("base URL", url, self.allows_plain_http),
            (None, None) if documented == self.first => checked_url("base URL", documented, self.allows_plain_http),
            (None, None) => checked_url("server", documented, self.allows_plain_http),
        }
    }
}

/// Checks the URL of a server. `setting` names the setting in the error. `allows_plain_http` permits `http://` to another machine.
pub(crate) fn checked_url(setting: &str, url: &str, allows_plain_http: bool) -> Result<Url, BuildError> {
    let invalid = |problem: &str| Err(BuildError::new(format!("{setting}: {problem}")));
    let Ok(url) = Url::parse(url) else {
        return invalid("not a URL; expected something like `https://api.example.com`");
    };
    match url.scheme() {
        "https" => {}
        "http" if allows_plain_http || is_this_machine(&url) => {}
        "http" => return invalid("`http://` to another machine would send orders and credentials in the clear; use `https://`"),
        other => return invalid(&format!("`{other}://` is not supported; use `https://`, or `http://` for this machine")),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return invalid("it must not have a query or a fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return invalid("it must not contain credentials");
    }
    Ok(url)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(all(test, feature = "rustls"))]
mod tests;
