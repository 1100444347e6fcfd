//! The examples of `sixmm-ext` run, against a local exchange.

use std::error::Error;
use std::ops::Deref;
use std::sync::Arc;

use sixmm_ext::{ApiKey, Client, ClientBuilder, Decimal, NewOrder, OrderRef, Secret, UnixMillis, api_key_from_file};
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Permissions, Sandbox, User};
use sixmm_tests::virtual_time::{Ticks, VirtualTime};

/// Their `main` reads the environment; the rest is called here.
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
example!(keep_leverage, "../../crates/sixmm-ext/examples/keep_leverage.rs");
example!(place_and_follow, "../../crates/sixmm-ext/examples/place_and_follow.rs");
example!(prices, "../../crates/sixmm-ext/examples/prices.rs");
example!(rotate_api_key, "../../crates/sixmm-ext/examples/rotate_api_key.rs");

type Outcome = Result<(), Box<dyn Error>>;

/// The documentation's own timestamp.
const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// An exchange and its clients live in one time, which moves when everybody waits.
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

/// A market that has moved for a while, and a user with money. Each test has a seed of its own, and so has keys of its own: timestamps are
/// unique per key in the whole process.
async fn exchange(seed: u64) -> Result<Exchange, Box<dyn Error>> {
    let market = Config::new().moving().warm_up_ms(3 * 3_600_000);
    let alice = User::new("alice").password("correct horse").balance(Decimal::from(1_000_000));
    let clock = Clock::manual(sixmm_sandbox::UnixMillis::new(START.as_millis()));
    let sandbox = Arc::new(Sandbox::builder().seed(seed).clock(clock).config(market).user(alice).start().await?);
    let clock = Arc::clone(&sandbox);
    let ticks = Ticks::telling(move |passed| clock.advance(passed));
    Ok(Exchange { sandbox, time: Arc::new(VirtualTime::starting_at(START)), _ticks: ticks })
}

fn of(exchange: &Exchange) -> ClientBuilder {
    Client::builder().base_url(exchange.base_url()).time(exchange.time.clone())
}

fn trader(exchange: &Exchange) -> Result<Client, Box<dyn Error>> {
    let key = exchange.api_key("alice", Permissions::READ_AND_TRADE)?;
    Ok(of(exchange).api_key(ApiKey::new(key.api_key, key.api_secret)?).build()?)
}

fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).expect("examples print text")
}

#[tokio::test(start_paused = true)]
async fn prices_are_shown_without_credentials() -> Outcome {
    let exchange = exchange(1).await?;
    let mut out = Vec::new();
    prices::run(&of(&exchange).build()?, "BTCUSDT", &mut out).await?;
    let out = text(out);
    assert_eq!(out.lines().filter(|line| line.contains("close")).count(), 3, "{out}");
    assert!(out.contains("tick size 0.1, step size 0.001"), "{out}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_order_is_placed_followed_moved_and_cancelled() -> Outcome {
    let exchange = exchange(2).await?;
    let mut out = Vec::new();
    place_and_follow::run(&trader(&exchange)?, "BTCUSDT", &mut out).await?;
    let out = text(out);
    let verbs: Vec<_> = out.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(verbs, ["placed", "status:", "moved", "cancelled"], "{out}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_bracket_is_placed_in_one_call() -> Outcome {
    let exchange = exchange(3).await?;
    let mut out = Vec::new();
    bracket::run(&trader(&exchange)?, "BTCUSDT", &mut out).await?;
    assert_eq!(text(out), "placed a strategy of 3 orders\n");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn all_orders_are_cancelled_and_that_is_true() -> Outcome {
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
    let mut expected = 0;
    for _ in 0..3 {
        let placed = client.orders().place(NewOrder::buy("BTCUSDT", "0.01").market()).send().await.into_result()?;
        expected += client.orders().trades().order_id(placed.order_id).items().into_vec().await?.len();
    }
    let mut out = Vec::new();
    export_trades::run(&client, &mut out).await?;
    let out = text(out);
    assert!(expected >= 3, "{out}");
    assert_eq!(out.lines().count(), 1 + expected, "{out}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn leverage_is_set_once() -> Outcome {
    let exchange = exchange(6).await?;
    let client = trader(&exchange)?;
    let mut out = Vec::new();
    keep_leverage::run(&client, "BTCUSDT", 7, &mut out).await?;
    keep_leverage::run(&client, "BTCUSDT", 7, &mut out).await?;
    let out = text(out);
    assert!(out.contains("to 7") && out.ends_with("BTCUSDT already has a leverage of 7\n"), "{out}");
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
    // As the bot will find it.
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
async fn an_order_is_found_by_the_id_that_was_made_for_it() -> Outcome {
    let exchange = exchange(9).await?;
    let client = trader(&exchange)?;
    let place = client.orders().place(NewOrder::buy("BTCUSDT", "0.1").limit(10_000));
    let id = place.client_order_id().clone();
    let placed = place.send().await.into_result()?;
    let found = client.orders().get("BTCUSDT", OrderRef::ClientId(id)).send().await?;
    assert_eq!(found.order_id, Some(placed.order_id));
    Ok(())
}
