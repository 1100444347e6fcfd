//! Cancelling everything, and waiting until it is true.

use std::sync::Arc;

use sixmm_api::operations::CANCEL_ALL_ORDERS;
use sixmm_api::types::{CancelType, ConditionOrderList, OrderList, OrderType};
use sixmm_api::{BoxFuture, Extra};
use sixmm_core::Faults;

use super::find_out::{self, Finding, Question, settle};
use super::outcome::{Evidence, Outcome, Subject, Unresolved};
use crate::call::settings::{Settings, identified, settings};
use crate::call::{OpenConditionOrders, OpenOrders};
use crate::{CallOptions, Client, Error};

/// Cancels all orders of a kind: see [`Orders::cancel_all`](super::Orders::cancel_all).
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled until it is sent"]
pub struct CancelAll {
    client: Client,
    symbol: Option<String>,
    kind: CancelType,
    settings: Settings,
}

settings!(CancelAll);

impl CancelAll {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), symbol: None, kind: CancelType::AllNormal, settings: Settings::default() }
    }

    /// Of this contract alone.
    pub fn symbol(mut self, symbol: impl Into<String>) -> Self {
        self.symbol = Some(symbol.into());
        self
    }

    /// Which orders. Without it all normal ones; condition orders are a kind of their own.
    pub fn kind(mut self, kind: CancelType) -> Self {
        self.kind = kind;
        self
    }

    /// Asks the exchange to cancel them. It does so a little later: orders may still be filled after this returns.
    /// [`send_and_wait`](Self::send_and_wait) waits until it is true.
    ///
    /// If the answer is lost, the open orders are read until there are none.
    pub async fn send(self) -> Outcome<()> {
        let result = self.try_send().await;
        settle(result, || Arc::new(NoneOpen::new(self.client, self.symbol, self.kind))).await
    }

    /// Asks the exchange to cancel them, and reads the open orders until there are none of the kind.
    ///
    /// It is [`Unknown`](Outcome::Unknown) if some are still open when the patience of [`Resolution`](crate::Resolution) is over:
    /// [`ask_again`](Unresolved::ask_again) goes on waiting, and cancels nothing anew. Orders that are placed in the meantime are waited for,
    /// too.
    pub async fn send_and_wait(self) -> Outcome<()> {
        let result = self.try_send().await;
        let question = || Arc::new(NoneOpen::new(self.client.clone(), self.symbol.clone(), self.kind.clone()));
        match result {
            Ok(()) => {
                let cause = Error::unclear(&CANCEL_ALL_ORDERS, None);
                find_out::ask(Unresolved { cause, evidence: Evidence::NotAsked, queries: 0, question: question() }).await
            }
            Err(error) => settle(Err(error), || question() as Arc<dyn Question<()>>).await,
        }
    }

    async fn try_send(&self) -> Result<(), Error> {
        let mut faults = Faults::new();
        // Without a symbol it is every contract: an empty one may be taken for that.
        faults.not_empty("symbol", self.symbol.as_deref().unwrap_or("any"));
        if !faults.is_empty() {
            return Err(Error::invalid(&CANCEL_ALL_ORDERS, faults));
        }
        let (context, api) = self.client.prepare(&self.settings.options);
        let mut call = identified!(self.settings, api.cancel_all_orders().cancel_type(self.kind.clone()));
        if let Some(symbol) = &self.symbol {
            call = call.symbol(symbol.as_str());
        }
        context.run(&CANCEL_ALL_ORDERS, call.send()).await?;
        Ok(())
    }
}

/// Is no order of the kind open any more?
#[derive(Debug)]
struct NoneOpen {
    client: Client,
    subject: Subject,
    kind: CancelType,
}

impl NoneOpen {
    fn new(client: Client, symbol: Option<String>, kind: CancelType) -> Self {
        Self { client, subject: Subject { symbol, ..Subject::default() }, kind }
    }

    async fn look(&self, options: CallOptions) -> Result<Finding<()>, Error> {
        let open = match self.kind {
            CancelType::AllCondition => self.open_condition_orders(options).await?,
            _ => self.open_normal_orders(options).await?,
        };
        Ok(match open {
            Some(0) => Finding::CarriedOut(()),
            Some(open) => Finding::Open(Evidence::StillOpen(open)),
            None => Finding::Open(Evidence::Unreadable),
        })
    }

    async fn open_condition_orders(&self, options: CallOptions) -> Result<Option<usize>, Error> {
        let mut call = OpenConditionOrders::new(&self.client).options(options);
        if let Some(symbol) = &self.subject.symbol {
            call = call.symbol(symbol.as_str());
        }
        let ConditionOrderList { list, total, extra, .. } = call.send().await?;
        let list = list.unwrap_or_default();
        Ok(is_whole(list.is_empty(), total, &extra).then_some(list.len()))
    }

    /// Of the first page alone: whether any is left is what matters.
    async fn open_normal_orders(&self, options: CallOptions) -> Result<Option<usize>, Error> {
        let mut call = OpenOrders::new(&self.client).options(options);
        if let Some(symbol) = &self.subject.symbol {
            call = call.symbol(symbol.as_str());
        }
        let OrderList { list, total, extra, .. } = call.send().await?;
        let is_meant = |type_: &Option<OrderType>| self.kind != CancelType::LimitOnly || *type_ != Some(OrderType::Market);
        let count = list.iter().filter(|order| is_meant(&order.order_type)).count();
        Ok(is_whole(list.is_empty(), total, &extra).then_some(count))
    }
}

/// Whether an empty list means that there is nothing. A list that is missing is read as an empty one: then the total has to agree, or there
/// must not be anything else in its place.
fn is_whole(is_empty: bool, total: Option<i32>, extra: &Extra) -> bool {
    !is_empty || total.map_or(extra.is_empty(), |total| total == 0)
}

impl Question<()> for NoneOpen {
    fn subject(&self) -> &Subject {
        &self.subject
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn ask(&self, options: CallOptions) -> BoxFuture<'_, Result<Finding<()>, Error>> {
        Box::pin(self.look(options))
    }
}
