//! The host check of the control interface, and large numbers in control requests.

use serde_json::{Value, json};
use sixmm_sandbox::Sandbox;
use sixmm_sandbox::exchange::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::control::{send, start};
use crate::support::{Answer, builder, get, parse, post};

/// Sends a request with this head.
async fn with_head(head: &str, address: std::net::SocketAddr) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).await.expect("it reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("it answers");
    parse(&bytes)
}

#[tokio::test]
async fn a_request_for_another_host_cannot_create_a_key() {
    let (_sandbox, control) = start().await;
    let body = json!({ "user": "alice", "permissions": 3 }).to_string();
    let key = |host: &str| {
        format!(
            "POST /api-keys HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    for host in ["Host: evil.example\r\n", "Host: evil.example:8607\r\n", "", "Host: localhost\r\nHost: evil.example\r\n"] {
        let mut stream = TcpStream::connect(control).await.expect("it listens");
        stream.write_all(key(host).as_bytes()).await.expect("it reads");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("it answers");
        let answer = parse(&bytes);
        assert_eq!(answer.status, 421, "{host:?}");
        assert!(answer.json()["error"].as_str().is_some_and(|error| error.contains("send one of these as `Host`")), "{host:?}");
    }
}

#[tokio::test]
async fn each_path_rejects_another_host() {
    let (_sandbox, control) = start().await;
    for line in ["GET /requests", "GET /faults", "DELETE /faults", "GET /clock", "POST /clock/advance", "POST /tickets", "GET /nothing"] {
        assert_eq!(with_head(&format!("{line} HTTP/1.1\r\nHost: evil.example\r\n"), control).await.status, 421, "{line}");
    }
    let proxied = "GET http://evil.example/requests HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    assert_eq!(with_head(proxied, control).await.status, 421);
}

#[tokio::test]
async fn each_loopback_name_is_accepted() {
    let (_sandbox, control) = start().await;
    let port = control.port();
    for host in
        ["127.0.0.1".to_owned(), format!("127.0.0.1:{port}"), format!("localhost:{port}"), "LOCALHOST".to_owned(), format!("[::1]:{port}")]
    {
        assert_eq!(with_head(&format!("GET /clock HTTP/1.1\r\nHost: {host}\r\n"), control).await.status, 200, "{host}");
    }
}

/// An exchange with moving markets, and the address of its control interface.
async fn moving() -> (Sandbox, std::net::SocketAddr) {
    let sandbox = builder().config(Config::new().moving()).control_port(0).start().await.expect("ports are free");
    let control = sandbox.control_address().expect("a control port");
    (sandbox, control)
}

#[tokio::test]
async fn the_largest_orders_in_a_moving_market_do_not_fail() {
    let (sandbox, control) = moving().await;
    sandbox.advance(std::time::Duration::from_secs(5));
    let order = async |symbol: &str, body: Value| send(post(&format!("/market/{symbol}/orders"), body), control).await;
    for (symbol, price, quantity) in
        [("BTCUSDT", "100000000000", "1000000000"), ("DOGEUSDT", "10000000", "1000000000000"), ("ETHUSDT", "10000000000", "1000000000")]
    {
        for body in [
            json!({ "side": "BUY", "price": price, "quantity": quantity }),
            json!({ "side": "SELL", "quantity": quantity }),
            json!({ "side": "SELL", "price": price, "quantity": quantity }),
            json!({ "side": "BUY", "quantity": quantity }),
            json!({ "side": "BUY", "price": price, "quantity": quantity }),
        ] {
            let answer = order(symbol, body.clone()).await;
            assert!(matches!(answer.status, 200 | 422), "{symbol} {body}: {} {}", answer.status, answer.json());
        }
        assert_eq!(send(post(&format!("/market/{symbol}/price"), json!({ "price": price })), control).await.status, 200);
    }
    // The market continues, including funding.
    assert_eq!(send(post("/clock/advance", json!({ "millis": 30_000_000 })), control).await.status, 200);
    assert_eq!(get("/v1/time").send(&sandbox).await.status, 200);
}
