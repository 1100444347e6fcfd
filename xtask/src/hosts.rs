//! The hosts that the files of the repository name.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::checkout::root;
use crate::tools::output;

/// The hosts that workflows, links of the documentation and lock files name.
const HOSTS: [&str; 8] = [
    "docs.rs",
    // Links to projects, and the name of the registry in the lock file of cargo.
    "github.com",
    // The index that `cargo xtask release` reads.
    "index.crates.io",
    "json-schema.org",
    // Addresses of authors in the lock file of npm.
    "opencollective.com",
    "paulmillr.com",
    "semver.org",
    // The text of the licence.
    "www.apache.org",
];

/// The domains of the vendors, whose documentation and servers the specifications name, and reserved domains for examples.
const DOMAINS: [&str; 7] = ["6mm.com", "bitmart.com", "example", "example.com", "example.org", "invalid", "localhost"];

fn is_allowed(host: &str) -> bool {
    let is_address = host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok());
    // A name without a dot is the user of an address in a test.
    let is_in_domain = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    !host.contains('.')
        || is_address
        || HOSTS.contains(&host)
        || DOMAINS.iter().any(|domain| is_in_domain(domain))
        || is_loopback_lookalike(host)
}

/// Names that a test of loopback addresses rejects.
fn is_loopback_lookalike(host: &str) -> bool {
    host.starts_with("127.0.0.1.") || host.starts_with("localhost.")
}

/// The hosts of the addresses in a text.
fn hosts(text: &str) -> BTreeSet<String> {
    let mut hosts = BTreeSet::new();
    for (index, _) in text.match_indices("://") {
        let is_web = ["http", "https", "ws", "wss"].iter().any(|scheme| text[..index].ends_with(scheme));
        let rest = &text[index + 3..];
        let end =
            rest.find(|character: char| !(character.is_ascii_alphanumeric() || character == '-' || character == '.')).unwrap_or(rest.len());
        let host = rest[..end].trim_end_matches('.');
        if is_web && !host.is_empty() {
            hosts.insert(host.to_lowercase());
        }
    }
    hosts
}

#[test]
fn the_repository_names_only_hosts_that_it_must_name() {
    let listed = output(Command::new("git").args(["ls-files", "-z"])).expect("git lists the files");
    let mut others = Vec::new();
    for name in listed.split_terminator('\0') {
        // Binary files have no addresses.
        let Ok(text) = fs::read_to_string(root().join(name)) else { continue };
        others.extend(hosts(&text).into_iter().filter(|host| !is_allowed(host)).map(|host| format!("{name}: {host}")));
    }
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn a_host_of_another_project_is_not_allowed() {
    // The test above would find the complete address of another host in this file.
    let other = ["https:", "//elsewhere.net"].concat();
    let text = format!("https://docs.rs/a http://127.0.0.1:80/ wss://ws.6mm.com/ws {other}/a {other}-6mm.com");
    let others: Vec<String> = hosts(&text).into_iter().filter(|host| !is_allowed(host)).collect();
    assert_eq!(others, ["elsewhere.net", "elsewhere.net-6mm.com"]);
}
