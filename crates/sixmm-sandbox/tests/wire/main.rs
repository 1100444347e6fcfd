//! The exchange as a client sees it: bytes on a socket.

mod api_keys;
mod authentication;
mod conformance;
mod control;
mod faults;
mod lifecycle;
mod sessions;
mod signing;
mod support;
mod validation;
