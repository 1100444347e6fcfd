//! What happens around a call, against a server on this machine, in time that the test moves.

mod deadline;
mod overload;
mod panics;
mod quota;
mod report;
mod retry;
mod support;
