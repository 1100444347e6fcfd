//! What normal orders and condition orders have in common.

/// Declares it, for a type with the fields `draft`, `type_`, `position_side`, `reduce_only` and `client_order_id`, and the methods
/// `unchecked_request`, `contradictions` and `terms`; and for its request.
macro_rules! common {
    ($order:ident => $request:ident) => {
        impl $order {
            /// Only makes a position smaller, never larger and never the other way round.
            pub fn reduce_only(mut self) -> Self {
                self.reduce_only = Some(true);
                self
            }

            /// Which position it belongs to, where long and short are held apart. Without it, `BOTH`: the one position of the contract.
            pub fn position_side(mut self, side: sixmm_api::types::PositionSide) -> Self {
                self.position_side = Some(side);
                self
            }

            /// Your own id for the order. It must be unique, and is what an order is found by after an uncertain outcome. Without it one is
            /// made.
            pub fn client_order_id(mut self, id: impl Into<sixmm_api::types::ClientOrderId>) -> Self {
                self.client_order_id = Some(id.into());
                self
            }

            /// The contract.
            #[must_use]
            pub fn symbol(&self) -> &str {
                &self.draft.symbol
            }

            /// Buy or sell.
            #[must_use]
            pub fn side(&self) -> &sixmm_api::types::OrderSide {
                &self.draft.side
            }

            pub(super) fn own_id(&self) -> Option<&sixmm_api::types::ClientOrderId> {
                self.client_order_id.as_ref()
            }

            /// The request, or everything that is wrong with it.
            pub(super) fn request(
                &self,
                id: &sixmm_api::types::ClientOrderId,
                rules: Option<&crate::symbols::SymbolRules>,
                faults: &mut venue_core::Faults,
            ) -> Option<sixmm_api::requests::$request> {
                faults.not_empty("symbol", self.symbol());
                if !id.as_str().is_empty() && !super::reported::names_an_order(id.as_str()) {
                    faults.push("clientOrderId", "cannot be told from no id: use letters and digits");
                }
                let request = self.unchecked_request(id, faults);
                venue_core::Request::check(&request, faults);
                self.contradictions(faults);
                super::checks::order(&self.terms(), rules, faults);
                Some(request)
            }

            /// Whether it can only make a position smaller.
            fn only_reduces(&self) -> bool {
                let closes_position = matches!(self.draft.size, super::draft::Size::WholePosition);
                closes_position || super::checks::only_reduces(self.side(), self.position_side.as_ref(), self.reduce_only)
            }

            /// The request, with what is set of the above.
            fn begin(&self, id: &sixmm_api::types::ClientOrderId, faults: &mut venue_core::Faults) -> sixmm_api::requests::$request {
                let super::draft::Draft { symbol, side, size } = &self.draft;
                let mut request = sixmm_api::requests::$request::new(symbol.as_str(), self.type_.clone(), side.clone()).client_order_id(id);
                match size {
                    super::draft::Size::Quantity(quantity) => {
                        request.quantity = super::amount::Amount::read("quantity", Some(*quantity), faults);
                    }
                    super::draft::Size::WholePosition => request.close_position = Some(true),
                }
                request.position_side = self.position_side.clone();
                request.reduce_only = self.reduce_only;
                request
            }
        }
    };
}

pub(super) use common;
