//! The message that the program prints at the start: how to connect.

use std::io::{self, Write as _};

use sixmm_sandbox::Sandbox;

use super::help;
use super::{Arguments, EnvironmentFile, NewUser};

/// Writes the connection details, without secrets, to standard output.
///
/// # Errors
///
/// Returns an error if standard output cannot be written, for example because it is a closed pipe or a file on a full disk.
pub(crate) fn print_startup_message(arguments: &Arguments, sandbox: &Sandbox, environment: &EnvironmentFile) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(startup_message(arguments, sandbox, environment).as_bytes())?;
    output.flush()
}

fn startup_message(arguments: &Arguments, sandbox: &Sandbox, environment: &EnvironmentFile) -> String {
    let mut lines = vec![format!("sixmm-sandbox listens on {}", sandbox.base_url()), format!("streams on {}", sandbox.stream_url())];
    if let Some(address) = sandbox.control_address() {
        lines.push(format!("control interface on http://{address}"));
        lines.push(format!("example: {}", help::example(&address.to_string())));
    }
    let (first, others) = arguments.users.split_first().expect("there is a default user");
    lines.push(format!("to connect as {}, run in another terminal: {}", first.name, environment.command()));
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|NewUser { name, .. }| name.as_str()).collect();
        let key = if sandbox.control_address().is_some() { "" } else { " (--control-port)" };
        let names = names.join(", ");
        lines.push(format!(
            "{names}: log in with the password `password`, or create an API key with POST /api-keys of the control interface{key}"
        ));
    }
    lines.push("press Ctrl-C to stop\n".to_owned());
    lines.join("\n")
}
