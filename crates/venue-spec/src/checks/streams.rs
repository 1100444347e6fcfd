//! Checks the URLs of streams, and that a stream with a private channel has credentials.

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for stream in spec.root.get("x-venue-streams").iter().flat_map(Cursor::entries) {
        diagnostics.extend(stream.get("url").and_then(|url| credentials_in(&url)));
        let channels: Vec<Cursor<'_>> = stream.get("channels").iter().flat_map(Cursor::entries).collect();
        let private = channels.iter().find(|channel| channel.text("access") == Some("private"));
        diagnostics.extend(match (private, stream.get("authentication")) {
            (Some(channel), None) => Some(without_authentication(&stream, channel)),
            (None, Some(authentication)) => Some(
                authentication
                    .error_at_head("`authentication` is for private channels, and the stream has none")
                    .help("list the private channel, or remove `authentication`"),
            ),
            _ => None,
        });
    }
}

/// Reports a query in the URL of a stream. The URL is the same for all users, but credentials in a query differ from user to user.
fn credentials_in(url: &Cursor<'_>) -> Option<Diagnostic> {
    let query = url.node.as_str()?.contains(['?', '#']);
    query.then(|| url.error("the address of a stream has no query").help("name the query parameters under `authentication`"))
}

fn without_authentication(stream: &Cursor<'_>, channel: &Cursor<'_>) -> Diagnostic {
    let access = channel.get("access").unwrap_or_else(|| channel.clone());
    let message = format!("nothing opens the private channel `{}`", channel.name());
    let help = "write the query parameter that carries the credentials: `authentication: { token: The token of a login. }`";
    access.error(message).related(stream.head(), "the stream has no `authentication`").help(help)
}
