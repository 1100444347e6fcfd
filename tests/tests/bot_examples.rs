//! The examples of `sixmm-ext` run, against a local exchange.

use std::error::Error;
use std::ops::Deref;
use std::sync::Arc;

use sixmm_ext::streams::VersionRule;
use sixmm_ext::{
    Client, ClientBuilder, Decimal, NewOrder, UnixMillis,
    credentials::{ApiKey, Secret, api_key_from_file},
    orders::OrderRef,
};
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Permissions, Sandbox, User};
use venue_test_support::virtual_time::{Ticks, VirtualTime};

/// An example without its `main`, which reads the environment.
macro_rules! example {
    ($name:ident, $path:literal) => {
        #[expect(dead_code, reason = "`main` is for the shell")]
        #[path = $path]
        mod $name;
    };
}

example!(bracket, "../../crates/sixmm-ext/examples/bracket.rs");
example!(cancel_all, "../../crates/sixmm-ext/examples/cancel_all.rs");
example!(export_trades, "../../crates/sixmm-ext/examples/export_trades.rs");
example!(follow_trades, "../../crates/sixmm-ext/examples/follow_trades.rs");
example!(keep_leverage, "../../crates/sixmm-ext/examples/keep_leverage.rs");
example!(place_and_follow, "../../crates/sixmm-ext/examples/place_and_follow.rs");
example!(print_book, "../../crates/sixmm-ext/examples/print_book.rs");
example!(prices, "../../crates/sixmm-ext/examples/prices.rs");
example!(rotate_api_key, "../../crates/sixmm-ext/examples/rotate_api_key.rs");

type Outcome = Result<(), Box<dyn Error>>;

/// The documentation's own timestamp.
const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// The local exchange, and the virtual time of the exchange and its clients.
struct Exchange {
    sandbox: Arc<Sandbox>,
    time: Arc<VirtualTime>,
    _ticks: Ticks,
}

impl Deref for Exchange {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

/// A market that has moved for three hours, and a user with a balance. Each test has a seed of its own, so that its API keys are unlike the
/// keys of other tests: the process remembers the timestamps of each key.
async fn exchange(seed: u64) -> Result<Exchange, Box<dyn Error>> {
    let market = Config::new().moving().warm_up_ms(3 * 3_600_000);
    let alice = User::new("alice").password("correct horse").balance(Decimal::from(1_000_000));
    let clock = Clock::manual(sixmm_sandbox::UnixMillis::new(START.as_millis()));
    let sandbox = Arc::new(Sandbox::builder().seed(seed).clock(clock).config(market).user(alice).start().await?);
    let clock = Arc::clone(&sandbox);
    let ticks = Ticks::every_20_ms(move |passed| clock.advance(passed));
    Ok(Exchange { sandbox, time: Arc::new(VirtualTime::starting_at(START)), _ticks: ticks })
}

fn of(exchange: &Exchange) -> ClientBuilder {
    Client::builder().base_url(exchange.base_url()).time(exchange.time.clone())
}

fn trader(exchange: &Exchange) -> Result<Client, Box<dyn Error>> {
    let key = exchange.api_key("alice", Permissions::READ_AND_TRADE)?;
    Ok(of(exchange).api_key(ApiKey::new(key.api_key, key.api_secret)?).build()?)
}

/// All orders of the user on the exchange, one line for each order.
fn orders(exchange: &Exchange) -> String {
    let user = exchange.user_id("alice").expect("a user");
    exchange.exchange(|exchange| {
        let orders = exchange.all_orders().into_iter().filter(|(owner, _)| *owner == user).map(|(_, order)| {
            let price = order.price.map_or_else(String::new, |price| format!(" at {}", price.normalize()));
            format!("{} {} {} {}{price}: {}", order.symbol, order.side, order.order_type, order.quantity.normalize(), order.status)
        });
        orders.collect::<Vec<_>>().join("\n")
    })
}

fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).expect("examples print text")
}

