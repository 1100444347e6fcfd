//! The command line of the program: arguments, environment file and messages.

mod arguments;
mod environment_file;
mod help;
mod startup_message;

pub(crate) use arguments::{Arguments, Command, Market, NewUser, ReplayArguments};
pub(crate) use environment_file::EnvironmentFile;
pub(crate) use startup_message::print_startup_message;
