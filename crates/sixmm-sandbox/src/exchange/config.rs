//! What an exchange is made of before it runs.

use std::fmt;

use rust_decimal::{Decimal, dec};

use super::CATCH_UP_MS;
use super::limits::value_places;
use super::market::MOST;
use super::terms::MarginMode;
use crate::UnixMillis;

/// What the largest order at the largest price may be worth: hundreds of them fit into a decimal.
const LARGEST_VALUE: Decimal = dec!(100_000_000_000_000_000_000_000_000);

/// The most decimal places of a price times a quantity: with more of them, a wallet could hold less than a transfer may bring.
const VALUE_PLACES: u32 = 8;

/// How an exchange begins. The same configuration and the same commands give the same state.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub(crate) seed: u64,
    /// None if it was not said.
    pub(crate) start: Option<UnixMillis>,
    pub(super) moving: bool,
    pub(super) warm_up_ms: i64,
    pub(super) cancel_all_delay_ms: i64,
    pub(super) symbols: Vec<SymbolRules>,
}

/// 2026-11-21T00:00:00Z: any fixed time would do.
const USUAL_START: UnixMillis = UnixMillis::new(1_795_219_200_000);

impl Default for Config {
    fn default() -> Self {
        Self { seed: 6, start: None, moving: false, warm_up_ms: 0, cancel_all_delay_ms: 50, symbols: SymbolRules::usual() }
    }
}

impl Config {
    /// An exchange with BTCUSDT, ETHUSDT, SOLUSDT and DOGEUSDT, in which nobody trades but its users.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decides everything that is random; 6 unless said.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The time at which it begins, from [`UnixMillis::EARLIEST`] to [`UnixMillis::LATEST`]; 2026-11-21T00:00:00Z unless said.
    #[must_use]
    pub fn start(mut self, start: UnixMillis) -> Self {
        self.start = Some(start);
        self
    }

    /// Prices move by themselves: other participants quote and trade as time passes, for the first time a second after the start. Before
    /// that there is no book, no trade and no candlestick of trades, unless the market [warmed up](Self::warm_up_ms). The program lets it do
    /// so for two hours.
    #[must_use]
    pub fn moving(mut self) -> Self {
        self.moving = true;
        self
    }

    /// How long the market has moved before the start, in milliseconds, so that there are candlesticks and a book at once; 24 hours at
    /// most. Nothing in a market that stands still.
    #[must_use]
    pub fn warm_up_ms(mut self, milliseconds: i64) -> Self {
        self.warm_up_ms = milliseconds;
        self
    }

    /// How long after its acceptance cancel-all takes effect, in milliseconds; 50 unless said, at once if it is 0. As long as a
    /// [manual clock](crate::Clock::manual) stands still, it does not take effect otherwise.
    #[must_use]
    pub fn cancel_all_delay_ms(mut self, milliseconds: i64) -> Self {
        self.cancel_all_delay_ms = milliseconds;
        self
    }

    /// Other contracts.
    #[must_use]
    pub fn symbols(mut self, symbols: Vec<SymbolRules>) -> Self {
        self.symbols = symbols;
        self
    }

    pub(super) fn start_or_usual(&self) -> UnixMillis {
        self.start.unwrap_or(USUAL_START)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (at, rules) in self.symbols.iter().enumerate() {
            rules.check()?;
            if self.symbols[..at].iter().any(|other| other.symbol == rules.symbol) {
                return Err(ConfigError(format!("{}: two contracts have this name", rules.symbol)));
            }
        }
        if !(0..=CATCH_UP_MS).contains(&self.warm_up_ms) {
            return Err(ConfigError(format!("`warm_up_ms` is {}: it must be 0 to {CATCH_UP_MS}, a day", self.warm_up_ms)));
        }
        if self.cancel_all_delay_ms < 0 {
            return Err(ConfigError(format!("`cancel_all_delay_ms` is {}: it must be 0 or more", self.cancel_all_delay_ms)));
        }
        let (earliest, latest) = (UnixMillis::EARLIEST.plus(self.warm_up_ms), UnixMillis::LATEST);
        let start = self.start_or_usual();
        if !(earliest..=latest).contains(&start) {
            return Err(ConfigError(format!("`start` is {start}: it must be {earliest} to {latest} milliseconds, which is 2080-01-01")));
        }
        Ok(())
    }
}

