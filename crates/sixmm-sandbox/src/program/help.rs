//! What stands below the options, and the examples of the control interface. They come from the documentation of the crate: so they are the
//! same there and here.

/// The part of the documentation that tells of the control interface.
const INTERFACE: &str = include_str!("../control/interface.md");

/// Where the control interface of the example listens.
const EXAMPLE_ADDRESS: &str = "127.0.0.1:8607";

/// What both forms of the help end with.
pub(super) const SHORT: &str = "\
Every user logs in with the password `password`. Secrets are never printed. They stand in the environment file, which is gone when the exchange ends:
    set -a; . PATH; set +a";

/// What the long help ends with.
pub(super) fn long() -> String {
    let width = routes().map(|(request, _)| request.len()).max().unwrap_or_default();
    let lines: Vec<String> = routes().map(|(request, body)| format!("    {request:width$}  {body}").trim_end().to_owned()).collect();
    format!(
        "{SHORT}\n\n\
        The control interface, with --control-port 8607, takes and answers JSON:\n    {}\n\n\
        What it takes, each with an example of a body (the documentation of the crate says what it answers):\n{}",
        example(EXAMPLE_ADDRESS),
        lines.join("\n"),
    )
}

/// A request to a control interface, to be typed.
pub(super) fn example(address: &str) -> String {
    let line = INTERFACE.lines().find(|line| line.starts_with("curl ")).unwrap_or_default();
    line.replace(EXAMPLE_ADDRESS, address)
}

/// The rows of the table: method with path, and body.
fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    INTERFACE.lines().filter(|line| line.starts_with("| `")).filter_map(|row| {
        let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`')).skip(1);
        cells.next().zip(cells.next())
    })
}
