//! Which states of orders are open and which are final, as the generated code reports it.

use sixmm_api::types::{ConditionOrderStatus, OrderStatus, StrategyStatus};

#[test]
fn every_documented_order_status_is_either_open_or_final() {
    let open = ["NEW", "PENDING", "PARTIALLY_FILLED"];
    for value in OrderStatus::DOCUMENTED {
        let status = OrderStatus::from(*value);
        assert_eq!((status.is_open(), status.is_final()), (open.contains(value), !open.contains(value)), "{value}");
    }
}

#[test]
fn every_known_condition_order_status_is_either_open_or_final() {
    let open = ["PENDING_ACTIVATION", "PENDING", "TRIGGERING"];
    for value in ["PENDING_ACTIVATION", "PENDING", "TRIGGERING", "TRIGGERED", "CANCELLED", "REJECTED", "FIRED"] {
        let status = ConditionOrderStatus::from(value);
        assert_eq!((status.is_open(), status.is_final()), (open.contains(&value), !open.contains(&value)), "{value}");
    }
}

#[test]
fn every_documented_strategy_status_is_either_open_or_final() {
    assert!(StrategyStatus::Working.is_open() && !StrategyStatus::Working.is_final());
    for status in [StrategyStatus::AllDone, StrategyStatus::Cancelled] {
        assert!(status.is_final() && !status.is_open(), "{status}");
    }
}

#[test]
fn an_unknown_status_is_neither_open_nor_final() {
    for text in ["EXPIRED", "new", "", "FILLED "] {
        let (order, condition, strategy) = (OrderStatus::from(text), ConditionOrderStatus::from(text), StrategyStatus::from(text));
        assert!(!order.is_open() && !order.is_final(), "{text}");
        assert!(!condition.is_open() && !condition.is_final(), "{text}");
        assert!(!strategy.is_open() && !strategy.is_final(), "{text}");
    }
}
