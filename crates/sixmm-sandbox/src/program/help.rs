//! The text below the options in the output of `--help`, with the requests of the control interface. The requests are read from a file that
//! is also part of the crate documentation, so both texts contain the same requests.

/// The documentation of the control interface.
const INTERFACE: &str = include_str!("../control/interface.md");

/// Address of the control interface in the documentation's example.
const EXAMPLE_ADDRESS: &str = "127.0.0.1:8607";

/// The end of `-h` and `--help`.
pub(super) const SHORT: &str = "\
Every user logs in with the password `password`. Secrets are not printed. They are in the environment file, which is removed when the exchange ends:
    set -a; . PATH; set +a";

/// The end of `--help`.
pub(super) fn long() -> String {
    let width = routes().map(|(request, _)| request.len()).max().unwrap_or_default();
    let lines: Vec<String> = routes().map(|(request, body)| format!("    {request:width$}  {body}").trim_end().to_owned()).collect();
    format!(
        "{SHORT}\n\n\
        The control interface, enabled by --control-port 8607, accepts and returns JSON:\n    {}\n\n\
        Requests, each with an example body (the crate documentation describes the responses):\n{}",
        example(EXAMPLE_ADDRESS),
        lines.join("\n"),
    )
}

/// An example request to a control interface, as a shell command.
pub(super) fn example(address: &str) -> String {
    let line = INTERFACE.lines().find(|line| line.starts_with("curl ")).unwrap_or_default();
    line.replace(EXAMPLE_ADDRESS, address)
}

/// The rows of the table of requests: method and path, and an example body.
fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    INTERFACE.lines().filter(|line| line.starts_with("| `")).filter_map(|row| {
        let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`')).skip(1);
        cells.next().zip(cells.next())
    })
}
