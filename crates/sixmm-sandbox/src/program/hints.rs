//! What the program says when it has started: how to go on.

use sixmm_sandbox::Sandbox;

use super::help;
use super::{Arguments, EnvironmentFile, NewUser};

/// Says how to connect, and no secret.
pub(crate) fn print_hints(arguments: &Arguments, sandbox: &Sandbox, environment: &EnvironmentFile) {
    println!("sixmm-sandbox listens on {}", sandbox.base_url());
    if let Some(address) = sandbox.control_address() {
        println!("its control interface on http://{address}");
        println!("for example: {}", help::example(&address.to_string()));
    }
    let (first, others) = arguments.users.split_first().expect("there is one by default");
    println!("to connect as {}, in another terminal: {}", first.name, environment.command());
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|NewUser { name, .. }| name.as_str()).collect();
        let key = if sandbox.control_address().is_some() { "" } else { " (--control-port)" };
        println!("{}: log in with the password `password`, or get a key by POST /api-keys of the control interface{key}", names.join(", "));
    }
    println!("Ctrl-C ends it");
}