/// A contract and its rules. Plausible ones come from [`SymbolRules::usual`]; they are not the exchange's own, which `symbols` tells.
#[derive(Debug, Clone, PartialEq)]
pub struct SymbolRules {
    /// Name.
    pub symbol: String,
    /// Asset that is traded.
    pub base_asset: String,
    /// Step of the price.
    pub tick_size: Decimal,
    /// Step of the quantity.
    pub step_size: Decimal,
    /// Smallest quantity of an order.
    pub min_quantity: Decimal,
    /// Smallest value of an order, in USDT.
    pub min_notional: Decimal,
    /// Largest quantity of a limit order.
    pub max_limit_order_qty: Decimal,
    /// Largest quantity of a market order.
    pub max_market_order_qty: Decimal,
    /// Most orders that a user may have open in the contract; as many condition orders again.
    pub max_open_orders: usize,
    /// Largest leverage.
    pub max_leverage: i64,
    /// Leverage until the user sets another.
    pub default_leverage: i64,
    /// Margin mode until the user sets another.
    pub default_margin_mode: MarginMode,
    /// Maintenance margin as a ratio of the position's value.
    pub maintenance_margin_rate: Decimal,
    /// Fee of a maker as a ratio of the value.
    pub maker_fee_rate: Decimal,
    /// Fee of a taker as a ratio of the value.
    pub taker_fee_rate: Decimal,
    /// Price at which the market begins.
    pub initial_price: Decimal,
}

impl SymbolRules {
    /// BTCUSDT, ETHUSDT, SOLUSDT and DOGEUSDT.
    pub fn usual() -> Vec<Self> {
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

    /// A contract against USDT with middling rules, for a test that needs one of its own.
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

    fn check(&self) -> Result<(), ConfigError> {
        let fault = |what: &str| Err(ConfigError(format!("{}: {what}", self.symbol)));
        let positive = [self.tick_size, self.step_size, self.min_quantity, self.initial_price];
        if positive.iter().any(|value| *value <= Decimal::ZERO) {
            return fault("tick size, step size, minimum quantity and initial price must be positive");
        }
        let is_within = |value: Decimal, step: Decimal| value.checked_div(step).is_some_and(|steps| steps <= Decimal::from(MOST));
        if !is_within(self.initial_price, self.tick_size) || !is_within(self.min_quantity, self.step_size) {
            return fault("the initial price must not be more than 10¹² ticks, and the minimum quantity not more than 10¹² steps");
        }
        if ![self.max_limit_order_qty, self.max_market_order_qty].iter().all(|most| is_within(*most, self.step_size)) {
            return fault("the largest quantities must not be more than 10¹² steps");
        }
        let most = |step: Decimal| step.checked_mul(Decimal::from(MOST));
        let largest = most(self.tick_size).zip(most(self.step_size)).and_then(|(price, quantity)| price.checked_mul(quantity));
        if largest.is_none_or(|value| value > LARGEST_VALUE) {
            return fault("10¹² ticks times 10¹² steps must not be more than 10²⁶ USDT: money would not stay exact");
        }
        if !(self.min_quantity % self.step_size).is_zero() || !(self.initial_price % self.tick_size).is_zero() {
            return fault("the minimum quantity must be a multiple of the step size, and the initial price of the tick size");
        }
        if !(1..=self.max_leverage).contains(&self.default_leverage) {
            return fault("the default leverage must be from 1 to the largest");
        }
        let rates = [self.maker_fee_rate, self.taker_fee_rate, self.maintenance_margin_rate];
        if rates.iter().any(|rate| !(Decimal::ZERO..Decimal::ONE).contains(rate)) {
            return fault("a rate must be from 0 to less than 1");
        }
        if value_places(self) > VALUE_PLACES {
            return fault("tick size and step size have more than 8 decimal places together: money would not stay exact");
        }
        if rates.iter().any(|rate| self.tick_size.scale() + self.step_size.scale() + rate.scale() > 16) {
            return fault("tick size, step size and rates have more than 16 decimal places together: money would not stay exact");
        }
        Ok(())
    }
}

/// A configuration that no exchange can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}
