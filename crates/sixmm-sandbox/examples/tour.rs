//! A tour: a local exchange, a bot's day on it, and a lost connection in the middle.
//!
//! ```text
//! cargo run --example tour
//! ```

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use sixmm_ext::requests;
use sixmm_ext::types::KlineInterval;
use sixmm_ext::{ApiKey, Client, ConfirmedBy, Decimal, Order, OrderRef, Outcome, Rounding, Secret, permissions_of};
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Fault, Operation, Rule, Sandbox, UnixMillis, User};

/// Read and Trade.
const PERMISSIONS: i64 = 1 + 2;
const SYMBOL: &str = "BTCUSDT";

/// Says what is done, and what came of it.
pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "A local exchange")?;
    let market = Config::new().moving().warm_up_ms(6 * 3_600_000);
    let alice = User::new("alice").password("correct horse").balance(Decimal::from(10_000));
    let clock = Clock::manual(UnixMillis::new(1_795_219_200_000));
    let exchange = Sandbox::builder().seed(6).clock(clock).config(market).user(alice).start().await?;
    writeln!(out, "  serves the 53 operations of 6MM, with a market that has moved for six hours")?;

    writeln!(out, "\nAlice logs in and makes an API key")?;
    let builder = || Client::builder().base_url(exchange.base_url());
    let alice = builder().build()?;
    let password = Secret::from(String::from("correct horse"));
    alice.session().login(requests::Login::new("alice", password)).await?;
    let created = alice.api_keys().create("my-bot").permissions(PERMISSIONS).send().await?;
    writeln!(out, "  its secret is shown this once, and never prints: {:?}", created.api_secret)?;
    let key = ApiKey::new(created.api_key, created.api_secret)?;
    let bot = builder().api_key(key).permissions(&permissions_of(PERMISSIONS)).build()?;
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

    writeln!(out, "\nIt makes a mistake, which is not sent")?;
    let mistake = Order::buy(SYMBOL, "0.00001").limit("85000.05").time_in_force(sixmm_ext::types::TimeInForce::Ioc).maker_only();
    if let Outcome::Rejected(error) = bot.orders().place(mistake).send().await {
        for fault in error.faults() {
            writeln!(out, "  {fault}")?;
        }
    }

    writeln!(out, "\nIt places an order, follows it, moves it, cancels it")?;
    let order = Order::buy(SYMBOL, "0.1").limit(price(90)?).maker_only();
    let placed = bot.orders().place(order).send().await.into_result()?;
    writeln!(out, "  placed, {}", state(&bot, &placed).await?)?;
    bot.orders().amend(SYMBOL, &placed.order_id).price(price(91)?).send().await.into_result()?;
    writeln!(out, "  moved, {}", state(&bot, &placed).await?)?;
    bot.orders().cancel(SYMBOL, &placed).send().await.into_result()?;
    writeln!(out, "  cancelled, {}", state(&bot, &placed).await?)?;

    writeln!(out, "\nIt buys, and the connection drops after the order has taken effect")?;
    exchange.faults().add(Rule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(1))?;
    let placed = match bot.orders().place(Order::buy(SYMBOL, "0.05").market()).send().await {
        Outcome::Accepted(placed) => placed,
        other => return Err(format!("{other:?}").into()),
    };
    let received = exchange.received();
    let sent = received.iter().filter(|request| request.operation == Operation::PlaceOrder).count();
    let orders = exchange.exchange(|exchange| exchange.all_orders().len());
    if sent != orders {
        return Err(format!("{sent} orders were sent, and {orders} stand").into());
    }
    let how = if placed.confirmed_by == ConfirmedBy::Query { "found by asking for it" } else { "answered" };
    writeln!(out, "  {how}; of the bot's {sent} orders so far, {orders} have arrived")?;

    writeln!(out, "\nIts position")?;
    for position in bot.positions().open().send().await?.positions {
        writeln!(
            out,
            "  {} {} at {}, leverage {}, unrealised {}",
            position.symbol, position.quantity, position.entry_price, position.leverage, position.unrealized_pnl
        )?;
    }
    bot.orders().place(Order::close_long(SYMBOL).market()).send().await.into_result()?;
    let fills = bot.orders().trades().items().into_vec().await?;
    let fees: Decimal = fills.iter().map(|fill| fill.handling_fee).sum();
    let asset = bot.account().asset().send().await?.user_asset;
    writeln!(out, "  closed: {} fills, {fees} in fees, {} USDT left", fills.len(), asset.wallet_balance)?;

    writeln!(out, "\nIt goes home")?;
    bot.orders().cancel_all().send().await.into_result()?;
    // This exchange's clock stands still unless it is told, and it cancels a little later.
    exchange.advance(Duration::from_millis(100));
    let open = bot.orders().open().send().await?.list.len();
    alice.session().logout().await?;
    writeln!(out, "  {open} orders are open; logged in: {}", alice.session().is_active())?;
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
