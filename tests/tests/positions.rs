//! The signed size of a position.

use serde_json::json;
use sixmm_api::types::Position;

fn signed(side: &str, quantity: &str) -> String {
    let position = json!({
        "symbol": "BTCUSDT", "marginMode": "CROSS", "positionSide": side, "leverage": 10, "quantity": quantity, "entryPrice": "1",
        "breakEvenPrice": "1", "marginRatio": "0", "unrealizedPnl": "0", "roe": "0", "fundingFeeAccum": "0",
    });
    serde_json::from_value::<Position>(position).expect("a position").signed_quantity().to_string()
}

#[test]
fn a_short_position_has_a_size_below_zero_whatever_the_sign_of_its_quantity() {
    for quantity in ["0.5", "-0.5"] {
        assert_eq!(signed("LONG", quantity), "0.5");
        assert_eq!(signed("SHORT", quantity), "-0.5");
        assert_eq!(signed("BOTH", quantity), quantity);
    }
    assert_eq!(signed("SHORT", "0"), "0");
}
