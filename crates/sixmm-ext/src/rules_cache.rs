//! A cache of the contracts' trading rules.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use sixmm_api::operations::SYMBOLS;
use sixmm_api::types::SymbolList;
use sixmm_api::{Client, requests};
use tokio::sync::Mutex;
use venue_core::{TimeSource, ValidationErrors};

use crate::Error;

mod convert;

pub use venue_runtime::SymbolRules;

/// The trading rules of all contracts, which one request loads together.
#[derive(Debug)]
pub(crate) struct RulesCache {
    /// The age at which the rules are loaded again.
    max_age: Duration,
    cached: RwLock<Cached>,
    /// Locked while a task loads the rules, so that no two tasks load them at the same time.
    loading: Mutex<()>,
}

/// The time between a failed attempt to load the rules and the next attempt. The old rules stay in use meanwhile.
const RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Cached {
    /// When the rules are loaded again, on the monotonic clock.
    fresh_until: Duration,
    /// Whether the last request for the rules succeeded. If `true`, every contract of the exchange is in `rules` or in `unreadable`.
    is_complete: bool,
    rules: HashMap<String, Arc<SymbolRules>>,
    /// The contracts whose rules cannot be read, with the reason.
    unreadable: HashMap<String, String>,
}

impl RulesCache {
    pub(crate) fn new(age: Duration) -> Self {
        Self { max_age: age, cached: RwLock::default(), loading: Mutex::new(()) }
    }

    /// The cached rules of a contract, however old they are.
    fn cached(&self, symbol: &str) -> Option<Arc<SymbolRules>> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).rules.get(symbol).cloned()
    }

    /// The rules that orders of a contract are checked by. `None` if the rules were not loaded. `None` also if `max_age` has passed since
    /// the rules should have been loaded again, because such old rules may be wrong.
    pub(crate) fn valid_for_checks(&self, symbol: &str, now: Duration) -> Option<Arc<SymbolRules>> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.rules.get(symbol).filter(|_| now < cached.fresh_until.saturating_add(self.max_age)).cloned()
    }

    /// The rules of a contract, loaded with this client if they are missing or too old.
    ///
    /// # Errors
    ///
    /// Returns an error if the rules cannot be loaded and none are cached, or the exchange does not list the contract.
    pub(crate) async fn get(&self, api: &Client, time: &Arc<dyn TimeSource>, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        if !self.is_fresh(time.monotonic(), symbol) {
            let _one_at_a_time = self.loading.lock().await;
            // Another task may have loaded the rules meanwhile.
            if !self.is_fresh(time.monotonic(), symbol) {
                self.renew(api, time, symbol).await?;
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

    async fn renew(&self, api: &Client, time: &Arc<dyn TimeSource>, symbol: &str) -> Result<(), Error> {
        match load(api).await {
            Ok(symbols) => {
                let fresh_until = time.monotonic().saturating_add(self.max_age);
                let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
                *cached = Cached { is_complete: true, fresh_until, ..read(&symbols, &cached.rules) };
                Ok(())
            }
            Err(error) if self.cached(symbol).is_some() => {
                tracing::warn!(%error, "the trading rules could not be renewed: the old rules stay in use");
                let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
                cached.fresh_until = time.monotonic().saturating_add(RETRY_AFTER);
                cached.is_complete = false;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the cache can answer for a contract without a request. If the exchange's list did not contain the contract, the list is not
    /// requested again before all rules are too old.
    fn is_fresh(&self, now: Duration, symbol: &str) -> bool {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let can_answer = cached.is_complete || cached.rules.contains_key(symbol);
        can_answer && now < cached.fresh_until
    }
}

/// Loads the rules of all contracts. A response without the documented list is an error, because it does not mean that the exchange has no
/// contracts.
async fn load(api: &Client) -> Result<SymbolList, Error> {
    let symbols = api.send(requests::Symbols::new()).await?.into_data()?;
    let is_missing = symbols.extra.missing_lists().contains(&"list");
    if is_missing { Err(Error::unreadable(&SYMBOLS)) } else { Ok(symbols) }
}

/// Reads the rules of all contracts. If the row of a contract cannot be read, the result contains the reason and the earlier rules of the
/// contract.
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
