//! Where an operation is on the wire: its method, and its whole path below the host.

use super::{Element, Listing, Subject, without_placeholders};

impl Listing {
    /// The first server's host with its scheme, and the path that is before every operation's own.
    pub(crate) fn server(&self) -> Option<(&str, &str)> {
        let url = self.element(&Subject::Server(1))?.text("url")?.trim_end_matches('/');
        let host = url.find("://").map_or(0, |scheme| scheme + "://".len());
        let end = url[host..].find('/').map_or(url.len(), |path| host + path);
        Some(url.split_at(end))
    }

    /// An operation's path, with the server's part of it.
    pub(crate) fn full_path(&self, operation: &Element) -> Option<String> {
        let (_, base) = self.server().unwrap_or_default();
        Some(format!("{base}{}", operation.text("path")?))
    }

    /// An operation's identity on the wire: the method and the whole path, without the names of placeholders.
    pub(crate) fn route(&self, operation: &Element) -> Option<String> {
        Some(format!("{} {}", operation.text("method")?, without_placeholders(&self.full_path(operation)?)))
    }

    /// Whether a part of every path has moved from the operations into the server's address, or back: the host is the same, and at least
    /// one operation has its route of before under another path of its own.
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
