//! A tour: a bot trades on a local exchange, and a connection is lost after an order was executed.
//!
//! ```text
//! cargo run --example tour
//! ```

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use sixmm_ext::types::KlineInterval;
use sixmm_ext::{
    Client, Decimal, NewOrder, Outcome,
    credentials::{ApiKey, Secret, permissions_of},
    orders::{ConfirmedBy, OrderRef},
    requests,
    rules::Rounding,
};
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Fault, FaultRule, Operation, Sandbox, UnixMillis, User};

/// Read and trade.
const PERMISSIONS: i64 = 1 + 2;
const SYMBOL: &str = "BTCUSDT";

/// Runs the tour, and writes each step and its result.
pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "A local exchange")?;
    let market = Config::new().moving().warm_up_ms(6 * 3_600_000);
    let alice = User::new("alice").password("correct horse").balance(Decimal::from(10_000));
    let clock = Clock::manual(UnixMillis::new(1_795_219_200_000));
    let exchange = Sandbox::builder().seed(6).clock(clock).config(market).user(alice).start().await?;
    writeln!(out, "  serves all operations of 6MM, with a moving market that has run for six hours")?;

    writeln!(out, "\nAlice logs in and creates an API key")?;
    let builder = || Client::builder().base_url(exchange.base_url());
    let alice = builder().build()?;
    let password = Secret::from(String::from("correct horse"));
    alice.session().login(requests::Login::new("alice", password)).await?;
    let created = alice.api_keys().create("my-bot").permissions(PERMISSIONS).send().await?;
    writeln!(out, "  the secret is returned only once, and its Debug output is redacted: {:?}", created.api_secret)?;
    let key = ApiKey::new(created.api_key, created.api_secret)?;
    let bot = builder().api_key(key).permissions(&permissions_of(PERMISSIONS)).check_orders(true).build()?;
    bot.sync_clock().await?;
    writeln!(out, "  the bot's clock follows the exchange's: {}", bot.clock().is_synced())?;

    writeln!(out, "\nThe bot reads the market")?;
    let candles = bot.market().klines(SYMBOL, KlineInterval::OneHour).limit(3).send().await?.list;
    for candle in &candles {
        writeln!(
            out,
            "  {SYMBOL} {} open {} high {} low {} close {}",
            candle.open_time, candle.open, candle.high, candle.low, candle.close
        )?;
    }
    let rules = bot.market().rules(SYMBOL).await?;
    let last = candles.last().ok_or("no candles")?.close;
    let price = |percent: i64| rules.round_price(last * Decimal::new(percent, 2), Rounding::Down);

    writeln!(out, "\nIt makes a mistake, which is rejected before sending")?;
    let mistake = NewOrder::buy(SYMBOL, "0.00001").limit("85000.05").time_in_force(sixmm_ext::types::TimeInForce::Ioc).maker_only();
    if let Outcome::Rejected(error) = bot.orders().place(mistake).send().await {
        for field_error in error.field_errors() {
            writeln!(out, "  {field_error}")?;
        }
    }

    writeln!(out, "\nIt places an order, queries it, amends it, cancels it")?;
    let order = NewOrder::buy(SYMBOL, "0.1").limit(price(90)?).maker_only();
    let placed = bot.orders().place(order).send().await.into_result()?;
    writeln!(out, "  placed, {}", state(&bot, &placed).await?)?;
    bot.orders().amend(SYMBOL, &placed.order_id).price(price(91)?).send().await.into_result()?;
    writeln!(out, "  amended, {}", state(&bot, &placed).await?)?;
    bot.orders().cancel(SYMBOL, &placed).send().await.into_result()?;
    writeln!(out, "  cancelled, {}", state(&bot, &placed).await?)?;

    writeln!(out, "\nIt buys, and the connection drops after the order was executed")?;
    exchange.faults().add(FaultRule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(1))?;
    let placed = match bot.orders().place(NewOrder::buy(SYMBOL, "0.05").market()).send().await {
        Outcome::Accepted(placed) => placed,
        other => return Err(format!("{other:?}").into()),
    };
    let received = exchange.requests();
    let sent = received.iter().filter(|request| request.operation == Operation::PlaceOrder).count();
    let orders = exchange.exchange(|exchange| exchange.all_orders().len());
    if sent != orders {
        return Err(format!("{sent} orders were sent, but the exchange has {orders}").into());
    }
    let how = if placed.confirmed_by == ConfirmedBy::Lookup { "confirmed by a lookup" } else { "confirmed by the response" };
    writeln!(out, "  {how}; the bot has sent {sent} orders, and the exchange has {orders}")?;

    writeln!(out, "\nIts position")?;
    for position in bot.positions().open().send().await?.positions {
        writeln!(
            out,
            "  {} {} at {}, leverage {}, unrealised {}",
            position.symbol, position.quantity, position.entry_price, position.leverage, position.unrealized_pnl
        )?;
    }
    bot.orders().place(NewOrder::close_long(SYMBOL).market()).send().await.into_result()?;
    let fills = bot.orders().trades().items().into_vec().await?;
    let fees: Decimal = fills.iter().map(|fill| fill.handling_fee).sum();
    let asset = bot.account().asset().send().await?.user_asset;
    writeln!(out, "  closed: {} fills, {fees} in fees, {} USDT left", fills.len(), asset.wallet_balance)?;

    writeln!(out, "\nIt stops")?;
    bot.orders().cancel_all().submit().await.into_result()?;
    // The exchange's clock is manual, and cancel-all is executed after a delay.
    exchange.advance(Duration::from_millis(100));
    let open = bot.orders().open_orders().send().await?.list.len();
    alice.session().logout().await?;
    writeln!(out, "  {open} open orders, logged in: {}", alice.session().is_active())?;
    Ok(())
}

async fn state(bot: &Client, order: impl Into<OrderRef>) -> Result<String, Box<dyn Error>> {
    let order = bot.orders().get(SYMBOL, order).send().await?;
    let status = order.status.ok_or("no status")?;
    let price = order.price.ok_or("no price")?;
    Ok(format!("it is {status} at {price}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout()).await
}
