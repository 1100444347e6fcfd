//! A cache of the contracts' trading rules.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use sixmm_api::operations::SYMBOLS;
use sixmm_api::types::SymbolList;
use tokio::sync::Mutex;
use venue_core::ValidationErrors;

use crate::{Client, Error};

mod convert;

pub use venue_runtime::SymbolRules;

/// The trading rules of all contracts, which one request loads together.
#[derive(Debug)]
pub(crate) struct RulesCache {
    /// The age at which the rules are loaded again.
    max_age: Duration,
    cached: RwLock<Cached>,
    /// Held while the rules are loaded, so that only one task loads them.
    loading: Mutex<()>,
}

/// How long the old rules stay in use after loading them failed, before they are loaded again.
const RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Cached {
    /// When the rules are loaded again, on the monotonic clock.
    fresh_until: Duration,
    /// Whether the last request succeeded, so that a contract without rules is not listed.
    is_complete: bool,
    rules: HashMap<String, Arc<SymbolRules>>,
    /// Why the rules of a contract cannot be read, by contract.
    unreadable: HashMap<String, String>,
}

impl RulesCache {
    pub(crate) fn new(age: Duration) -> Self {
        Self { max_age: age, cached: RwLock::default(), loading: Mutex::new(()) }
    }

    /// The rules of a contract, of any age.
    fn cached(&self, symbol: &str) -> Option<Arc<SymbolRules>> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).rules.get(symbol).cloned()
    }

    /// The rules that orders of a contract are checked by. `None` if the rules were not loaded, or are older than twice their age, because such
    /// rules may be wrong.
    pub(crate) fn valid_for_checks(&self, symbol: &str, now: Duration) -> Option<Arc<SymbolRules>> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.rules.get(symbol).filter(|_| now < cached.fresh_until.saturating_add(self.max_age)).cloned()
    }

    /// The rules of a contract, loaded if they are missing or too old.
    ///
    /// # Errors
    ///
    /// If the rules cannot be loaded and none are cached, or the exchange does not list the contract.
    pub(crate) async fn get(&self, client: &Client, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        if !self.is_fresh(client, symbol) {
            let _one_at_a_time = self.loading.lock().await;
            // Another task may have loaded the rules meanwhile.
            if !self.is_fresh(client, symbol) {
                self.renew(client, symbol).await?;
            }
        }
        self.cached(symbol).ok_or_else(|| {
            let mut faults = ValidationErrors::new();
            faults.push("symbol", self.problem(symbol));
            Error::invalid(&SYMBOLS, faults)
        })
    }

    /// Why a contract has no rules.
    fn problem(&self, symbol: &str) -> String {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        match cached.unreadable.get(symbol) {
            Some(reason) => format!("is {symbol:?}, whose rules cannot be read: {reason}"),
            None => format!("is {symbol:?}, which the exchange does not list, or whose rules cannot be read"),
        }
    }

    async fn renew(&self, client: &Client, symbol: &str) -> Result<(), Error> {
        match client.market().symbols().send().await.and_then(complete) {
            Ok(symbols) => {
                let fresh_until = client.time().monotonic().saturating_add(self.max_age);
                let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
                *cached = Cached { is_complete: true, fresh_until, ..read(&symbols, &cached.rules) };
                Ok(())
            }
            Err(error) if self.cached(symbol).is_some() => {
                tracing::warn!(%error, "the trading rules could not be renewed: the old rules stay in use");
                let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
                cached.fresh_until = client.time().monotonic().saturating_add(RETRY_AFTER);
                cached.is_complete = false;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the cache can answer for a contract without loading the rules. A contract that the exchange did not list is not looked for again
    /// before the rules are too old.
    fn is_fresh(&self, client: &Client, symbol: &str) -> bool {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let can_answer = cached.is_complete || cached.rules.contains_key(symbol);
        can_answer && client.time().monotonic() < cached.fresh_until
    }
}

/// Rejects a response without its list, which does not show that there are no contracts.
fn complete(symbols: SymbolList) -> Result<SymbolList, Error> {
    let is_missing = symbols.extra.missing_lists().contains(&"list");
    if is_missing { Err(Error::unreadable(&SYMBOLS)) } else { Ok(symbols) }
}

/// The rules of all contracts that can be read, and the reasons for the others. The earlier rules of these stay in use.
fn read(symbols: &SymbolList, earlier: &HashMap<String, Arc<SymbolRules>>) -> Cached {
    let rules = symbols.list.iter().filter_map(|info| Some((info.symbol.clone(), Arc::new(convert::rules(info)?)))).collect();
    let mut cached = Cached { rules, ..Cached::default() };
    for row in symbols.unreadable_rows() {
        tracing::warn!(%row, "the rules of a contract cannot be read");
        if let Some(symbol) = row.get("symbol").as_ref().and_then(Value::as_str) {
            cached.rules.extend(earlier.get_key_value(symbol).map(|(symbol, rules)| (symbol.clone(), Arc::clone(rules))));
            cached.unreadable.insert(symbol.to_owned(), row.to_string());
        }
    }
    cached
}
