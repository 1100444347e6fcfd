//! The registry to which crates are published.

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::http;

/// The sparse index of crates.io.
const CRATES_IO: &str = "https://index.crates.io/";

/// A registry with a sparse index.
pub(super) struct Registry {
    /// The name in Cargo's configuration; `None` for crates.io.
    pub(super) name: Option<String>,
    /// The address of the index, with a slash at its end.
    index: String,
    /// Whether cargo does not build a crate before it publishes the crate.
    pub(super) no_verify: bool,
}

impl Registry {
    /// The registry of this name in Cargo's configuration, or crates.io.
    pub(super) fn new(name: Option<&str>, no_verify: bool) -> anyhow::Result<Self> {
        let Some(name) = name else { return Ok(Self { name: None, index: CRATES_IO.to_owned(), no_verify }) };
        let variable = format!("CARGO_REGISTRIES_{}_INDEX", name.to_uppercase().replace('-', "_"));
        let index = std::env::var(&variable).with_context(|| format!("{variable} is not set"))?;
        Ok(Self::with_index(name, &index, no_verify))
    }

    /// The registry of this name with this index.
    pub(super) fn with_index(name: &str, index: &str, no_verify: bool) -> Self {
        let index = index.strip_prefix("sparse+").unwrap_or(index).trim_end_matches('/');
        Self { name: Some(name.to_owned()), index: format!("{index}/"), no_verify }
    }

    /// The SHA-256 of a published version, in hexadecimal digits; `None` if the version is not published.
    pub(super) fn checksum(&self, name: &str, version: &str) -> anyhow::Result<Option<String>> {
        let response = http::send("GET", &format!("{}{}", self.index, index_path(name)), &[], None)?;
        match response.status {
            200 => checksum_in(&response.body, version),
            // A crate that does not exist.
            404 | 410 | 451 => Ok(None),
            status => bail!("the index of the registry responded with HTTP {status} for `{name}`"),
        }
    }
}

/// The checksum of a version in the file of a crate in the index, which has one JSON object per line.
fn checksum_in(file: &str, version: &str) -> anyhow::Result<Option<String>> {
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        let entry: Value = serde_json::from_str(line).context("the index of the registry is not JSON")?;
        if entry["vers"] == version {
            return Ok(entry["cksum"].as_str().map(str::to_owned));
        }
    }
    Ok(None)
}

/// The path of a crate in an index: `ve/nu/venue-core`. Shorter names have folders by their length.
pub(super) fn index_path(name: &str) -> String {
    let name = name.to_lowercase();
    match name.len() {
        0..=2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_has_a_path_by_the_length_of_its_name() {
        let paths = ["a", "ab", "abc", "Venue-Core"].map(index_path);
        assert_eq!(paths, ["1/a", "2/ab", "3/a/abc", "ve/nu/venue-core"]);
    }

    #[test]
    fn the_checksum_is_that_of_the_version() {
        let file = "{\"vers\":\"0.1.0\",\"cksum\":\"aa\"}\n{\"vers\":\"0.2.0\",\"cksum\":\"bb\"}\n";
        assert_eq!(checksum_in(file, "0.2.0").expect("an index"), Some(String::from("bb")));
        assert_eq!(checksum_in(file, "0.3.0").expect("an index"), None);
    }
}
