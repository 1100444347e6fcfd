//! Placing an order: from the request to the book.

use super::super::Exchange;
use super::super::accounts::ClientOrder;
use super::super::command::PlaceOrder;
use super::super::enums::{BboPriceType, OrderSide, OrderStatus, OrderType, TimeInForce};
use super::super::event::SubOrderRef;
use super::super::ids::OrderId;
use super::super::market::book_side;
use super::super::reject::{Reason, Reject};
use super::super::view::PlacedOrder;
use super::margin::{BatchReservations, MarginRequest};
use super::validation::{check, check_notional};
use super::{OrderRecord, Origin, reduces};
use crate::engine::{Lots, Ticks};

/// Maximum number of characters of a `clientOrderId`, which is stored permanently. The documentation states no limit, so this limit is the
/// sandbox's choice.
const MAX_CLIENT_ORDER_ID_CHARS: usize = 128;

/// The source of an order: a request of the user, a trigger, or a strategy.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct OrderSource {
    pub(in crate::exchange) origin: Origin,
    pub(in crate::exchange) sub_order: Option<SubOrderRef>,
    /// Whether the `clientOrderId` was already reserved for this order.
    pub(in crate::exchange) client_id_reserved: bool,
}

impl OrderSource {
    /// A request of the user.
    pub(in crate::exchange) const REQUEST: Self = Self { origin: Origin::Manual, sub_order: None, client_id_reserved: false };
}

/// An order that passed all checks. Only the book determines its result now.
#[derive(Debug)]
pub(in crate::exchange) struct AcceptedOrder {
    order: PlaceOrder,
    market: usize,
    price: Option<Ticks>,
    lots: Lots,
}

impl Exchange {
    /// Places a limit or market order.
    ///
    /// Matching is complete when this function returns. The status `NEW` in the result means that the order rests in the book. Queries
    /// report such an order as `PENDING`. A maker-only order that would be a taker is accepted without an error and has status `REJECTED`.
    /// The unfilled part of an IOC, FOK or market order is cancelled. A reduce-only order is limited to the size of the position.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), a parameter is missing (2001), invalid (2002) or out of the
    /// contract's range (2003), the balance is insufficient (3001), or the `clientOrderId` was already used (3004).
    pub fn place_order(&mut self, user: &str, order: PlaceOrder) -> Result<PlacedOrder, Reject> {
        let account = self.account(user)?;
        let placed = self.place(account, order, OrderSource::REQUEST)?;
        self.run_to_quiescence();
        Ok(placed)
    }

    /// Places several orders, from the first to the last in the list. Each order succeeds or fails independently of the others.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#batch-place-orders>
    pub fn batch_place_orders(&mut self, user: &str, orders: Vec<PlaceOrder>) -> Vec<Result<PlacedOrder, Reject>> {
        orders.into_iter().map(|order| self.place_order(user, order)).collect()
    }

    /// Checks and places an order.
    pub(in crate::exchange) fn place(&mut self, account: usize, order: PlaceOrder, from: OrderSource) -> Result<PlacedOrder, Reject> {
        let accepted = self.accept(account, order, from.client_id_reserved, &mut BatchReservations::default())?;
        Ok(self.submit(account, accepted, from))
    }

    /// Checks an order against the current state, and against orders that were accepted earlier in the same request but are not placed yet.
    pub(in crate::exchange) fn accept(
        &self,
        account: usize,
        order: PlaceOrder,
        client_id_reserved: bool,
        reservations: &mut BatchReservations,
    ) -> Result<AcceptedOrder, Reject> {
        let market = self.market(&order.symbol)?;
        let checked = check(&order, &self.markets[market])?;
        if !client_id_reserved {
            self.check_client_order_id(account, order.client_order_id.as_deref())?;
        }
        let price = match order.order_type {
            OrderType::Market => None,
            OrderType::Limit => Some(match checked.price {
                Some(price) => price,
                None => self.book_price(market, order.side, order.price_type)?,
            }),
        };
        let lots = self.order_lots(account, market, &order, checked.lots)?;
        let (side, position_side) = (order.side, order.position_side);
        if !reduces(order.reduce_only || order.close_position, position_side, side) {
            let of = &self.markets[market];
            check_notional(lots, price.unwrap_or(of.mark()), of)?;
            self.check_margin(&MarginRequest { account, market, position_side, side, price, lots }, reservations)?;
        }
        self.check_open_orders(account, market, &order, reservations)?;
        Ok(AcceptedOrder { order, market, price, lots })
    }

