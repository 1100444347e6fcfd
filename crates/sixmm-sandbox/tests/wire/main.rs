//! The exchange as a client sees it: bytes on a socket.

mod api_keys;
mod authentication;
mod conformance;
mod connections;
mod control;
mod control_guard;
mod control_market;
mod effects;
mod faults;
mod hits;
mod lifecycle;
mod order_of_checks;
mod record;
mod replays;
mod sessions;
mod signing;
mod support;
mod validation;
