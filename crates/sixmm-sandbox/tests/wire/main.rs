//! Tests of the exchange over HTTP, on the level of bytes.

mod api_keys;
mod authentication;
mod conformance;
mod connections;
mod control;
mod control_host_check;
mod control_market;
mod fault_hits;
mod faults;
mod inferences;
mod lifecycle;
mod order_of_checks;
mod replay_protection;
mod request_effects;
mod request_log;
mod sessions;
mod signing;
mod stream_client;
mod stream_control;
mod stream_depth;
mod stream_faults;
mod stream_private;
mod stream_replay;
mod streams;
mod support;
mod validation;