    /// Places an order that [`accept`](Self::accept) has checked. This cannot fail. If the order is reduce-only and its position was closed
    /// after the check, the order is cancelled.
    pub(in crate::exchange) fn submit(&mut self, account: usize, accepted: AcceptedOrder, from: OrderSource) -> PlacedOrder {
        let AcceptedOrder { order, market, price, mut lots } = accepted;
        let id = self.ids.next(self.now);
        let holding = &self.accounts[account].holdings[market];
        let reduce_only = order.reduce_only || order.close_position;
        let closable = holding.closable(order.position_side, order.side);
        // Another order of the same request may have reduced the position after this order was checked.
        if reduces(reduce_only, order.position_side, order.side) && !closable.is_zero() {
            lots = lots.min(closable);
        }
        let record = OrderRecord {
            id,
            account,
            market,
            client_order_id: order.client_order_id.as_deref().map(Box::from),
            order_type: order.order_type,
            side: order.side,
            position_side: order.position_side,
            time_in_force: order.time_in_force,
            price,
            total: lots,
            filled: Lots::ZERO,
            filled_value: rust_decimal::Decimal::ZERO,
            reduce_only,
            close_only: order.close_position,
            maker_only: order.maker_only,
            leverage: holding.leverage,
            margin_mode: holding.margin_mode,
            status: OrderStatus::New,
            created_at: self.now,
            updated_at: self.now,
            origin: from.origin,
            sub_order: from.sub_order,
        };
        if let Some(client_order_id) = order.client_order_id {
            self.accounts[account].client_order_ids.insert(client_order_id, ClientOrder::Placed(id));
        }
        self.accounts[account].history.orders.push(id);
        self.orders.add(id, record);
        self.feed_order(id, None);
        self.match_order(id);
        let record = &self.orders[id];
        let status = if record.status == OrderStatus::Pending { OrderStatus::New } else { record.status };
        let client_order_id = record.client_order_id.as_deref().map(str::to_owned);
        PlacedOrder { order_id: OrderId(id), client_order_id, status, timestamp: self.now }
    }

    /// Matches a new order with the book. The remaining quantity is then added to the book or cancelled, depending on the time in force.
    fn match_order(&mut self, id: u64) {
        let order = &self.orders[id];
        let book = &self.markets[order.market].book;
        let side = book_side(order.side);
        if order.maker_only
            && let Some((price, best)) = order.price.zip(book.best(side.opposite()))
            && side.reaches(price, best)
        {
            self.finalize(id, OrderStatus::Rejected);
            return;
        }
        if order.time_in_force == TimeInForce::Fok && !self.can_fill_completely(id) {
            self.finalize(id, OrderStatus::Canceled);
            return;
        }
        let (stays, limit) = (order.order_type == OrderType::Limit && order.time_in_force == TimeInForce::Gtc, order.price);
        self.fill_from_book(id, limit);
        match limit {
            Some(price) if stays => self.rest_in_book(id, price),
            _ => self.cancel_remainder(id),
        }
    }

    /// The quantity of an order in lots. For an order that closes the complete position, the quantity is the size of the position. For a
    /// reduce-only order, it is at most this size.
    fn order_lots(&self, account: usize, market: usize, order: &PlaceOrder, lots: Option<Lots>) -> Result<Lots, Reject> {
        let holding = &self.accounts[account].holdings[market];
        let closable = holding.closable(order.position_side, order.side);
        if !reduces(order.reduce_only || order.close_position, order.position_side, order.side) {
            return lots.ok_or_else(|| Reject::missing("quantity"));
        }
        if closable.is_zero() {
            let (side, position, symbol) = (order.side, order.position_side, &order.symbol);
            return Err(Reject::invalid(format_args!("no {position} position of {symbol} exists that a {side} order could reduce")));
        }
        Ok(lots.map_or(closable, |lots| lots.min(closable)))
    }

    fn book_price(&self, market: usize, side: OrderSide, price_type: BboPriceType) -> Result<Ticks, Reject> {
        let (of, nth) = match price_type {
            BboPriceType::SpecifiedPrice => return Err(Reject::missing("price")),
            BboPriceType::Opponent1 => (side.opposite(), 1),
            BboPriceType::Opponent5 => (side.opposite(), 5),
            BboPriceType::SameSide1 => (side, 1),
            BboPriceType::SameSide5 => (side, 5),
        };
        let none = || Reject::invalid(format_args!("priceType {}: the book has fewer than {nth} {of} prices", price_type.code()));
        self.markets[market].nth_price(of, nth).ok_or_else(none)
    }

    /// Rejects a `clientOrderId` that the user has already used.
    pub(in crate::exchange) fn check_client_order_id(&self, account: usize, id: Option<&str>) -> Result<(), Reject> {
        match id {
            Some("") => Err(Reject::invalid("clientOrderId is empty")),
            Some(id) if id.chars().count() > MAX_CLIENT_ORDER_ID_CHARS => Err(Reject::out_of_range(format_args!(
                "clientOrderId has {} characters: at most {MAX_CLIENT_ORDER_ID_CHARS} are allowed",
                id.chars().count()
            ))),
            Some(id) if self.accounts[account].client_order_ids.contains_key(id) => {
                Err(Reject::new(Reason::DuplicateRequest, format_args!("clientOrderId {id} was already used")))
            }
            _ => Ok(()),
        }
    }

    fn check_open_orders(
        &self,
        account: usize,
        market: usize,
        order: &PlaceOrder,
        reservations: &mut BatchReservations,
    ) -> Result<(), Reject> {
        let max = self.markets[market].rules.max_open_orders;
        let may_stay = order.order_type == OrderType::Limit && order.time_in_force == TimeInForce::Gtc;
        if !may_stay {
            return Ok(());
        }
        if self.accounts[account].holdings[market].open.len() + reservations.open_orders >= max {
            return Err(Reject::out_of_range(format_args!(
                "{max} orders of {} are open, which is the maximum (maxOpenOrders)",
                order.symbol
            )));
        }
        reservations.open_orders += 1;
        Ok(())
    }
}
