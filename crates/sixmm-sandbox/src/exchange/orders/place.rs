//! Placing an order: from the request to the book.

use super::super::Exchange;
use super::super::accounts::ClientOrder;
use super::super::command::PlaceOrder;
use super::super::event::Link;
use super::super::ids::OrderId;
use super::super::market::book_side;
use super::super::reject::{Reason, Reject};
use super::super::terms::{BboPriceType, OrderSide, OrderStatus, OrderType, TimeInForce};
use super::super::view::PlacedOrder;
use super::check::{check, check_notional};
use super::margin::{Beside, Demand};
use super::{OrderRecord, Origin, reduces};
use crate::engine::{Lots, Ticks};

/// The most characters of a `clientOrderId`, which is kept for good. The documentation has no limit: this one is the sandbox's choice.
const LONGEST_CLIENT_ORDER_ID: usize = 128;

/// Where an order comes from, if not from a request of its own.
#[derive(Debug, Clone, Copy)]
pub(in crate::exchange) struct Provenance {
    pub(in crate::exchange) origin: Origin,
    pub(in crate::exchange) link: Option<Link>,
    /// Whether its `clientOrderId` was put aside for it.
    pub(in crate::exchange) reserved: bool,
}

impl Provenance {
    /// A request.
    pub(in crate::exchange) const REQUEST: Self = Self { origin: Origin::Manual, link: None, reserved: false };
}

/// An order that nothing is wrong with: what becomes of it is up to the book.
#[derive(Debug)]
pub(in crate::exchange) struct Accepted {
    order: PlaceOrder,
    market: usize,
    price: Option<Ticks>,
    lots: Lots,
}

impl Exchange {
    /// Places a limit or a market order.
    ///
    /// What can match does so before this returns. `NEW` is the state of an order that then stands in the book; a query calls it
    /// `PENDING`. A maker-only order that would take is accepted and `REJECTED`; what an IOC, FOK or market order does not fill is
    /// cancelled. An order that may only reduce is cut to the size of the position.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#place-order>
    ///
    /// # Errors
    ///
    /// If a parameter is missing (2001), not valid (2002) or out of the contract's range (2003), if the balance does not suffice (3001), or
    /// if the `clientOrderId` was used before (3004).
    pub fn place_order(&mut self, user: &str, order: PlaceOrder) -> Result<PlacedOrder, Reject> {
        let account = self.account(user)?;
        let placed = self.place(account, order, Provenance::REQUEST)?;
        self.settle_down();
        Ok(placed)
    }

    /// Places several orders, each as if it came alone, in the order of the request.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/order#batch-place-orders>
    pub fn batch_place_orders(&mut self, user: &str, orders: Vec<PlaceOrder>) -> Vec<Result<PlacedOrder, Reject>> {
        orders.into_iter().map(|order| self.place_order(user, order)).collect()
    }

    /// Places an order as soon as it is accepted.
    pub(in crate::exchange) fn place(&mut self, account: usize, order: PlaceOrder, from: Provenance) -> Result<PlacedOrder, Reject> {
        let accepted = self.accept(account, order, from.reserved, &mut Beside::default())?;
        Ok(self.enter(account, accepted, from))
    }

    /// Checks an order against everything that it can be refused for, as things stand, beside others that are to be placed with it.
    pub(in crate::exchange) fn accept(
        &self,
        account: usize,
        order: PlaceOrder,
        reserved: bool,
        beside: &mut Beside,
    ) -> Result<Accepted, Reject> {
        let market = self.market(&order.symbol)?;
        let checked = check(&order, &self.markets[market])?;
        if !reserved {
            self.check_client_order_id(account, order.client_order_id.as_deref())?;
        }
        let price = match order.order_type {
            OrderType::Market => None,
            OrderType::Limit => Some(match checked.price {
                Some(price) => price,
                None => self.book_price(market, order.side, order.price_type)?,
            }),
        };
        let lots = self.size_of(account, market, &order, checked.lots)?;
        let (side, position_side) = (order.side, order.position_side);
        if !reduces(order.reduce_only || order.close_position, position_side, side) {
            let of = &self.markets[market];
            check_notional(lots, price.unwrap_or(of.mark()), of)?;
            self.check_margin(&Demand { account, market, position_side, side, price, lots }, beside)?;
        }
        self.check_open_orders(account, market, &order, beside)?;
        Ok(Accepted { order, market, price, lots })
    }

