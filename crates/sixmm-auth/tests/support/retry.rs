//! An interceptor of another crate that retries calls.

use std::future::ready;

use sixmm_api::{Attempt, BoxFuture, Error, Interceptor, Retry, Veto, reqwest};

use super::Answer;

/// Retries calls that the exchange rejected because it was busy.
#[derive(Debug)]
pub struct RetryWhenBusy;

impl RetryWhenBusy {
    /// The rejection that leads to a retry.
    pub fn busy() -> Answer {
        Answer::refusal(5002, "Service temporarily unavailable")
    }
}

impl Interceptor for RetryWhenBusy {
    fn on_attempt<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(ready(Ok(())))
    }

    fn on_error<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        let is_worth_it = error.code() == Some(5002) && attempt.number < 5;
        Box::pin(ready(if is_worth_it { Retry::Yes } else { Retry::No }))
    }
}
