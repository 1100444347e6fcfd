"""A trading client in Python against the local exchange: places, queries, amends and cancels orders, opens and closes a position.

    python tests/python/trade.py --sandbox target/debug/sixmm-sandbox

Fails at the first behaviour that differs from the documentation.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import requests

import sandbox
from sixmm import ApiError, Client, SignedAuth, unwrap

SYMBOL = "BTCUSDT"


def main() -> None:
    arguments = sandbox.argument_parser("A trading client in Python against the local exchange").parse_args()
    with sandbox.running(arguments.sandbox, arguments.seed) as variables:
        url = variables["SIXMM_BASE_URL"]
        key, secret = variables["SIXMM_API_KEY"], variables["SIXMM_API_SECRET"]
        client = Client(url, SignedAuth(key, secret))
        print(f"clock offset: {client.synchronise()} ms")
        rules = trading_rules(client)
        price = last_price(client)
        order_lifecycle(client, rules, price)
        position_lifecycle(client, rules)
        cancel_all(client, rules, price)
        rejections(url, key, secret, client, rules, price)
        log_in(url, variables["SIXMM_USERNAME"], variables["SIXMM_PASSWORD"])
    print("everything is as documented")


def trading_rules(client: Client) -> dict[str, Any]:
    return next(rules for rules in client.get("/v1/public/market/symbols")["list"] if rules["symbol"] == SYMBOL)


def last_price(client: Client) -> Decimal:
    klines = client.get("/v1/public/market/klines", symbol=SYMBOL, interval="1m", limit=5)["list"]
    return Decimal(max(klines, key=lambda kline: kline["openTime"])["close"])


def resting_bid(rules: dict[str, Any], price: Decimal, client_order_id: str) -> dict[str, Any]:
    """A limit order that is far enough below the price to rest in the book."""
    tick, step = Decimal(rules["tickSize"]), Decimal(rules["stepSize"])
    bid = (price * Decimal("0.9") / tick).to_integral_value() * tick
    min_quantity = max(Decimal(rules["minQuantity"]), Decimal(rules["minNotional"]) / bid)
    quantity = ((min_quantity / step).to_integral_value() + 1) * step
    order = {"symbol": SYMBOL, "type": "LIMIT", "side": "BUY", "price": f"{bid:f}", "quantity": f"{quantity:f}"}
    return {**order, "timeInForce": "GTC", "makerOnly": True, "clientOrderId": client_order_id}


def order_lifecycle(client: Client, rules: dict[str, Any], price: Decimal) -> None:
    """Places an order, queries it by both ids, lists, amends and cancels it, and finds it in the history."""
    wanted = resting_bid(rules, price, "python-1")
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
    with rejected(3005, 3003):
        client.post("/v1/private/order/cancel", symbol=SYMBOL, orderId=amended["orderId"])
    print(f"an order was placed, amended and canceled: {order_id}")


def is_canceled(order: dict[str, Any]) -> bool:
    return order["status"] == "CANCELED"


def position_lifecycle(client: Client, rules: dict[str, Any]) -> None:
    """Opens a position with a market order, checks the position, its fills and its fees, and closes it."""
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
    assert balance(client) != balance_before, "the balance must change by fees and profit"
    print(f"a position was opened and closed: profit {closed['pnl']}, balance {balance_before} to {balance(client)}")


def balance(client: Client) -> Decimal:
    return Decimal(client.get("/v1/private/user/asset")["userAsset"]["walletBalance"])


def cancel_all(client: Client, rules: dict[str, Any], price: Decimal) -> None:
    """Places a batch of orders and cancels all orders, which is accepted at once and executed later."""
    orders = [resting_bid(rules, price, f"python-batch-{number}") for number in range(3)]
    result = client.post("/v1/private/order/batch-place", orders=orders)
    assert (result["successCount"], result.get("failedCount", 0), len(result["results"])) == (3, 0, 3), result
    client.post("/v1/private/order/batch-cancel-all", symbol=SYMBOL, cancelType=0)
    until(lambda: client.get("/v1/private/order/current")["list"], lambda left: left == [])
    print("a batch was placed and canceled")


def rejections(url: str, key: str, secret: str, client: Client, rules: dict[str, Any], price: Decimal) -> None:
    bid = resting_bid(rules, price, "python-rejected")
    with rejected(1001):
        Client(url).get("/v1/private/user/info")
    with rejected(1003):
        Client(url, SignedAuth(key, "another secret")).get("/v1/private/user/info")
    with rejected(1003, message="Timestamp outside of tolerance window"):
        Client(url, SignedAuth(key, secret, offset_ms=-11_000)).get("/v1/private/user/info")
    with rejected(2001):
        client.post("/v1/private/order/place", **{name: value for name, value in bid.items() if name != "price"})
    with rejected(2002):
        client.post("/v1/private/order/place", **{**bid, "side": "buy"})
    with rejected(2003):
        client.get("/v1/public/market/klines", symbol=SYMBOL, interval="1m", limit=1001)
    with rejected(3001):
        client.post("/v1/private/order/place", **{**bid, "quantity": rules["maxLimitOrderQty"]})
    with rejected(3003):
        client.get("/v1/private/order", symbol=SYMBOL, clientOrderId="never placed")
    signed = client.auth(requests.Request("GET", url + "/v1/private/order/current").prepare())
    unwrap(client.session.send(signed))
    with rejected(3004, message="Signature replay detected"):
        unwrap(client.session.send(signed))
    print("invalid requests were rejected")


def log_in(url: str, username: str, password: str) -> None:
    """Logs in, creates a key that can only read, refreshes the session with its cookie, and logs out."""
    client = Client(url)
    token = client.post("/v1/public/user/login", username=username, password=password)["accessToken"]
    client.session.headers["Authorization"] = f"Bearer {token}"
    key = client.post("/v1/private/user/api-key/create", label="python", permissions=1)
    reader = Client(url, SignedAuth(key["apiKey"], key["apiSecret"]))
    reader.synchronise()
    assert reader.get("/v1/private/user/info")["userInfo"]["username"] == username
    with rejected(3006):
        reader.get("/v1/private/order/current")
    token = client.post("/v1/public/user/refresh-token")["accessToken"]
    client.session.headers["Authorization"] = f"Bearer {token}"
    client.post("/v1/private/user/logout")
    with rejected(1004):
        client.get("/v1/private/user/info")
    print("a session was opened, renewed and ended")


@contextlib.contextmanager
def rejected(*codes: int, message: str | None = None) -> Iterator[None]:
    """Expects an error response with one of these codes."""
    try:
        yield
    except ApiError as error:
        assert error.code in codes, error
        assert message is None or error.message == message, error
    else:
        raise AssertionError(f"expected an error response with code {codes}")


def until(query: Callable[[], Any], condition: Callable[[Any], bool], seconds: float = 10) -> Any:
    """Repeats a query until the condition holds, because orders can change shortly after the response of the exchange."""
    deadline = time.monotonic() + seconds
    while not condition(result := query()):
        assert time.monotonic() < deadline, f"the condition does not hold after {seconds} s: {result}"
        time.sleep(0.02)
    return result


if __name__ == "__main__":
    main()
