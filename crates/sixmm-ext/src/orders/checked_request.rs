//! The only way to send an order write: a request that was checked exactly once.

use std::sync::Arc;

use venue_core::request::send_checked;
use venue_core::{Request, Response, ValidationErrors};
use venue_runtime::CallOptions;
use venue_runtime::reconcile::AttemptLog;

use crate::Error;
use crate::client_inner::ClientInner;

/// The request of an order write, after the check of its limits. Only a `CheckedRequest` can send an order write, and sending does not
/// check the limits again.
#[derive(Clone, Debug)]
pub(super) struct CheckedRequest<R>(R);

impl<R: Request> CheckedRequest<R> {
    /// Checks the documented limits of a request, in addition to the `faults` that the caller has found.
    pub(super) fn check(request: R, mut faults: ValidationErrors) -> Result<Self, Error> {
        request.check(&mut faults);
        Self::already_checked(request, faults)
    }

    /// Checks the documented limits of a request except for the limits of its list items, which the caller has checked one by one. If an
    /// item has a fault, the request itself is not checked.
    pub(super) fn check_without_items(request: R, faults: ValidationErrors) -> Result<Self, Error> {
        if !faults.is_empty() {
            return Err(Error::invalid(R::OPERATION, faults));
        }
        Self::check(request, faults.without_items())
    }

    /// A request whose documented limits the caller has checked. `faults` are the results of the check.
    pub(super) fn already_checked(request: R, faults: ValidationErrors) -> Result<Self, Error> {
        if faults.is_empty() { Ok(Self(request)) } else { Err(Error::invalid(R::OPERATION, faults)) }
    }

    /// Sends the request, and records each attempt in `log`.
    pub(super) async fn send(
        self,
        client: &ClientInner,
        options: &CallOptions,
        log: &Arc<AttemptLog>,
    ) -> Result<Response<R::Envelope>, sixmm_api::Error> {
        send_checked(&client.core_for_write(options, log), self.0).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use sixmm_api::requests::CancelOrder;
    use sixmm_api::{Attempt, BoxFuture, Interceptor, Operation, Veto};
    use venue_core::{Call, reqwest};

    use super::super::reconcile::new_log;
    use super::*;

    /// A request that counts how often its limits are checked.
    struct Counted {
        checks: Arc<AtomicUsize>,
        request: CancelOrder,
    }

    impl Request for Counted {
        const OPERATION: &'static Operation = CancelOrder::OPERATION;

        type Envelope = <CancelOrder as Request>::Envelope;
        type Data = <CancelOrder as Request>::Data;

        fn check(&self, validation: &mut ValidationErrors) {
            self.checks.fetch_add(1, Ordering::Relaxed);
            self.request.check(validation);
        }

        fn write(self, call: &mut Call<'_>) {
            self.request.write(call);
        }

        fn data(response: Response<Self::Envelope>) -> Result<Self::Data, sixmm_api::Error> {
            CancelOrder::data(response)
        }
    }

    /// Rejects every attempt, so that the test needs no server.
    #[derive(Debug)]
    struct RejectAll;

    impl Interceptor for RejectAll {
        fn on_attempt<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
            Box::pin(async { Err(Veto::new("rejected by the test")) })
        }
    }

    #[tokio::test]
    async fn a_request_is_checked_once_and_not_again_when_it_is_sent() {
        let client = crate::Client::builder().interceptor(RejectAll).build().expect("a client");
        let none = ValidationErrors::new;
        for (create, checks_of_create) in
            [(CheckedRequest::check as fn(_, _) -> _, 1), (CheckedRequest::check_without_items, 1), (CheckedRequest::already_checked, 0)]
        {
            let checks = Arc::new(AtomicUsize::new(0));
            let request = Counted { checks: Arc::clone(&checks), request: CancelOrder::new().symbol("BTCUSDT").order_id("7") };
            let request: CheckedRequest<Counted> = create(request, none()).expect("a valid request");
            let error = request.send(client.as_ref(), &CallOptions::new(), &new_log()).await.expect_err("rejected");
            assert!(error.veto().is_some(), "{error}");
            assert_eq!(checks.load(Ordering::Relaxed), checks_of_create);
        }
    }

    #[test]
    fn an_invalid_request_is_an_error_with_its_faults_and_those_of_the_caller() {
        let mut faults = ValidationErrors::new();
        faults.push("symbol", "is unknown");
        let error = CheckedRequest::check(CancelOrder::new().order_id(""), faults).expect_err("two faults");
        assert_eq!(error.field_errors().len(), 2);
    }
}
