//! Configuration of an exchange: seed, start time, contracts and market.

use std::fmt;

use rust_decimal::{Decimal, dec};

use super::calendar::DAY_MS;
use super::enums::MarginMode;
use crate::UnixMillis;
use crate::engine::MAX_UNITS;

/// The longest time that a moving market simulates before the start or after a pause.
pub(super) const MAX_CATCH_UP_MS: i64 = DAY_MS;

/// Upper bound for the value of an order, in USDT. A [`Decimal`] can represent the sum of hundreds of such values.
const MAX_ORDER_VALUE: Decimal = dec!(100_000_000_000_000_000_000_000_000);

/// Maximum number of decimal places of a price times a quantity. With more decimal places, the money limit of the exchange would be smaller
/// than the largest amount that can be transferred to an account.
const MAX_VALUE_PLACES: u32 = 8;

/// Configuration of an exchange. The same configuration and the same commands give the same state.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub(crate) seed: u64,
    /// `None` if the start time was not set.
    pub(crate) start: Option<UnixMillis>,
    pub(super) moving: bool,
    pub(super) warm_up_ms: i64,
    pub(super) cancel_all_delay_ms: i64,
    pub(super) symbols: Vec<SymbolRules>,
}

/// The default start time, an arbitrary constant: 2026-11-21T00:00:00Z.
const DEFAULT_START: UnixMillis = UnixMillis::new(1_795_219_200_000);

impl Default for Config {
    fn default() -> Self {
        Self { seed: 6, start: None, moving: false, warm_up_ms: 0, cancel_all_delay_ms: 50, symbols: SymbolRules::default_contracts() }
    }
}

impl Config {
    /// A configuration with the contracts BTCUSDT, ETHUSDT, SOLUSDT and DOGEUSDT. The market does not move by itself, because no internal
    /// participants trade.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the seed of all random values. The default is 6.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the start time, from [`UnixMillis::EARLIEST`] to [`UnixMillis::LATEST`]. The default is 2026-11-21T00:00:00Z.
    #[must_use]
    pub fn start(mut self, start: UnixMillis) -> Self {
        self.start = Some(start);
        self
    }

    /// Enables a moving market, in which internal participants quote and trade as time passes. The participants begin one second after the
    /// start time. Until then, there are no orders, no trades and no candlesticks of trades, unless a [warm-up](Self::warm_up_ms) is
    /// configured. The program uses a warm-up of two hours.
    #[must_use]
    pub fn moving(mut self) -> Self {
        self.moving = true;
        self
    }

    /// Sets how long a moving market is simulated before the start time, in milliseconds, at most 24 hours. Such a warm-up provides
    /// candlesticks and orders in the book at the start time. It has no effect without a moving market.
    #[must_use]
    pub fn warm_up_ms(mut self, milliseconds: i64) -> Self {
        self.warm_up_ms = milliseconds;
        self
    }

    /// Sets the delay between the acceptance and the execution of a cancel-all, in milliseconds. The default is 50. With a delay of 0, a
    /// cancel-all is executed at once. The delay does not elapse while a [manual clock](crate::Clock::manual) is stopped.
    #[must_use]
    pub fn cancel_all_delay_ms(mut self, milliseconds: i64) -> Self {
        self.cancel_all_delay_ms = milliseconds;
        self
    }

    /// Replaces the contracts.
    #[must_use]
    pub fn symbols(mut self, symbols: Vec<SymbolRules>) -> Self {
        self.symbols = symbols;
        self
    }

    pub(super) fn start_or_default(&self) -> UnixMillis {
        self.start.unwrap_or(DEFAULT_START)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (at, rules) in self.symbols.iter().enumerate() {
            rules.check()?;
            if self.symbols[..at].iter().any(|other| other.symbol == rules.symbol) {
                return Err(ConfigError(format!("{}: the symbol is used by two contracts", rules.symbol)));
            }
        }
        if !(0..=MAX_CATCH_UP_MS).contains(&self.warm_up_ms) {
            return Err(ConfigError(format!("`warm_up_ms` is {}: it must be 0 to {MAX_CATCH_UP_MS}, which is one day", self.warm_up_ms)));
        }
        if self.cancel_all_delay_ms < 0 {
            return Err(ConfigError(format!("`cancel_all_delay_ms` is {}: it must be 0 or more", self.cancel_all_delay_ms)));
        }
        let (earliest, latest) = (UnixMillis::EARLIEST.plus(self.warm_up_ms), UnixMillis::LATEST);
        let start = self.start_or_default();
        if !(earliest..=latest).contains(&start) {
            return Err(ConfigError(format!("`start` is {start}: it must be {earliest} to {latest} milliseconds, which is 2080-01-01")));
        }
        Ok(())
    }
}

/// A contract and its trading rules. The rules of [`SymbolRules::default_contracts`] are plausible, but they are not those of the real
/// exchange. The real exchange returns its rules from the operation `symbols`.
#[derive(Debug, Clone, PartialEq)]
pub struct SymbolRules {
    /// Symbol.
    pub symbol: String,
    /// Base asset.
    pub base_asset: String,
    /// Tick size, the step of prices.
    pub tick_size: Decimal,
    /// Step size, the step of quantities.
    pub step_size: Decimal,
    /// Minimum quantity of an order.
    pub min_quantity: Decimal,
    /// Minimum notional of an order, in USDT.
    pub min_notional: Decimal,
    /// Maximum quantity of a limit order.
    pub max_limit_order_qty: Decimal,
    /// Maximum quantity of a market order.
    pub max_market_order_qty: Decimal,
    /// Maximum number of open normal orders of a user in the contract, and also of the user's waiting condition orders, which are counted
    /// separately.
    pub max_open_orders: usize,
    /// Maximum leverage.
    pub max_leverage: i64,
    /// Leverage until the user sets another value.
    pub default_leverage: i64,
    /// Margin mode until the user sets another mode.
    pub default_margin_mode: MarginMode,
    /// Maintenance margin as a ratio of the notional of a position.
    pub maintenance_margin_rate: Decimal,
    /// Maker fee as a ratio of the notional.
    pub maker_fee_rate: Decimal,
    /// Taker fee as a ratio of the notional.
    pub taker_fee_rate: Decimal,
    /// Mark and index price at the start.
    pub initial_price: Decimal,
}

