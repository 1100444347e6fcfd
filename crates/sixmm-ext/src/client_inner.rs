//! The part of a client that calls, orders and the listen key use.
//!
//! The crate's layers are, from the bottom: `rules_cache` and `send_log`, this module, the calls and orders, the groups that create these, and the
//! [`Client`](crate::Client) that creates the groups. A module uses lower layers only.

use std::fmt;
use std::sync::Arc;

use sixmm_api::types::ClientOrderId;
use sixmm_api::{Operation, UnixMillis};
use sixmm_auth::{Auth, ServerClock};
use venue_core::{Envelope, EscapedText, Response, TimeSource};
use venue_runtime::reconcile::{AttemptLog, LookupHints, ReconcilePolicy};
use venue_runtime::{CallOptions, CallRuntime, ClientOrderIds, SymbolRules};

use crate::Error;
use crate::rules_cache::RulesCache;
use crate::send_log::SendLog;

/// The connections, credentials, clocks, quotas and trading rules of a [`Client`](crate::Client). Cloning is cheap, and clones share all state.
#[derive(Clone)]
pub struct ClientInner {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    /// With credentials and policy.
    pub(crate) api: sixmm_api::Client,
    pub(crate) auth: Auth,
    pub(crate) runtime: Arc<CallRuntime>,
    pub(crate) ids: ClientOrderIds,
    pub(crate) reconcile_policy: ReconcilePolicy,
    pub(crate) lookup_hints: LookupHints,
    pub(crate) rules: RulesCache,
    pub(crate) checks_orders: bool,
}

impl ClientInner {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// The generated client with the client's own options.
    pub(crate) fn api(&self) -> &sixmm_api::Client {
        &self.shared.api
    }

    pub(crate) fn auth(&self) -> &Auth {
        &self.shared.auth
    }

    pub(crate) fn clock(&self) -> &ServerClock {
        self.shared.auth.clock()
    }

    pub(crate) fn new_order_id(&self) -> ClientOrderId {
        ClientOrderId::from(self.shared.ids.next())
    }

    /// The generated client with these options for its calls.
    pub(crate) fn api_with(&self, options: &CallOptions) -> sixmm_api::Client {
        sixmm_api::Client::from(self.shared.api.core().with_options(options))
    }

    /// Returns the exchange-independent client with these options. It is used to place, amend or cancel orders, and records each request
    /// that it sends in `log`.
    pub(crate) fn core_for_write(&self, options: &CallOptions, log: &Arc<AttemptLog>) -> venue_core::Client {
        let core = self.shared.api.core().with_options(options);
        core.with_send_observer(Arc::new(SendLog::new(&self.shared.auth, log)))
    }

    /// A text of a response without the secrets that the client's interceptors know.
    pub(crate) fn redacted(&self, mut text: String, operation: &'static Operation) -> String {
        self.shared.api.core().redact(&mut text, operation);
        text
    }

    pub(crate) fn reconcile_policy(&self) -> ReconcilePolicy {
        self.shared.reconcile_policy
    }

    /// The messages of the private stream that trigger lookups of unresolved order writes.
    pub(crate) fn lookup_hints(&self) -> &LookupHints {
        &self.shared.lookup_hints
    }

    pub(crate) fn time(&self) -> &Arc<dyn TimeSource> {
        self.shared.runtime.time_source()
    }

    #[cfg(feature = "streams")]
    pub(crate) fn runtime(&self) -> &Arc<CallRuntime> {
        &self.shared.runtime
    }

    /// The estimate of the server's time. This machine's time before the server's clock was read.
    pub(crate) fn server_now(&self) -> UnixMillis {
        self.shared.auth.clock().now()
    }

    /// The rules that an order of this contract is checked by. `None` if the client does not check orders, or does not know valid rules.
    pub(crate) fn known_rules(&self, symbol: &str) -> Option<Arc<SymbolRules>> {
        let Shared { rules, checks_orders, .. } = &*self.shared;
        rules.valid_for_checks(symbol, self.time().monotonic()).filter(|_| *checks_orders)
    }

    pub(crate) async fn symbol_rules(&self, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        self.shared.rules.get(&self.shared.api, self.time(), symbol).await
    }
}

impl fmt::Debug for ClientInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { api, auth, runtime, reconcile_policy, .. } = &*self.shared;
        f.debug_struct("Client")
            .field("base_url", &api.core().base_url().as_str())
            .field("auth", auth)
            .field("runtime", runtime)
            .field("reconcile_policy", reconcile_policy)
            .finish_non_exhaustive()
    }
}

/// The exchange's id of a request, made printable. The client has redacted it.
pub(crate) fn printable_request_id<E: Envelope>(response: &Response<E>) -> Option<String> {
    Some(EscapedText::new(response.request_id()?).into_cow().into_owned())
}
