//! Checks the URLs of streams, and that a stream with a private channel has credentials.

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for stream in spec.root.get("x-venue-streams").iter().flat_map(Cursor::entries) {
        let parameters: Vec<Cursor<'_>> = stream.get("authentication").iter().flat_map(Cursor::entries).collect();
        let parameters: Vec<&str> = parameters.iter().map(Cursor::name).collect();
        diagnostics.extend(stream.get("url").and_then(|url| credentials_in(&url, &parameters)));
        let channels: Vec<Cursor<'_>> = stream.get("channels").iter().flat_map(Cursor::entries).collect();
        let private = channels.iter().find(|channel| channel.text("access") == Some("private"));
        let credentials: Vec<Cursor<'_>> = ["authentication", "login"].iter().filter_map(|key| stream.get(key)).collect();
        match private {
            Some(channel) if credentials.is_empty() => diagnostics.push(without_authentication(&stream, channel)),
            Some(_) => {}
            None => diagnostics.extend(credentials.iter().map(|credentials| {
                credentials
                    .error_at_head(format!("`{}` is for private channels, and the stream has none", credentials.name()))
                    .help(format!("list the private channel, or remove `{}`", credentials.name()))
            })),
        }
    }
}

/// Reports credentials in the URL of a stream. The URL is the same for all users, but credentials differ from user to user.
fn credentials_in(url: &Cursor<'_>, authentication: &[&str]) -> Option<Diagnostic> {
    let text = url.node.as_str()?;
    if text.contains('#') {
        return Some(url.error("the address of a stream has no fragment").help("remove `#` and the rest"));
    }
    let (_, query) = text.split_once('?')?;
    query.split('&').find_map(|pair| match pair.split_once('=') {
        Some((name, _)) if authentication.contains(&name) => {
            let diagnostic = url.error(format!("the address has the query parameter `{name}`, which authenticates a user"));
            Some(diagnostic.help("leave it out: `authentication` names it already"))
        }
        Some((name, value)) if !name.is_empty() && !value.is_empty() => None,
        _ => Some(url.error("the query of the address has a parameter without a name or a value").note("as in `wss://…/ws?protocol=1.1`")),
    })
}

fn without_authentication(stream: &Cursor<'_>, channel: &Cursor<'_>) -> Diagnostic {
    let access = channel.get("access").unwrap_or_else(|| channel.clone());
    let message = format!("nothing opens the private channel `{}`", channel.name());
    access
        .error(message)
        .related(stream.head(), "the stream has neither `authentication` nor `login`")
        .help("write the query parameter that carries the credentials: `authentication: { token: The token of a login. }`")
        .help("if a message carries the credentials, describe the message: `login: The message with the key and a signature.`")
}
