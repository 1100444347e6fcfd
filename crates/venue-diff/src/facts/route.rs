//! The route of an operation: its method, and its complete path below the host.

use super::{Element, Listing, Subject, without_placeholders};

impl Listing {
    /// Splits the address of the first server into the host with its scheme, and the path.
    pub(crate) fn server(&self) -> Option<(&str, &str)> {
        let url = self.element(&Subject::Server(1))?.text("url")?.trim_end_matches('/');
        let host = url.find("://").map_or(0, |scheme| scheme + "://".len());
        let end = url[host..].find('/').map_or(url.len(), |path| host + path);
        Some(url.split_at(end))
    }

    /// The path of an operation, including the path of the server.
    pub(crate) fn full_path(&self, operation: &Element) -> Option<String> {
        let (_, base) = self.server().unwrap_or_default();
        Some(format!("{base}{}", operation.text("path")?))
    }

    /// The HTTP method and the complete path, without the names of placeholders. Each operation has a different route.
    pub(crate) fn route(&self, operation: &Element) -> Option<String> {
        Some(format!("{} {}", operation.text("method")?, without_placeholders(&self.full_path(operation)?)))
    }

    /// Whether a prefix of the paths moved to the server's address, or back. This is the case if the host is the same, the path of the
    /// address changed, and at least one operation has the same route although its own path changed.
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
