//! Somebody else who repeats calls.

use std::future::ready;

use sixmm_api::{Attempt, BoxFuture, Error, Interceptor, Refusal, Verdict, reqwest};

use super::Answer;

/// Repeats what the server was too busy for.
#[derive(Debug)]
pub struct Retry;

impl Retry {
    /// The refusal that it repeats.
    pub fn busy() -> Answer {
        Answer::refusal(5002, "Service temporarily unavailable")
    }
}

impl Interceptor for Retry {
    fn before<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(ready(Ok(())))
    }

    fn after<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Verdict> {
        let is_worth_it = error.code() == Some(5002) && attempt.number < 5;
        Box::pin(ready(if is_worth_it { Verdict::Again } else { Verdict::Done }))
    }
}
