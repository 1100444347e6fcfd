//! An interceptor of another crate that retries calls.

use std::future::ready;

use sixmm_api::{Attempt, BoxFuture, Error, Interceptor, Refusal, Verdict, reqwest};

use super::Answer;

/// Retries calls that the exchange rejected because it was busy.
#[derive(Debug)]
pub struct Retry;

impl Retry {
    /// The rejection that leads to a retry.
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
