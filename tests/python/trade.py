"""A trading client in Python against the local exchange: places, queries, amends and cancels orders, opens and closes a position.

    python tests/python/trade.py --sandbox target/debug/sixmm-sandbox

Ends with an exit code other than 0 at the first thing that is not as documented.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import requests

import sandbox
from sixmm import Client, Refused, Signed, opened

SYMBOL = "BTCUSDT"


def main() -> None:
    arguments = sandbox.argument_parser("A trading client in Python against the local exchange").parse_args()
    with sandbox.running(arguments.sandbox, arguments.seed) as variables:
        url = variables["SIXMM_BASE_URL"]
        key, secret = variables["SIXMM_API_KEY"], variables["SIXMM_API_SECRET"]
        client = Client(url, Signed(key, secret))
        print(f"clock offset: {client.synchronise()} ms")
        rules = trading_rules(client)
        price = last_price(client)
        follow_an_order(client, rules, price)
        hold_a_position(client, rules)
        cancel_all(client, rules, price)
        is_refused_where_it_should_be(url, key, secret, client, rules, price)
        log_in(url, variables["SIXMM_USERNAME"], variables["SIXMM_PASSWORD"])
    print("all as documented")


def trading_rules(client: Client) -> dict[str, Any]:
    return next(rules for rules in client.get("/v1/public/market/symbols")["list"] if rules["symbol"] == SYMBOL)


def last_price(client: Client) -> Decimal:
    klines = client.get("/v1/public/market/klines", symbol=SYMBOL, interval="1m", limit=5)["list"]
    return Decimal(max(klines, key=lambda kline: kline["openTime"])["close"])


def a_resting_bid(rules: dict[str, Any], price: Decimal, client_order_id: str) -> dict[str, Any]:
    """A limit order so far below the price that it stays in the book."""
    tick, step = Decimal(rules["tickSize"]), Decimal(rules["stepSize"])
    bid = (price * Decimal("0.9") / tick).to_integral_value() * tick
    least = max(Decimal(rules["minQuantity"]), Decimal(rules["minNotional"]) / bid)
    quantity = ((least / step).to_integral_value() + 1) * step
    order = {"symbol": SYMBOL, "type": "LIMIT", "side": "BUY", "price": f"{bid:f}", "quantity": f"{quantity:f}"}
    return {**order, "timeInForce": "GTC", "makerOnly": True, "clientOrderId": client_order_id}


def follow_an_order(client: Client, rules: dict[str, Any], price: Decimal) -> None:
    """Place, query by both ids, list, amend, cancel, and find it in the history."""
    wanted = a_resting_bid(rules, price, "python-1")
    placed = client.post("/v1/private/order/place", **wanted)
    order_id = placed["orderId"]
    assert isinstance(order_id, str) and placed["clientOrderId"] == "python-1", placed
    assert placed["status"] in ("NEW", "PENDING"), placed

    by_id = client.get("/v1/private/order", symbol=SYMBOL, orderId=order_id)
    by_client_id = client.get("/v1/private/order", symbol=SYMBOL, clientOrderId="python-1")
    assert by_id == by_client_id and by_id["orderId"] == order_id, (by_id, by_client_id)
    assert Decimal(by_id["price"]) == Decimal(wanted["price"]) and Decimal(by_id["filledQuantity"]) == 0, by_id
    assert order_id in [order["orderId"] for order in client.get("/v1/private/order/current", symbol=SYMBOL)["list"]]

    price_now = Decimal(wanted["price"]) - Decimal(rules["tickSize"])
    quantity_now = Decimal(wanted["quantity"]) + Decimal(rules["stepSize"])
    client.post("/v1/private/order/move", symbol=SYMBOL, orderId=order_id, price=f"{price_now:f}", quantity=f"{quantity_now:f}")
    amended = client.get("/v1/private/order", symbol=SYMBOL, clientOrderId="python-1")
    assert Decimal(amended["price"]) == price_now and Decimal(amended["quantity"]) == quantity_now, amended

    client.post("/v1/private/order/cancel", symbol=SYMBOL, orderId=amended["orderId"])
    canceled = until(lambda: client.get("/v1/private/order", symbol=SYMBOL, clientOrderId="python-1"), is_canceled)
    assert canceled["orderId"] not in [order["orderId"] for order in client.get("/v1/private/order/current")["list"]]
    history = client.get("/v1/private/order/history", symbol=SYMBOL, clientOrderId="python-1", page=1, pageSize=5)
    assert [order["status"] for order in history["list"]] == ["CANCELED"], history
    with refused(3005, 3003):
        client.post("/v1/private/order/cancel", symbol=SYMBOL, orderId=amended["orderId"])
    print(f"an order lived and was canceled: {order_id}")


def is_canceled(order: dict[str, Any]) -> bool:
    return order["status"] == "CANCELED"


def hold_a_position(client: Client, rules: dict[str, Any]) -> None:
    """Buy at the market, look at the position, its fills and its fees, and close it."""
    balance_before = balance(client)
    quantity = Decimal(rules["minQuantity"]) * 10
    order = {"symbol": SYMBOL, "type": "MARKET", "side": "BUY", "quantity": f"{quantity:f}", "clientOrderId": "python-2"}
    placed = client.post("/v1/private/order/place", **order)
    until(lambda: client.get("/v1/private/order", symbol=SYMBOL, orderId=placed["orderId"]), lambda order: order["status"] == "FILLED")
    [position] = client.get("/v1/private/position/positions", symbol=SYMBOL)["positions"]
    assert Decimal(position["quantity"]) == quantity and position["marginMode"] in ("CROSS", "ISOLATED"), position
    fills = client.get("/v1/private/order/trades", symbol=SYMBOL, orderId=placed["orderId"])["list"]
    assert sum(Decimal(fill["quantity"]) for fill in fills) == quantity, fills
    assert all(fill["roleType"] == "taker" for fill in fills), fills

    client.post("/v1/private/order/place", symbol=SYMBOL, type="MARKET", side="SELL", closePosition=True, clientOrderId="python-3")
    until(lambda: client.get("/v1/private/position/positions", symbol=SYMBOL)["positions"], lambda positions: positions == [])
    [closed] = client.get("/v1/private/position/history", symbol=SYMBOL)["list"]
    assert Decimal(closed["maxQuantity"]) == quantity, closed
    assert balance(client) != balance_before, "neither fees nor profit"
    print(f"a position was opened and closed: profit {closed['pnl']}, balance {balance_before} to {balance(client)}")


def balance(client: Client) -> Decimal:
    return Decimal(client.get("/v1/private/user/asset")["userAsset"]["walletBalance"])


def cancel_all(client: Client, rules: dict[str, Any], price: Decimal) -> None:
    """Place several at once, then cancel everything: accepted at once, done a little later."""
    orders = [a_resting_bid(rules, price, f"python-batch-{number}") for number in range(3)]
    result = client.post("/v1/private/order/batch-place", orders=orders)
    assert (result["successCount"], result.get("failedCount", 0), len(result["results"])) == (3, 0, 3), result
    client.post("/v1/private/order/batch-cancel-all", symbol=SYMBOL, cancelType=0)
    until(lambda: client.get("/v1/private/order/current")["list"], lambda left: left == [])
    print("a batch was placed, and all of it canceled")


def is_refused_where_it_should_be(url: str, key: str, secret: str, client: Client, rules: dict[str, Any], price: Decimal) -> None:
    bid = a_resting_bid(rules, price, "python-refused")
    with refused(1001):
        Client(url).get("/v1/private/user/info")
    with refused(1003):
        Client(url, Signed(key, "another secret")).get("/v1/private/user/info")
    with refused(1003, message="Timestamp outside of tolerance window"):
        Client(url, Signed(key, secret, offset_ms=-11_000)).get("/v1/private/user/info")
    with refused(2001):
        client.post("/v1/private/order/place", **{name: value for name, value in bid.items() if name != "price"})
    with refused(2002):
        client.post("/v1/private/order/place", **{**bid, "side": "buy"})
    with refused(2003):
        client.get("/v1/public/market/klines", symbol=SYMBOL, interval="1m", limit=1001)
    with refused(3001):
        client.post("/v1/private/order/place", **{**bid, "quantity": rules["maxLimitOrderQty"]})
    with refused(3003):
        client.get("/v1/private/order", symbol=SYMBOL, clientOrderId="never placed")
    signed = client.auth(requests.Request("GET", url + "/v1/private/order/current").prepare())
    opened(client.session.send(signed))
    with refused(3004, message="Signature replay detected"):
        opened(client.session.send(signed))
    print("what should be refused was refused")


def log_in(url: str, username: str, password: str) -> None:
    """Log in, make a key that reads alone, refresh the session by its cookie, log out."""
    client = Client(url)
    token = client.post("/v1/public/user/login", username=username, password=password)["accessToken"]
    client.session.headers["Authorization"] = f"Bearer {token}"
    key = client.post("/v1/private/user/api-key/create", label="python", permissions=1)
    reader = Client(url, Signed(key["apiKey"], key["apiSecret"]))
    reader.synchronise()
    assert reader.get("/v1/private/user/info")["userInfo"]["username"] == username
    with refused(3006):
        reader.get("/v1/private/order/current")
    token = client.post("/v1/public/user/refresh-token")["accessToken"]
    client.session.headers["Authorization"] = f"Bearer {token}"
    client.post("/v1/private/user/logout")
    with refused(1004):
        client.get("/v1/private/user/info")
    print("a session was opened, renewed and ended")


@contextlib.contextmanager
def refused(*codes: int, message: str | None = None) -> Iterator[None]:
    """Expects a refusal with one of these codes."""
    try:
        yield
    except Refused as refusal:
        assert refusal.code in codes, refusal
        assert message is None or refusal.message == message, refusal
    else:
        raise AssertionError(f"expected a refusal with code {codes}")


def until(look: Callable[[], Any], is_so: Callable[[Any], bool], seconds: float = 10) -> Any:
    """Looks until it is so: orders change a little after the exchange has answered."""
    deadline = time.monotonic() + seconds
    while not is_so(seen := look()):
        assert time.monotonic() < deadline, f"still not so after {seconds} s: {seen}"
        time.sleep(0.02)
    return seen


if __name__ == "__main__":
    main()
