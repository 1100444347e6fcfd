//! The exchange of a run: its changes, and its responses with faults.

use super::*;

impl Run {
    /// A random change at the exchange, and its messages.
    pub(super) fn trade(&mut self) {
        let now = self.now;
        let last = |versions: &Versions<Order>| versions.last().map(|(_, order)| order.clone());
        let open: Vec<Order> = self.orders.values().filter_map(last).filter(|order| !order.is_final).collect();
        let mut trade = None;
        let new = if open.len() < 3 || self.random.u8(..3) == 0 {
            Order { id: format!("{:04}", self.orders.len()), is_final: false, filled: 0 }
        } else {
            let mut order = open[self.random.usize(..open.len())].clone();
            if self.random.bool() {
                let quantity = self.random.i64(1..4);
                let fill = Fill { id: format!("f{}", self.fills.len()), order: order.id.clone(), quantity, time: 0 };
                trade = Some(fill.id.clone());
                self.fills.push((now, ModelFill { fill, time: millis(now) }));
                order.filled += quantity;
                let position = self.position.last().map_or(0, |(_, position)| *position);
                // Some trades close the position.
                self.position.push((now, if position > 6 { 0 } else { position + quantity }));
                let balance = self.balance.last().map_or(0, |(_, balance)| *balance);
                self.balance.push((now, balance - 1));
            }
            order.is_final = trade.is_none() || self.random.bool();
            order
        };
        self.changed_at = now;
        self.orders.entry(new.id.clone()).or_default().push((now, new.clone()));
        let status = if new.is_final { Lifecycle::Final } else { Lifecycle::Open };
        let notice = OrderNotice {
            order_id: Some(new.id.clone()),
            symbol: (!self.happens(self.faults.without_symbol)).then(|| "X".to_owned()),
            lifecycle: (!self.happens(self.faults.without_status)).then_some(status),
            filled: (!self.happens(self.faults.without_quantity)).then(|| ExactDecimal(new.filled.into())),
            trade: trade.filter(|_| !self.happens(self.faults.without_trade)).map(|id| TradeNotice { id, price: None, quantity: None }),
            ..OrderNotice::default()
        };
        let notice = if self.happens(self.faults.other) { Notice::Other } else { Notice::Order(notice) };
        let copies = if self.happens(self.faults.lost) { 0 } else { 1 + u8::from(self.happens(self.faults.repeated)) };
        for _ in 0..copies {
            let delay = if self.happens(self.faults.late) { self.random.u64(..LATEST_MESSAGE) } else { 0 };
            self.push(now + delay, Action::Input(Input::Notice(notice.clone())));
        }
    }

    pub(super) fn respond(&mut self, read: &Read, seen: u64) -> ReadResult<Model> {
        let is_faulty = self.now <= self.end;
        let fill_rows = |is_wanted: &dyn Fn(&ModelFill) -> bool| {
            let fills = self.fills.iter().filter(|(time, fill)| *time <= seen && is_wanted(fill));
            fills.map(|(_, fill)| fill.clone()).collect::<Vec<_>>()
        };
        let mut rows = match read {
            Read::OpenOrders => {
                let orders = self.orders.values().filter_map(|versions| at(versions, seen));
                Rows::Orders(orders.filter(|order| !order.is_final).collect())
            }
            Read::Order { id, .. } => {
                let versions = &self.orders[id];
                // A new order is not found for a second.
                let is_found = !is_faulty || seen >= versions[0].0 + 1_000 || self.faults.lags[1] == 0;
                Rows::Orders(at(versions, seen).filter(|_| is_found).into_iter().collect())
            }
            Read::Fills { since } => Rows::Fills(fill_rows(&|fill| fill.time >= since.as_millis())),
            Read::FillsOfOrder { id, .. } => Rows::Fills(fill_rows(&|fill| fill.fill.order == *id)),
            Read::Positions => {
                let position = at(&self.position, seen).filter(|quantity| *quantity != 0);
                Rows::Positions(position.map(|quantity| ("X".to_owned(), quantity)).into_iter().collect())
            }
            Read::Balance => Rows::Balance(Some(at(&self.balance, seen).unwrap_or_default())),
        };
        let is_missing = matches!((read, &rows), (Read::Order { .. }, Rows::Orders(orders)) if orders.is_empty());
        let mut failure = is_missing.then_some(ReadFailure::NotFound);
        if is_faulty {
            let is_forbidden = |(part, begin, end): (Part, u64, u64)| part == read.part() && (begin..end).contains(&self.now);
            let incomplete = || Some(ReadFailure::Incomplete("test".to_owned()));
            if self.faults.not_permitted.is_some_and(is_forbidden) {
                failure = Some(ReadFailure::NotPermitted("test".to_owned()));
                empty(&mut rows, 0);
            } else if self.happens(self.faults.failed) {
                failure = incomplete();
                empty(&mut rows, 0);
            } else if self.happens(self.faults.incomplete) {
                failure = incomplete();
                empty(&mut rows, 1);
            } else if self.happens(self.faults.without_id) {
                match &mut rows {
                    Rows::Orders(rows) => rows.iter_mut().take(1).for_each(|order| order.id.clear()),
                    Rows::Fills(rows) => rows.iter_mut().take(1).for_each(|fill| fill.fill.id.clear()),
                    _ => {}
                }
            }
        }
        ReadResult { rows, failure }
    }
}

fn at<T: Clone>(versions: &Versions<T>, time: u64) -> Option<T> {
    versions.iter().rev().find(|(changed, _)| *changed <= time).map(|(_, value)| value.clone())
}

/// Leaves only the first rows.
fn empty(rows: &mut Rows<Model>, count: usize) {
    match rows {
        Rows::Orders(rows) => rows.truncate(count),
        Rows::Fills(rows) => rows.truncate(count),
        Rows::Positions(rows) => rows.truncate(count.saturating_sub(1)),
        Rows::Balance(row) => *row = None,
    }
}
