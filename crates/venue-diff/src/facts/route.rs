//! The route of an operation: its method, and its complete path below the host.

use std::collections::BTreeSet;

use super::{Element, Listing, Subject, without_placeholders};

impl Listing {
    /// Splits the address of the first server into the host with its scheme, and the path.
    pub(crate) fn server(&self) -> Option<(&str, &str)> {
        Some(split(self.element(&Subject::Server(1))?.text("url")?))
    }

    /// The address of the server of an operation: its own server, or the first one.
    pub(crate) fn server_of<'a>(&'a self, operation: &'a Element) -> Option<&'a str> {
        operation.text("server").or_else(|| self.element(&Subject::Server(1))?.text("url"))
    }

    /// The position of the server of an operation, from 1.
    pub(crate) fn server_position(&self, operation: &Element) -> Option<usize> {
        let Some(own) = operation.text("server") else { return Some(1) };
        self.elements().iter().find_map(|element| match element.subject {
            Subject::Server(position) if element.text("url") == Some(own) => Some(position),
            _ => None,
        })
    }

    /// The path of an operation, including the path of its server.
    pub(crate) fn full_path(&self, operation: &Element) -> Option<String> {
        let (_, base) = self.server_of(operation).map(split).unwrap_or_default();
        Some(format!("{base}{}", operation.text("path")?))
    }

    /// The HTTP method and the complete path, without the names of placeholders. Each operation has a different route.
    pub(crate) fn route(&self, operation: &Element) -> Option<String> {
        Some(format!("{} {}", operation.text("method")?, without_placeholders(&self.full_path(operation)?)))
    }

    /// Whether the servers differ from an older revision at most in their order: the root lists the same servers, and each operation that
    /// both revisions have uses the same server.
    pub(crate) fn has_reordered_its_servers(&self, old: &Self) -> bool {
        let urls = |listing: &Self| -> BTreeSet<String> {
            let servers = listing.elements().iter().filter(|element| matches!(element.subject, Subject::Server(_)));
            servers.filter_map(|server| server.text("url").map(str::to_owned)).collect()
        };
        let mut operations = self.elements().iter().filter(|element| matches!(element.subject, Subject::Operation(_)));
        urls(self) == urls(old)
            && operations.all(|operation| {
                let before = old.element(&operation.subject);
                before.is_none_or(|before| old.server_of(before) == self.server_of(operation))
            })
    }

    /// Whether a prefix of the operations' paths moved to the server's address, or from the address to the paths. This is the case if the
    /// host is the same, the path of the address changed, and the complete path of at least one operation is the same although the
    /// operation's own path changed.
    pub(crate) fn has_moved_its_base_path(&self, old: &Self) -> bool {
        let (Some((host, base)), Some((old_host, old_base))) = (self.server(), old.server()) else { return false };
        if host != old_host || base == old_base {
            return false;
        }
        let operations = |listing: &'_ Self| -> Vec<(String, String)> {
            let is_operation = |element: &&Element| matches!(element.subject, Subject::Operation(_));
            let operations = listing.elements().iter().filter(is_operation);
            operations.filter_map(|operation| Some((listing.route(operation)?, operation.text("path")?.to_owned()))).collect()
        };
        let before = operations(old);
        let is_moved = |(route, path): &(String, String)| before.iter().any(|(other, own)| other == route && own != path);
        operations(self).iter().any(is_moved)
    }
}

/// Splits the address of a server into the host with its scheme, and the path.
fn split(url: &str) -> (&str, &str) {
    let url = url.trim_end_matches('/');
    let host = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let end = url[host..].find('/').map_or(url.len(), |path| host + path);
    url.split_at(end)
}
