//! The types of one exchange that the state machine uses, and the facts that it reads from their rows.

use std::fmt::{self, Debug};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use venue_core::{ExactDecimal, UnixMillis};

/// A row of a REST response. Each suitable type implements this trait.
pub trait Row: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> Row for T {}

/// The rows of one exchange's REST responses.
pub trait AccountTypes: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// An order.
    type Order: Row;
    /// An execution of a part of an order.
    type Fill: Row;
    /// An open position.
    type Position: Row;
    /// The balance of the account.
    type Balance: Row;

    /// The facts of an order. `None` if the row has no id, so that no other row can be compared with it.
    fn order(order: &Self::Order) -> Option<OrderFacts>;

    /// The facts of a fill. `None` if the row has no id.
    fn fill(fill: &Self::Fill) -> Option<FillFacts>;

    /// The key of a position, such as its contract and side.
    fn position_key(position: &Self::Position) -> String;

    /// Whether two rows of the same position differ in a field that only the user's actions change. The profit of a position changes with
    /// the price, so it does not count.
    fn is_position_changed(before: &Self::Position, after: &Self::Position) -> bool {
        before != after
    }
}

/// Whether an order can still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lifecycle {
    /// The order can still change.
    Open,
    /// The order can no longer change.
    Final,
    /// The status is missing or unknown to this program.
    Unknown,
}

/// The facts of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    /// The exchange's id.
    pub id: String,
    /// The contract.
    pub symbol: Option<String>,
    /// Whether the order can still change.
    pub lifecycle: Lifecycle,
    /// The executed quantity.
    pub filled: Option<ExactDecimal>,
    /// When the order last changed.
    pub updated_at: Option<UnixMillis>,
}

/// The facts of a fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillFacts {
    /// The unique key, by which the fill counts once.
    pub key: String,
    /// The exchange's id of the trade, which private messages contain.
    pub trade_id: String,
    /// The exchange's id of the order.
    pub order_id: String,
    /// The contract.
    pub symbol: String,
    /// The executed quantity.
    pub quantity: ExactDecimal,
    /// When the trade was made.
    pub time: UnixMillis,
}

/// A message of the private stream: an early notice, which is provisional until REST confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Notice {
    /// A change of an order, perhaps with a fill.
    Order(OrderNotice),
    /// A change of the balance or of positions.
    Account(AccountNotice),
    /// A message of an unknown kind. All parts are read again.
    Other,
}

/// A message about an order. A field that the message does not contain is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderNotice {
    /// The exchange's id of the order.
    pub order_id: Option<String>,
    /// The program's id of the order.
    pub client_order_id: Option<String>,
    /// The contract.
    pub symbol: Option<String>,
    /// The status, as the exchange spells it.
    pub status: Option<String>,
    /// Whether `status` is open or final.
    pub lifecycle: Option<Lifecycle>,
    /// The executed quantity of the order.
    pub filled: Option<ExactDecimal>,
    /// The fill that the message reports.
    pub trade: Option<TradeNotice>,
}

/// A fill that a message reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TradeNotice {
    /// The exchange's id of the trade.
    pub id: String,
    /// The price.
    pub price: Option<ExactDecimal>,
    /// The quantity.
    pub quantity: Option<ExactDecimal>,
}

/// A message about the account. A field that the message does not contain is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountNotice {
    /// The balance.
    pub wallet_balance: Option<ExactDecimal>,
    /// The frozen part of the balance.
    pub frozen_balance: Option<ExactDecimal>,
    /// The contract and the quantity of each position in the message.
    pub positions: Vec<(String, Option<ExactDecimal>)>,
}

/// A moment, by the monotonic clock of this machine and by the exchange's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// The time since the fixed start of the monotonic clock. Intervals are measured with it.
    pub monotonic: Duration,
    /// The estimate of the exchange's time.
    pub exchange: UnixMillis,
}

/// A part of the state, which has requests of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// The orders.
    Orders,
    /// The fills.
    Fills,
    /// The positions.
    Positions,
    /// The balance.
    Balance,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::Orders, Self::Fills, Self::Positions, Self::Balance];
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Orders => "orders",
            Self::Fills => "fills",
            Self::Positions => "positions",
            Self::Balance => "balance",
        })
    }
}
