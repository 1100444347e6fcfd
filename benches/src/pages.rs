//! Responses of the exchange, as JSON in the documented shape. The values differ from row to row.
//!
//! The text is written into one buffer. A tree of JSON values would change the state of the allocator, and so the count of the decode.

use sixmm_api::UnixMillis;
use std::fmt::{self, Display};

/// A page of candlesticks with every field that is documented.
#[must_use]
pub fn klines(rows: i64) -> Vec<u8> {
    page(rows, |row, f| {
        let open_time = 1_780_473_240_000 + row * 60_000;
        let close_time = open_time + 59_999;
        let [open, high, low, close] = [row, row + 13, row - 13, row + 1].map(Price);
        let (whole, part) = (row % 97, row * 7 % 1000);
        write!(f, r#""openTime":{open_time},"open":"{open}","high":"{high}","low":"{low}","close":"{close}","#)?;
        write!(f, r#""volume":"{whole}.{part:03}","closeTime":{close_time}"#)
    })
}

/// A page of pending orders with every assumed field except `leverage`, which only past orders have.
#[must_use]
pub fn orders(rows: i64) -> Vec<u8> {
    page(rows, |row, f| {
        let order_id = 2_022_543_809_547_603_968 + row;
        let created_at = 1_772_710_377_808 + row;
        let updated_at = created_at + 192;
        let side = if row % 2 == 0 { "BUY" } else { "SELL" };
        let status = if row % 3 == 0 { "PARTIALLY_FILLED" } else { "PENDING" };
        let price = Price(row);
        write!(f, r#""symbol":"BTCUSDT","orderId":"{order_id}","orderCategory":"NORMAL","clientOrderId":"ext-{created_at}","#)?;
        write!(f, r#""orderType":"LIMIT","side":"{side}","status":"{status}","timeInForce":"GTC","price":"{price}","#)?;
        write!(f, r#""quantity":"0.1","filledQuantity":"0.04","remainingQuantity":"0.06","avgFilledPrice":"{price}","#)?;
        write!(f, r#""reduceOnly":false,"closeOnly":false,"makerOnly":true,"marginMode":"CROSS","#)?;
        write!(f, r#""createdAt":{created_at},"updatedAt":{updated_at}"#)
    })
}

/// An order that was accepted.
#[must_use]
pub fn placed_order() -> Vec<u8> {
    let data = r#"{"orderId":"2022543809547603968","clientOrderId":"ext-1772710377808-001","status":"NEW","timestamp":1772710377808}"#;
    format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-7cad3113"}}"#).into_bytes()
}

/// The response to `GET /v1/time`.
pub fn server_time(now: UnixMillis) -> Vec<u8> {
    let (seconds, millis) = (now.as_millis() / 1000, now.as_millis());
    let data = format!(r#"{{"timestamp":{seconds},"timestampMs":{millis},"iso":"2026-03-05T11:32:57Z","timezone":"UTC"}}"#);
    format!(r#"{{"code":0,"message":"success","data":{data},"requestId":"req-7cad3114"}}"#).into_bytes()
}

/// A response that contains a list of rows.
fn page(rows: i64, write_row: impl Fn(i64, &mut fmt::Formatter<'_>) -> fmt::Result) -> Vec<u8> {
    struct Page<F>(i64, F);

    impl<F: Fn(i64, &mut fmt::Formatter<'_>) -> fmt::Result> Display for Page<F> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(r#"{"code":0,"message":"success","data":{"list":["#)?;
            for row in 0..self.0 {
                f.write_str(if row == 0 { "{" } else { ",{" })?;
                (self.1)(row, f)?;
                f.write_str("}")?;
            }
            f.write_str(r#"]},"requestId":"req-7cad3113"}"#)
        }
    }

    Page(rows, write_row).to_string().into_bytes()
}

/// A price with the precision of the documentation's example, different in each row.
struct Price(i64);

impl Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", 85_000 + self.0 % 211, self.0.unsigned_abs() * 37 % 100)
    }
}

#[cfg(test)]
mod tests {
    use sixmm_api::types::{Envelope, Klines, OrderList, PlacedOrder};

    use super::*;
    use crate::peers::{self, flatten, plain};

    #[test]
    fn every_page_is_read_by_all_types_and_holds_nothing_unknown() {
        let klines: Envelope<Klines> = serde_json::from_slice(&klines(3)).unwrap();
        assert!(klines.data.unwrap().list.iter().all(|kline| kline.volume.is_some() && kline.extra.is_empty()));
        let orders: Envelope<OrderList> = serde_json::from_slice(&orders(3)).unwrap();
        assert!(orders.data.unwrap().list.iter().all(|order| order.updated_at.is_some() && order.extra.is_empty()));
        let placed: Envelope<PlacedOrder> = serde_json::from_slice(&placed_order()).unwrap();
        assert!(placed.data.unwrap().status.unwrap().is_documented());
    }

    #[test]
    fn the_types_written_by_hand_read_the_pages_too() {
        let klines: peers::Envelope<plain::Klines> = serde_json::from_slice(&super::klines(3)).unwrap();
        assert_eq!(klines.data.unwrap().list[2].open.0.to_string(), "85002.74");
        let orders: peers::Envelope<flatten::OrderList> = serde_json::from_slice(&super::orders(3)).unwrap();
        let list = orders.data.unwrap().list;
        assert!(list.iter().all(|order| order.updated_at.is_some() && order.extra.is_empty()));
    }
}
