//! The checks of a run's events and states.

use super::*;

impl Run {
    pub(super) fn event(&mut self, event: AccountEvent<Model>) {
        match event {
            AccountEvent::Fill(ModelFill { fill, .. }) => {
                self.check(self.fills.iter().any(|(_, known)| known.fill == fill), || format!("{fill:?} is invented"));
                self.check(!self.reported.contains(&fill.id), || format!("{fill:?} is reported twice"));
                if self.reconciled > 0 && !self.announced.contains(&fill.id) {
                    self.unnamed.insert(Correction::Fill(fill.id.clone()));
                }
                self.reported.insert(fill.id);
            }
            AccountEvent::OrderUpdate(order) => {
                let is_final = order.confirmed_lifecycle() == Lifecycle::Final;
                self.check(is_final || !self.final_orders.contains(&order.id), || format!("{} is open again", order.id));
                self.check(!is_final || self.ended.contains(&order.id), || format!("{} was ended without a query", order.id));
                if is_final {
                    self.final_orders.insert(order.id.clone());
                }
                if self.reconciled > 0 && !self.announced.contains(&order.id) {
                    self.unnamed.insert(Correction::Order(order.id));
                }
            }
            AccountEvent::Incomplete { part, .. } => {
                self.incomplete.insert(part);
            }
            AccountEvent::Reconciled { corrections } => {
                self.reconciled += 1;
                self.subscribed_at = None;
                let missing: Vec<_> = self.unnamed.iter().filter(|correction| !corrections.contains(correction)).collect();
                self.check(missing.is_empty(), || format!("no correction names {missing:?}"));
                self.unnamed.clear();
                for part in Part::ALL {
                    let is_undecided = self.machine.state().part(part).trust == Trust::Undecided;
                    self.check(!is_undecided || self.incomplete.contains(&part), || format!("undecided {part} were not reported"));
                }
            }
            _ => {}
        }
    }

    pub(super) fn check_state(&self) {
        if let Some(at) = self.subscribed_at
            && !self.faults.fails_requests()
            && !(self.is_storm && self.faults.latency > 500)
        {
            // With responses after 2 seconds on average, four queries in flight are only 2 queries a second.
            let latest = if self.faults.latency > 1_000 { 2 * LATEST_RECONCILED } else { LATEST_RECONCILED };
            self.check(self.now - at <= latest, || "no Reconciled".to_owned());
        }
        let faults = &self.faults;
        if self.now <= self.changed_at + LATEST_MESSAGE + 3_000 || faults.lost > 0 {
            return;
        }
        let is_confirmed = |part| self.machine.state().part(part).trust == Trust::Confirmed;
        let is_fresh = faults.lags == [0; 6];
        // After a gap, only the first readings show the changes, and rows can be older than these readings.
        let is_announced = !self.has_gap && faults.without_status == 0 && faults.without_quantity == 0 && faults.other == 0;
        if is_confirmed(Part::Orders) && (is_fresh || is_announced) {
            self.check_orders();
        }
        if is_confirmed(Part::Fills) && is_fresh {
            self.check_fills();
        }
        if is_confirmed(Part::Positions) && is_fresh {
            self.check_position();
        }
        if is_confirmed(Part::Balance) && is_fresh {
            self.check_balance();
        }
    }

    pub(super) fn check_orders(&self) {
        let open: Vec<Order> = self
            .orders
            .values()
            .filter_map(|versions| versions.last())
            .map(|(_, order)| order.clone())
            .filter(|order| !order.is_final)
            .collect();
        let known: Vec<Order> = self.machine.state().open_orders().filter_map(|order| order.row.clone()).collect();
        self.check(open == known, || format!("the open orders are {open:?}, and the state's are {known:?}"));
        for order in self.machine.state().orders.values() {
            let expected = self.orders[&order.id].last().map(|(_, order)| order);
            self.check(order.row.is_none() || order.row.as_ref() == expected, || format!("{order:?} is not {expected:?}"));
        }
    }

    pub(super) fn check_fills(&self) {
        let missing: Vec<_> = self.fills.iter().filter(|(_, fill)| !self.reported.contains(&fill.fill.id)).collect();
        self.check(missing.is_empty(), || format!("fills are missing: {missing:?}"));
    }

    pub(super) fn check_position(&self) {
        let expected = self.position.last().map(|(_, quantity)| *quantity).unwrap_or_default();
        let known = self.machine.state().positions().next().map_or(0, |(_, quantity)| *quantity);
        self.check(known == expected, || format!("the position is {expected}, and the state's is {known}"));
    }

    pub(super) fn check_balance(&self) {
        let expected = self.balance.last().map(|(_, balance)| *balance);
        let known = self.machine.state().balance().copied();
        self.check(known == expected, || format!("the balance is {expected:?}, and the state's is {known:?}"));
    }
}
