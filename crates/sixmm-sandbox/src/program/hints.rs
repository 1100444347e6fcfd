//! What the program says when it has started: how to go on.

use std::io::{self, Write as _};

use sixmm_sandbox::Sandbox;

use super::help;
use super::{Arguments, EnvironmentFile, NewUser};

/// Writes how to connect, and no secret, to standard output.
///
/// # Errors
///
/// If standard output cannot be written: it is closed, or its disk is full.
pub(crate) fn print_hints(arguments: &Arguments, sandbox: &Sandbox, environment: &EnvironmentFile) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(hints(arguments, sandbox, environment).as_bytes())?;
    output.flush()
}

fn hints(arguments: &Arguments, sandbox: &Sandbox, environment: &EnvironmentFile) -> String {
    let mut lines = vec![format!("sixmm-sandbox listens on {}", sandbox.base_url())];
    if let Some(address) = sandbox.control_address() {
        lines.push(format!("its control interface on http://{address}"));
        lines.push(format!("for example: {}", help::example(&address.to_string())));
    }
    let (first, others) = arguments.users.split_first().expect("there is one by default");
    lines.push(format!("to connect as {}, in another terminal: {}", first.name, environment.command()));
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|NewUser { name, .. }| name.as_str()).collect();
        let key = if sandbox.control_address().is_some() { "" } else { " (--control-port)" };
        let names = names.join(", ");
        lines.push(format!("{names}: log in with the password `password`, or get a key by POST /api-keys of the control interface{key}"));
    }
    lines.push("Ctrl-C ends it\n".to_owned());
    lines.join("\n")
}