    /// Brings an accepted order to the book. Nothing can fail any more: one that may only reduce, and finds no position left, is cancelled.
    pub(in crate::exchange) fn enter(&mut self, account: usize, accepted: Accepted, from: Provenance) -> PlacedOrder {
        let Accepted { order, market, price, mut lots } = accepted;
        let id = self.ids.next(self.now);
        let holding = &self.accounts[account].holdings[market];
        let reduce_only = order.reduce_only || order.close_position;
        let closable = holding.closable(order.position_side, order.side);
        // What was accepted beside it may have closed a part of the position in the meantime.
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
            link: from.link,
        };
        if let Some(client_order_id) = order.client_order_id {
            self.accounts[account].client_order_ids.insert(client_order_id, ClientOrder::Placed(id));
        }
        self.accounts[account].record.orders.push(id);
        self.orders.add(id, record);
        self.match_new(id);
        let record = &self.orders[id];
        let status = if record.status == OrderStatus::Pending { OrderStatus::New } else { record.status };
        let client_order_id = record.client_order_id.as_deref().map(str::to_owned);
        PlacedOrder { order_id: OrderId(id), client_order_id, status, timestamp: self.now }
    }

    /// Matches an order that was just accepted, and lets rest what may.
    fn match_new(&mut self, id: u64) {
        let order = &self.orders[id];
        let book = &self.markets[order.market].book;
        let side = book_side(order.side);
        if order.maker_only
            && let Some((price, best)) = order.price.zip(book.best(side.opposite()))
            && side.reaches(price, best)
        {
            self.finish(id, OrderStatus::Rejected);
            return;
        }
        if order.time_in_force == TimeInForce::Fok && !self.can_fill(id) {
            self.finish(id, OrderStatus::Canceled);
            return;
        }
        let (stays, limit) = (order.order_type == OrderType::Limit && order.time_in_force == TimeInForce::Gtc, order.price);
        self.take(id, limit);
        match limit {
            Some(price) if stays => self.rest(id, price),
            _ => self.finish_unfilled(id),
        }
    }

    /// The quantity of an order: what it says, or the position if it closes it, and no more than that if it may only reduce.
    fn size_of(&self, account: usize, market: usize, order: &PlaceOrder, lots: Option<Lots>) -> Result<Lots, Reject> {
        let holding = &self.accounts[account].holdings[market];
        let closable = holding.closable(order.position_side, order.side);
        if !reduces(order.reduce_only || order.close_position, order.position_side, order.side) {
            return lots.ok_or_else(|| Reject::missing("quantity"));
        }
        if closable.is_zero() {
            let (side, position, symbol) = (order.side, order.position_side, &order.symbol);
            return Err(Reject::invalid(format_args!("there is no {position} position of {symbol} that a {side} order would reduce")));
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

    /// Refuses a `clientOrderId` that the user has used before.
    pub(in crate::exchange) fn check_client_order_id(&self, account: usize, id: Option<&str>) -> Result<(), Reject> {
        match id {
            Some("") => Err(Reject::invalid("clientOrderId is empty")),
            Some(id) if id.chars().count() > LONGEST_CLIENT_ORDER_ID => Err(Reject::out_of_range(format_args!(
                "clientOrderId has {} characters: at most {LONGEST_CLIENT_ORDER_ID} are allowed",
                id.chars().count()
            ))),
            Some(id) if self.accounts[account].client_order_ids.contains_key(id) => {
                Err(Reject::new(Reason::DuplicateRequest, format_args!("clientOrderId {id} was used before")))
            }
            _ => Ok(()),
        }
    }

    fn check_open_orders(&self, account: usize, market: usize, order: &PlaceOrder, beside: &mut Beside) -> Result<(), Reject> {
        let most = self.markets[market].rules.max_open_orders;
        let may_stay = order.order_type == OrderType::Limit && order.time_in_force == TimeInForce::Gtc;
        if !may_stay {
            return Ok(());
        }
        if self.accounts[account].holdings[market].open.len() + beside.open_orders >= most {
            return Err(Reject::out_of_range(format_args!(
                "{most} orders of {} are open, and no more may be (maxOpenOrders)",
                order.symbol
            )));
        }
        beside.open_orders += 1;
        Ok(())
    }
}
