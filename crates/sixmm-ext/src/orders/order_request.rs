//! Converts an order that has not been placed to the request that places the order.

use sixmm_api::Decimal;
use sixmm_api::types::{ClientOrderId, PositionSide};
use venue_core::{Request as _, ValidationErrors};
use venue_runtime::reconcile::json_fields::is_order_id;

use super::unfinished_order::{Size, UnfinishedOrder};
use super::validate::{self, OrderAmounts};
use crate::rules_cache::SymbolRules;

/// The parts that normal orders and condition orders have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct OrderBase {
    pub(super) start: UnfinishedOrder,
    pub(super) position_side: Option<PositionSide>,
    pub(super) reduce_only: Option<bool>,
    pub(super) client_order_id: Option<ClientOrderId>,
}

impl OrderBase {
    pub(super) fn new(start: UnfinishedOrder) -> Self {
        Self { start, position_side: None, reduce_only: None, client_order_id: None }
    }

    /// `closePosition` of the request: `true` if the order closes the whole position, otherwise not set.
    pub(super) fn close_position(&self) -> Option<bool> {
        (self.start.size == Size::WholePosition).then_some(true)
    }

    /// Whether the order can only reduce a position.
    pub(super) fn only_reduces(&self) -> bool {
        self.start.size == Size::WholePosition || validate::only_reduces(&self.start.side, self.position_side.as_ref(), self.reduce_only)
    }
}

/// The amounts of an order that could be read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Amounts {
    pub(super) price: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
    pub(super) stop_price: Option<Decimal>,
    pub(super) activate_price: Option<Decimal>,
    pub(super) callback_rate: Option<Decimal>,
}

/// An order that can be converted to a request.
pub(super) trait OrderRequest {
    /// The request that places the order.
    type Request: venue_core::Request;

    fn base(&self) -> &OrderBase;

    /// The amounts of the order. Each amount that cannot be read is a fault.
    fn amounts(&self, unreadable: &mut ValidationErrors) -> Amounts;

    /// Whether the order trades at the market price, at once or when it is triggered.
    fn is_market(&self) -> bool;

    /// Builds the request. Nothing is checked here.
    fn build(&self, id: &ClientOrderId, amounts: &Amounts) -> Self::Request;

    /// Reports settings that contradict each other.
    fn check_settings(&self, faults: &mut ValidationErrors);

    /// The client order id that the caller chose.
    fn own_id(&self) -> Option<&ClientOrderId> {
        self.base().client_order_id.as_ref()
    }

    /// Builds the request that places the order, and adds every fault of the order to `faults`: amounts that cannot be read, values outside
    /// of the documented limits, settings that contradict each other, and violations of the contract's rules. This is the only place where
    /// an order is built and checked.
    fn to_request(&self, id: &ClientOrderId, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) -> Self::Request {
        faults.not_empty("symbol", &self.base().start.symbol);
        if !id.as_str().is_empty() && !is_order_id(id.as_str()) {
            faults.push("clientOrderId", "can be mistaken for a missing id: use letters and digits");
        }
        let mut unreadable = ValidationErrors::new();
        let amounts = self.amounts(&mut unreadable);
        let mut documented = ValidationErrors::new();
        let request = self.build(id, &amounts);
        request.check(&mut documented);
        for fault in unreadable.as_slice() {
            faults.add(fault.field(), fault.kind().clone());
        }
        // An amount that cannot be read must not be reported as missing, too.
        let is_unreadable = |field: &str| unreadable.as_slice().iter().any(|fault| fault.field() == field);
        for fault in documented.as_slice().iter().filter(|fault| !is_unreadable(fault.field())) {
            faults.add(fault.field(), fault.kind().clone());
        }
        self.check_settings(faults);
        let Amounts { price, quantity, stop_price, activate_price, callback_rate } = amounts;
        let (is_market, only_reduces) = (self.is_market(), self.base().only_reduces());
        let amounts = OrderAmounts { price, quantity, stop_price, activate_price, callback_rate, is_market, only_reduces };
        validate::order(&amounts, rules, faults);
        request
    }
}
