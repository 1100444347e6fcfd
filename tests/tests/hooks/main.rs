//! What a user can set on a client, and the hook through which others sign, refuse and repeat.

mod client;
mod interceptors;
mod repeat;

use std::sync::atomic::{AtomicU32, Ordering};

use sixmm_api::{Attempt, BoxFuture, Client, Error, Interceptor, Retry, Veto};
use venue_core::reqwest::Request;

/// Signs each attempt with the next number, and makes so many attempts.
#[derive(Debug)]
struct Counter {
    signed: AtomicU32,
    attempts: u32,
}

impl Counter {
    fn with_attempts(attempts: u32) -> Self {
        Self { signed: AtomicU32::new(0), attempts }
    }
}

impl Interceptor for Counter {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        let number = self.signed.fetch_add(1, Ordering::Relaxed) + 1;
        request.url_mut().query_pairs_mut().append_pair("signature", &format!("number-{number}"));
        Box::pin(std::future::ready(Ok(())))
    }

    fn on_error<'a>(&'a self, _: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        Box::pin(std::future::ready(if attempt.number < self.attempts { Retry::Yes } else { Retry::No }))
    }
}

/// A client of this server with this interceptor.
fn client_with(url: String, interceptor: impl Interceptor + 'static) -> Client {
    Client::builder().base_url(url).interceptor(interceptor).build().expect("a client")
}
