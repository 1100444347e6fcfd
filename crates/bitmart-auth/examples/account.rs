//! Reads an account with the environment's API key, from a mock exchange on this machine:
//! `BITMART_API_KEY=key BITMART_API_SECRET=secret BITMART_API_MEMO=memo cargo run -p bitmart-auth --example account`.

use std::error::Error;
use std::io::{self, Write};

use bitmart_api::types::{OrderMode, SpotOrderType, SpotSide, SpotStpMode, SpotTrade, SystemTime, TradeRole, Wallet, WalletBalance};
use bitmart_api::{Client, Decimal, requests};
use bitmart_auth::{ApiKey, Auth, api_key_from_env, permission};
use bitmart_httpmock::MockServerExt as _;
use httpmock::MockServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    account(api_key_from_env()?, &mut io::stdout().lock()).await
}

/// Prints the balances, which a KEYED request reads, and the trades, which a SIGNED request reads.
pub(crate) async fn account(key: ApiKey, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let exchange = mock_exchange(&key).await?;
    let unauthenticated = Client::builder().base_url(exchange.base_url()).build()?;
    let auth = Auth::builder(&unauthenticated).api_key(key).permissions(&[permission::READ_ONLY]).build();
    let client = auth.client();

    for balance in client.send(requests::Wallet::new()).await?.into_data()?.wallet {
        writeln!(out, "{} {} available, {} frozen", balance.available, balance.currency, balance.frozen)?;
    }
    for trade in client.send(requests::Trades::new().symbol("BTC_USDT").limit(10)).await?.into_data()? {
        writeln!(out, "{} {} {} at {}", trade.side, trade.size, trade.symbol, trade.price)?;
    }
    Ok(())
}

/// An exchange with the documentation's example responses, which accepts only the headers of this key.
async fn mock_exchange(key: &ApiKey) -> Result<MockServer, Box<dyn Error>> {
    let time = SystemTime::builder().server_time(1_527_777_538_000).build()?;
    let balance = WalletBalance::builder().currency("USDT").name("Tether USD").available(1000).frozen(0).un_available(0).build()?;
    let wallet = Wallet::builder().wallet(vec![balance]).build()?;
    let trade = SpotTrade::builder()
        .trade_id("125277182593091639")
        .order_id("125213058731346053")
        .client_order_id("125213058731346053")
        .symbol("BTC_USDT")
        .side(SpotSide::Buy)
        .order_mode(OrderMode::Spot)
        .type_(SpotOrderType::Limit)
        .stp_mode(SpotStpMode::CancelMaker)
        .price(Decimal::new(3_999_900, 2))
        .size(Decimal::new(1, 1))
        .notional(Decimal::new(39_999, 1))
        .fee(Decimal::new(999_975, 5))
        .fee_coin_name("USDT")
        .trade_role(TradeRole::Taker)
        .create_time(1_681_891_896_569)
        .update_time(1_681_891_896_569);
    let trades = vec![trade.build()?];

    let exchange = MockServer::start_async().await;
    exchange.system_time(|_, then| drop(then.ok(&time)));
    exchange.wallet(|when, then| {
        let keyed = when.into_inner().header("x-bm-key", key.id());
        drop(keyed.header_missing("x-bm-sign").header_missing("x-bm-timestamp"));
        drop(then.ok(&wallet));
    });
    exchange.trades(|when, then| {
        let signed = when.into_inner().header("x-bm-key", key.id()).header_exists("x-bm-timestamp");
        drop(signed.header_matches("x-bm-sign", "^[0-9a-f]{64}$"));
        drop(then.ok(&trades));
    });
    Ok(exchange)
}