#[tokio::test(start_paused = true)]
async fn prices_are_shown_without_credentials() -> Outcome {
    let exchange = exchange(1).await?;
    let mut out = Vec::new();
    prices::run(&of(&exchange).build()?, "BTCUSDT", &mut out).await?;
    insta::assert_snapshot!(text(out), @r"
    1772701200000  open 84839.7  high 85362.7  low 84756  close 84996.1
    1772704800000  open 84999.6  high 85022.5  low 83980.9  close 84590.2
    1772708400000  open 84595.2  high 84761.5  low 84116.1  close 84293.2
    tick size 0.1, step size 0.001
    one percent below the last price: 83450.2
    ");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn trades_are_followed_without_credentials() -> Outcome {
    let exchange = exchange(10).await?;
    let mut out = Vec::new();
    follow_trades::run(&of(&exchange).build()?, "BTCUSDT", 3, &mut out).await?;
    let printed = text(out);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "subscribed: trades are complete from here on"), "{printed}");
    assert!(lines[1..].iter().all(|line| line.starts_with("BTCUSDT ") && line.contains(" at 8")), "{printed}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_best_prices_are_live_only_with_a_rule() -> Outcome {
    let exchange = exchange(13).await?;
    let client = of(&exchange).build()?;
    for (rule, expected) in [(None, "  not verified"), (Some(VersionRule::FirstFollowsPrevious), "  live")] {
        let mut out = Vec::new();
        print_book::run(&client, "BTCUSDT", rule, 8, &mut out).await?;
        let printed = text(out);
        assert!(printed.lines().all(|line| line.starts_with("BTCUSDT bid 8") && line.contains("  ask 8")), "{printed}");
        assert!(printed.lines().count() == 8 && printed.lines().last().is_some_and(|line| line.ends_with(expected)), "{printed}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_order_is_placed_followed_moved_and_cancelled() -> Outcome {
    let exchange = exchange(2).await?;
    let mut out = Vec::new();
    place_and_follow::run(&trader(&exchange)?, "BTCUSDT", &mut out).await?;
    insta::assert_snapshot!(text(out), @r"
    placed at 80333.4
    status: PENDING
    moved to 81179
    cancelled
    ");
    assert_eq!(orders(&exchange), "BTCUSDT BUY LIMIT 1 at 81179: CANCELED");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_bracket_is_placed_in_one_call() -> Outcome {
    let exchange = exchange(3).await?;
    let mut out = Vec::new();
    bracket::run(&trader(&exchange)?, "BTCUSDT", &mut out).await?;
    assert_eq!(text(out), "placed a strategy of 3 orders\n");
    assert_eq!(orders(&exchange), "BTCUSDT BUY LIMIT 1 at 84463.2: PENDING");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn after_the_cancel_all_example_no_order_is_open() -> Outcome {
    let exchange = exchange(4).await?;
    let client = trader(&exchange)?;
    for price in 1..=3 {
        client.orders().place(NewOrder::buy("BTCUSDT", "0.1").limit(10_000 + price).maker_only()).send().await.into_result()?;
    }
    let mut out = Vec::new();
    cancel_all::run(&client, &mut out).await?;
    assert_eq!(text(out), "3 orders are open\nno order is open any more\n");
    assert!(client.orders().open_orders().send().await?.list.is_empty());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn every_fill_of_a_month_is_exported_once() -> Outcome {
    let exchange = exchange(5).await?;
    let client = trader(&exchange)?;
    let mut expected = Vec::new();
    for _ in 0..3 {
        let placed = client.orders().place(NewOrder::buy("BTCUSDT", "0.01").market()).send().await.into_result()?;
        for trade in client.orders().trades().order_id(placed.order_id).items().into_vec().await? {
            let (time, price, quantity, value, fee) =
                (trade.created_at, trade.price, trade.quantity, trade.trade_value, trade.handling_fee);
            assert_eq!(value, price * quantity);
            expected.push(format!("{time},BTCUSDT,BUY,{price},{quantity},{value},{fee}"));
        }
    }
    let mut out = Vec::new();
    export_trades::run(&client, &mut out).await?;
    let out = text(out);
    let (header, rows) = out.split_once('\n').expect("a header");
    assert_eq!(header, "time,symbol,side,price,quantity,value,fee");
    let mut rows: Vec<_> = rows.lines().collect();
    rows.sort_unstable();
    expected.sort_unstable();
    assert!(expected.len() >= 3, "{out}");
    assert_eq!(rows, expected);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn leverage_is_set_once() -> Outcome {
    let exchange = exchange(6).await?;
    let client = trader(&exchange)?;
    let mut out = Vec::new();
    keep_leverage::run(&client, "BTCUSDT", 7, &mut out).await?;
    keep_leverage::run(&client, "BTCUSDT", 7, &mut out).await?;
    assert_eq!(text(out), "BTCUSDT: leverage changed from 20 to 7\nBTCUSDT already has a leverage of 7\n");
    assert_eq!(client.positions().settings("BTCUSDT").send().await?.leverage, 7);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_key_is_rotated_and_the_old_one_no_longer_works() -> Outcome {
    let exchange = exchange(7).await?;
    let user = || (String::from("alice"), Secret::from(String::from("correct horse")));
    let mut out = Vec::new();
    let folder = std::env::temp_dir().join(format!("sixmm-rotate-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let store = |name: &str| {
        let path = folder.join(name);
        let file = rotate_api_key::new_file(&path);
        move |id: &str, secret: &Secret| rotate_api_key::store_in(&mut file.map_err(std::io::Error::other)?, id, secret)
    };
    let first = rotate_api_key::run(|| of(&exchange), user(), "my-bot", store("first"), &mut out).await?;
    rotate_api_key::run(|| of(&exchange), user(), "my-bot", store("second"), &mut out).await?;
    let second = api_key_from_file(folder.join("second"));
    let taken = rotate_api_key::new_file(&folder.join("second")).expect_err("the key in it is in use");
    assert!(taken.contains("second cannot be created: File exists"), "{taken}");
    std::fs::remove_dir_all(&folder)?;
    assert_eq!(text(out), "the new key works\nthe new key works\nan old key is deleted\n");
    let old = of(&exchange).api_key(first).build()?.account().asset().send().await;
    assert!(old.is_err_and(|error| error.is_auth()));
    // The bot reads the new key from the file.
    assert!(of(&exchange).api_key(second?).build()?.account().asset().send().await.is_ok());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn no_key_is_deleted_if_the_new_one_cannot_be_stored() -> Outcome {
    let exchange = exchange(8).await?;
    let user = || (String::from("alice"), Secret::from(String::from("correct horse")));
    let mut out = Vec::new();
    let first = rotate_api_key::run(|| of(&exchange), user(), "my-bot", |_, _| Ok(()), &mut out).await?;
    let full = |_: &str, _: &Secret| Err(std::io::Error::from(std::io::ErrorKind::StorageFull));
    rotate_api_key::run(|| of(&exchange), user(), "my-bot", full, &mut out).await.expect_err("not stored");
    assert_eq!(text(out), "the new key works\n");
    assert!(of(&exchange).api_key(first).build()?.account().asset().send().await.is_ok());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_order_is_found_by_its_generated_client_order_id() -> Outcome {
    let exchange = exchange(9).await?;
    let client = trader(&exchange)?;
    let place = client.orders().place(NewOrder::buy("BTCUSDT", "0.1").limit(10_000));
    let id = place.client_order_id().clone();
    let placed = place.send().await.into_result()?;
    let found = client.orders().get("BTCUSDT", OrderRef::ClientId(id)).send().await?;
    assert_eq!(found.order_id, Some(placed.order_id));
    Ok(())
}
