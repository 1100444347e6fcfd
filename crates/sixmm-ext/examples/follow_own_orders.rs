//! Places an order and follows it until REST confirms that it is final, also while the connection of the private stream is lost.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… \
//!     cargo run -p sixmm-ext --features streams --example follow_own_orders
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::streams::{Lifecycle, UserUpdate};
use sixmm_ext::types::{KlineInterval, OrderStatus};
use sixmm_ext::{Client, Decimal, NewOrder, rules::Rounding};

pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut user = client.streams().user().subscribe()?;
    user.reconcile().await.ok_or("the stream is closed")?;

    let rules = client.market().rules(symbol).await?;
    let candles = client.market().klines(symbol, KlineInterval::OneMinute).limit(1).send().await?.list;
    let last = candles.last().ok_or("the contract has no price yet")?.close;
    let price = rules.round_price(last * Decimal::new(99, 2), Rounding::PASSIVE_BUY)?;
    let quantity = rules.round_quantity(Decimal::new(1, 1), Rounding::Down)?;
    let placed = client.orders().place(NewOrder::buy(symbol, quantity).limit(price)).send().await.into_result()?;
    let id = placed.order_id.to_string();
    writeln!(out, "placed")?;

    let (mut is_final, mut filled) = (false, Decimal::ZERO);
    while !is_final || filled < quantity {
        match user.next().await.ok_or("the stream is closed")? {
            // The message of the stream is early. The row of REST confirms it.
            UserUpdate::OrderUpdate(order) if order.id == id && order.is_confirmed() => {
                let status = order.row.as_ref().and_then(|row| row.status.clone());
                writeln!(out, "confirmed: {}", status.map_or_else(String::new, |status| status.to_string()))?;
                is_final = order.confirmed_lifecycle() == Lifecycle::Final;
                if is_final && order.row.as_ref().is_some_and(|row| row.status != Some(OrderStatus::Filled)) {
                    break;
                }
            }
            // Each fill is reported once, whether its message was lost or repeated.
            UserUpdate::Fill(fill) if fill.order_id == placed.order_id => {
                filled += fill.quantity;
                writeln!(out, "filled: {}", fill.quantity)?;
            }
            UserUpdate::TrustLost(loss) => writeln!(out, "messages may be missing: {loss}")?,
            _ => {}
        }
    }
    let state = user.reconcile().await.ok_or("the stream is closed")?;
    for position in state.positions() {
        writeln!(out, "position: {} {}", position.symbol, position.quantity)?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", &mut std::io::stdout()).await
}