impl SymbolRules {
    /// The default contracts: BTCUSDT, ETHUSDT, SOLUSDT and DOGEUSDT.
    pub fn default_contracts() -> Vec<Self> {
        vec![
            Self {
                tick_size: dec!(0.1),
                step_size: dec!(0.001),
                min_quantity: dec!(0.001),
                max_limit_order_qty: dec!(1000),
                max_market_order_qty: dec!(120),
                max_leverage: 125,
                ..Self::usdt("BTC", dec!(85000))
            },
            Self {
                tick_size: dec!(0.01),
                step_size: dec!(0.001),
                min_quantity: dec!(0.001),
                max_limit_order_qty: dec!(10000),
                max_market_order_qty: dec!(2000),
                max_leverage: 100,
                ..Self::usdt("ETH", dec!(2800))
            },
            Self {
                tick_size: dec!(0.01),
                step_size: dec!(0.01),
                min_quantity: dec!(0.01),
                max_limit_order_qty: dec!(100000),
                max_market_order_qty: dec!(20000),
                max_leverage: 75,
                ..Self::usdt("SOL", dec!(130))
            },
            Self {
                tick_size: dec!(0.00001),
                step_size: dec!(1),
                min_quantity: dec!(1),
                max_limit_order_qty: dec!(50000000),
                max_market_order_qty: dec!(10000000),
                max_leverage: 75,
                ..Self::usdt("DOGE", dec!(0.15))
            },
        ]
    }

    /// A contract quoted in USDT with generic rules, for a test that needs its own contract.
    pub fn usdt(base_asset: &str, initial_price: Decimal) -> Self {
        Self {
            symbol: format!("{base_asset}USDT"),
            base_asset: base_asset.to_owned(),
            tick_size: dec!(0.01),
            step_size: dec!(0.001),
            min_quantity: dec!(0.001),
            min_notional: dec!(5),
            max_limit_order_qty: dec!(10000),
            max_market_order_qty: dec!(10000),
            max_open_orders: 200,
            max_leverage: 100,
            default_leverage: 20,
            default_margin_mode: MarginMode::Cross,
            maintenance_margin_rate: dec!(0.005),
            maker_fee_rate: dec!(0.0002),
            taker_fee_rate: dec!(0.0005),
            initial_price,
        }
    }

    /// Decimal places of a price times a quantity.
    pub(super) fn value_places(&self) -> u32 {
        self.tick_size.normalize().scale() + self.step_size.normalize().scale()
    }

    fn check(&self) -> Result<(), ConfigError> {
        let error = |what: &str| Err(ConfigError(format!("{}: {what}", self.symbol)));
        let positive = [self.tick_size, self.step_size, self.min_quantity, self.initial_price];
        if positive.iter().any(|value| *value <= Decimal::ZERO) {
            return error("tick size, step size, minimum quantity and initial price must be positive");
        }
        let is_within = |value: Decimal, step: Decimal| value.checked_div(step).is_some_and(|steps| steps <= Decimal::from(MAX_UNITS));
        if !is_within(self.initial_price, self.tick_size) || !is_within(self.min_quantity, self.step_size) {
            return error("the initial price must not be more than 10¹² ticks, and the minimum quantity not more than 10¹² steps");
        }
        if ![self.max_limit_order_qty, self.max_market_order_qty].iter().all(|max| is_within(*max, self.step_size)) {
            return error("the largest quantities must not be more than 10¹² steps");
        }
        let max = |step: Decimal| step.checked_mul(Decimal::from(MAX_UNITS));
        let largest = max(self.tick_size).zip(max(self.step_size)).and_then(|(price, quantity)| price.checked_mul(quantity));
        if largest.is_none_or(|value| value > MAX_ORDER_VALUE) {
            return error("10¹² ticks times 10¹² steps must not be more than 10²⁶ USDT, because money would not stay exact");
        }
        if !(self.min_quantity % self.step_size).is_zero() || !(self.initial_price % self.tick_size).is_zero() {
            return error("the minimum quantity must be a multiple of the step size, and the initial price of the tick size");
        }
        if !(1..=self.max_leverage).contains(&self.default_leverage) {
            return error("the default leverage must be from 1 to the maximum");
        }
        let rates = [self.maker_fee_rate, self.taker_fee_rate, self.maintenance_margin_rate];
        if rates.iter().any(|rate| !(Decimal::ZERO..Decimal::ONE).contains(rate)) {
            return error("a rate must be from 0 to less than 1");
        }
        if self.value_places() > MAX_VALUE_PLACES {
            return error("tick size and step size must have at most 8 decimal places together, because money would not stay exact");
        }
        if rates.iter().any(|rate| self.tick_size.scale() + self.step_size.scale() + rate.scale() > 16) {
            return error(
                "tick size, step size and rates must have at most 16 decimal places together, because money would not stay exact",
            );
        }
        Ok(())
    }
}

/// Error for an invalid configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}
