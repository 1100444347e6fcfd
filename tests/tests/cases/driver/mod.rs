//! The client's calls: the only user of its API.
//!
//! | file | holds |
//! | --- | --- |
//! | `verdict` | what a call reports, in neutral words |
//! | `setup` | a client with the settings of a case |
//! | `writes` | the ten order writes |
//! | `orders` | orders from their documented parameters |
//! | `reads` | everything else |
//! | `load` | many calls at a steady rate |

mod load;
mod orders;
mod reads;
mod setup;
mod verdict;
mod writes;

use serde_json::Value;
use sixmm_ext::{BoxFuture, Client};

use crate::model::ClientSettings;
use crate::time::Timeline;
pub(crate) use setup::SECRET;
pub(crate) use verdict::Verdict;
use verdict::{Last, Reported, Unknown};

/// A client of the case's exchange, and its last outcomes, to which later steps refer.
pub(crate) struct Driver {
    url: String,
    client: Client,
    settings: ClientSettings,
    last: Vec<Last>,
    timeline: Timeline,
}

impl Driver {
    pub(crate) fn new(url: &str, settings: &ClientSettings, timeline: &Timeline) -> Self {
        let client = setup::client(url, settings, timeline);
        Self { url: url.to_owned(), client, settings: settings.clone(), last: Vec::new(), timeline: timeline.clone() }
    }

    /// Brings the client into the state in which the case begins. What goes wrong is returned.
    pub(crate) async fn prepare(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if !self.settings.clock_unread && self.client.sync_clock().await.is_err() {
            mistakes.push(String::from("the server's clock could not be read"));
        }
        if self.settings.login {
            mistakes.extend(reads::login(&self.client).await.err().map(|error| format!("no login: {error}")));
        }
        if self.settings.rules {
            mistakes.extend(self.client.market().rules("BTCUSDT").await.err().map(|error| format!("no rules: {error}")));
        }
        mistakes
    }

    /// Makes a call and waits for its end.
    pub(crate) async fn call(&mut self, call: &str, parameters: &Value) -> Verdict {
        let reported = match call {
            "ask_again" => self.reconcile().await,
            "cancel_placed" => self.cancel_placed().await,
            "restart_and_ask_again" => self.restart_and_reconcile().await,
            "cancel_unresolved" | "cancel_unresolved_condition" => self.each_unknown(|unknown| (unknown.cancel)()).await,
            call => match writes::write(&self.client, call, parameters).await {
                Some(reported) => reported,
                None => return reads::read(&self.client, call, parameters).await,
            },
        };
        let (verdict, last) = reported;
        self.last = last;
        verdict
    }

    /// Reconciles every write whose outcome was unknown.
    async fn reconcile(&mut self) -> Reported {
        self.each_unknown(|unknown| (unknown.reconcile)()).await
    }

    /// Loads the saved writes with a new client, as a restarted process does, and reconciles them.
    async fn restart_and_reconcile(&mut self) -> Reported {
        self.client = setup::client(&self.url, &self.settings, &self.timeline);
        let mistakes = self.prepare().await;
        let client = self.client.clone();
        let (mut verdict, last) = self.each_unknown(|unknown| (unknown.restart)(client.clone())).await;
        verdict.words.extend(mistakes);
        (verdict, last)
    }

    async fn each_unknown(&mut self, resolve: impl Fn(Unknown) -> BoxFuture<'static, Reported>) -> Reported {
        let mut verdict = Verdict::default();
        let mut after = Vec::new();
        for last in std::mem::take(&mut self.last) {
            let (own, last) = match last {
                Last::Unresolved(unknown) => resolve(unknown).await,
                other => (Verdict::of(["was not unknown"]), vec![other]),
            };
            verdict.append(own);
            after.extend(last);
        }
        (verdict, after)
    }

    /// Cancels the order that was placed last.
    async fn cancel_placed(&mut self) -> Reported {
        match self.last.first() {
            Some(Last::Placed(order)) => verdict::one(self.client.orders().cancel("BTCUSDT", order.clone()).send().await),
            _ => (Verdict::of(["nothing was placed"]), Vec::new()),
        }
    }

    /// Many calls at a steady rate.
    pub(crate) async fn load(&self, ready: &crate::model::Ready, load: &crate::model::Load) -> Vec<String> {
        load::run(&self.client, ready, *load, &self.timeline).await
    }
}
