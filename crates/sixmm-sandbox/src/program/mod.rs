//! What the program is beside the exchange that it starts.

mod arguments;
mod environment_file;
mod help;
mod hints;

pub(crate) use arguments::{Arguments, Market, NewUser};
pub(crate) use environment_file::EnvironmentFile;
pub(crate) use hints::print_hints;
