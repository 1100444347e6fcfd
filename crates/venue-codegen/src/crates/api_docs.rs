//! Formats documentation about the whole API: the end of the exchange, its servers and its rate limits.

use venue_spec::model::{Api, Lifecycle, RateLimit, RateLimitScope};

use super::markdown::after;
use super::names;
use super::text::plural;

/// The dates of the exchange's end.
pub(super) fn lifecycle(lifecycle: &Lifecycle) -> String {
    let Lifecycle { announced, trading_ends, closed, source } = lifecycle;
    let trading = trading_ends.as_ref().map(|date| format!("trading ends on {date}"));
    let closing = closed.as_ref().map(|date| format!("the exchange closes on {date}"));
    let dates: Vec<String> = trading.into_iter().chain(closing).collect();
    let dates = if dates.is_empty() { String::new() } else { format!(": {}", dates.join(", and ")) };
    after(&format!("The exchange announced its end on {announced}{dates}. Source:"), source)
}

/// The servers of an exchange that has several, with their descriptions.
pub(super) fn servers(api: &Api) -> String {
    if api.servers.len() < 2 {
        return String::new();
    }
    let rows = api.servers.iter().map(|server| format!("| `{}` | {} |\n", server.url, cell(&server.description)));
    format!("\n# Servers\n\n| URL | description |\n| --- | --- |\n{}", rows.collect::<String>())
}

/// The rustdoc of `Client::SERVERS`.
pub(super) fn server_list(api: &Api) -> String {
    match api.servers.as_slice() {
        [_, _, ..] => String::from(
            "The documented servers. [`ClientBuilder::server`](crate::ClientBuilder::server) replaces one of them, and \
             [`ClientBuilder::base_url`](crate::ClientBuilder::base_url) all of them.",
        ),
        _ => String::from("The documented servers: only [`BASE_URL`](Self::BASE_URL)."),
    }
}

/// The documented rate limits of all operations.
pub(super) fn rate_limits(api: &Api) -> String {
    let rows: String = api
        .operations
        .iter()
        .filter_map(|operation| Some((operation, operation.rate_limit?)))
        .map(|(operation, limit)| {
            let request = names::type_(&operation.id);
            format!("| [`{request}`](requests::{request}) | {} | {} | {} |\n", limit.requests, limit.seconds, scope(limit.scope))
        })
        .collect();
    if rows.is_empty() {
        return rows;
    }
    format!("\n# Documented rate limits\n\n| operation | requests | in seconds | for each |\n| --- | ---: | ---: | --- |\n{rows}")
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// A documented rate limit: `12 requests in 2 seconds for each API key`.
pub(super) fn rate_limit(limit: RateLimit) -> String {
    let RateLimit { requests, seconds, scope } = limit;
    format!("{requests} {} in {seconds} {} for each {}", plural(requests, "request"), plural(seconds, "second"), self::scope(scope))
}

fn scope(scope: RateLimitScope) -> &'static str {
    match scope {
        RateLimitScope::Ip => "IP address",
        RateLimitScope::Key => "API key",
        RateLimitScope::User => "user",
    }
}
