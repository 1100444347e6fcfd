//! The trading rules of contracts, kept and renewed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use sixmm_api::operations::SYMBOLS;
use sixmm_api::types::SymbolList;
use tokio::sync::Mutex;
use venue_core::ValidationErrors;

use crate::call::Symbols;
use crate::{Client, Error};

mod convert;

pub use venue_runtime::SymbolRules;

/// All contracts' rules, since when they are known, and who is asking for them at the moment.
#[derive(Debug)]
pub(crate) struct RulesCache {
    age: Duration,
    known: RwLock<Known>,
    asking: Mutex<()>,
}

/// How long old rules are used after they could not be renewed, before that is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Known {
    /// Until when nobody is asked, on the monotonic clock.
    good_until: Duration,
    /// Whether the last request for them succeeded.
    is_whole: bool,
    rules: HashMap<String, Arc<SymbolRules>>,
    /// Why the rules of other contracts cannot be read.
    unreadable: HashMap<String, String>,
}

impl RulesCache {
    pub(crate) fn new(age: Duration) -> Self {
        Self { age, known: RwLock::default(), asking: Mutex::new(()) }
    }

    /// What is known of a contract, however old.
    fn known(&self, symbol: &str) -> Option<Arc<SymbolRules>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).rules.get(symbol).cloned()
    }

    /// What orders for a contract are checked by: rules that nobody has asked for again for twice their age may be wrong, and the exchange is
    /// left to judge.
    pub(crate) fn binding(&self, symbol: &str, now: Duration) -> Option<Arc<SymbolRules>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.rules.get(symbol).filter(|_| now < known.good_until.saturating_add(self.age)).cloned()
    }

    /// The rules of a contract: asked for if they are not known, or too old.
    pub(crate) async fn get(&self, client: &Client, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        if !self.is_good(client, symbol) {
            let _one_at_a_time = self.asking.lock().await;
            // Somebody else may have asked in the meantime.
            if !self.is_good(client, symbol) {
                self.renew(client, symbol).await?;
            }
        }
        self.known(symbol).ok_or_else(|| {
            let mut faults = ValidationErrors::new();
            faults.push("symbol", self.problem(symbol));
            Error::invalid(&SYMBOLS, faults)
        })
    }

    /// Why there are no rules for a contract.
    fn problem(&self, symbol: &str) -> String {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.unreadable.get(symbol) {
            Some(reason) => format!("is {symbol:?}, whose rules cannot be read: {reason}"),
            None => format!("is {symbol:?}, which the exchange does not list, or whose rules cannot be read"),
        }
    }

    async fn renew(&self, client: &Client, symbol: &str) -> Result<(), Error> {
        match Symbols::new(client).send().await.and_then(complete) {
            Ok(symbols) => {
                let good_until = client.time().monotonic().saturating_add(self.age);
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Known { is_whole: true, good_until, ..read(&symbols, &known.rules) };
                Ok(())
            }
            Err(error) if self.known(symbol).is_some() => {
                tracing::warn!(%error, "the trading rules could not be renewed: the old ones stay in use");
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                known.good_until = client.time().monotonic().saturating_add(RETRY_AFTER);
                known.is_whole = false;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Whether nobody need be asked. A contract that is not listed is no reason to ask again, unless what is known is old.
    fn is_good(&self, client: &Client, symbol: &str) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let is_told = known.is_whole || known.rules.contains_key(symbol);
        is_told && client.time().monotonic() < known.good_until
    }
}

/// An answer without its list names no contract, and does not say that there is none.
fn complete(symbols: SymbolList) -> Result<SymbolList, Error> {
    let is_missing = symbols.extra.missing_lists().contains(&"list");
    if is_missing { Err(Error::unreadable(&SYMBOLS)) } else { Ok(symbols) }
}

/// The rules of all contracts that can be read, and why those of the others cannot. The earlier rules of the others stay in use.
fn read(symbols: &SymbolList, earlier: &HashMap<String, Arc<SymbolRules>>) -> Known {
    let rules = symbols.list.iter().filter_map(|info| Some((info.symbol.clone(), Arc::new(convert::rules(info)?)))).collect();
    let mut known = Known { rules, ..Known::default() };
    for row in symbols.unreadable_rows() {
        tracing::warn!(%row, "the rules of a contract cannot be read");
        if let Some(symbol) = row.get("symbol").as_ref().and_then(Value::as_str) {
            known.rules.extend(earlier.get_key_value(symbol).map(|(symbol, rules)| (symbol.clone(), Arc::clone(rules))));
            known.unreadable.insert(symbol.to_owned(), row.to_string());
        }
    }
    known
}
