"""A client of the WebSocket streams in Python against the local exchange: subscribes to every topic, and follows its own orders.

    python tests/python/streams.py --sandbox target/debug/sixmm-sandbox

The client is written from the documentation only: https://docs.6mm.com/developer-api/websocket. It reads the documented fields, and finds
other facts, such as the id of an order, without relying on a form. It runs with both forms of the data that the local exchange can send,
because the documentation describes none. Fails at the first behaviour that differs from the documentation.
"""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import sandbox
from sixmm import Client, SignedAuth
from trade import last_price, resting_bid, trading_rules, until

SYMBOL = "BTCUSDT"
DEPTH, TRADE, KLINE = f"market.depth.{SYMBOL}", f"market.trade.{SYMBOL}", f"market.kline.{SYMBOL}.1m"
TICKER, TICKERS = f"market.ticker.{SYMBOL}", "market.tickers"
TOPICS = [DEPTH, TRADE, KLINE, TICKER, TICKERS]
ORDER_STATES = {"NEW", "PENDING", "PARTIALLY_FILLED", "FILLED", "CANCELED", "REJECTED", "PARTIALLY_FILLED_CANCELED"}
ORDER_UPDATE, ACCOUNT_UPDATE = "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE"
SECONDS = 10.0

Message = dict[str, Any]


def main() -> None:
    arguments = sandbox.argument_parser("A client of the streams in Python against the local exchange").parse_args()
    for options in [(), ("--stream-payload", "objects", "--stream-versions", "previous")]:
        with sandbox.running(arguments.sandbox, arguments.seed, options=options) as variables:
            check(variables)
        print(f"the streams are as documented with the options {list(options)}")


def check(variables: dict[str, str]) -> None:
    url = variables["SIXMM_BASE_URL"]
    streams = url.replace("http", "ws", 1) + "/ws"
    client = Client(url, SignedAuth(variables["SIXMM_API_KEY"], variables["SIXMM_API_SECRET"]))
    client.synchronise()
    rules = trading_rules(client)
    public_topics(streams, client, rules)
    own_orders(streams, client, rules)
    listen_keys(streams, client)
    access_token(streams, url, variables["SIXMM_USERNAME"], variables["SIXMM_PASSWORD"])


class Stream:
    """A connection to the streams. Keeps all messages that it has received, in order."""

    ids = itertools.count(int(time.time() * 1000))

    socket: ClientConnection

    def __init__(self, url: str) -> None:
        self.opening = connect(url, open_timeout=SECONDS, proxy=None)
        self.messages: list[Message] = []

    def __enter__(self) -> Stream:
        self.socket = self.opening.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.opening.__exit__(*error)

    def receive(self, deadline: float) -> Message | None:
        """The next message, or `None` at the deadline."""
        try:
            text = self.socket.recv(timeout=max(deadline - time.monotonic(), 0))
        except TimeoutError:
            return None
        assert isinstance(text, str), "a binary message"
        message = json.loads(text)
        check_envelope(message)
        self.messages.append(message)
        return message

    def wait(self, what: str, is_wanted: Any, start: int = 0) -> Message:
        """The first message since `start` for which a condition holds."""
        deadline = time.monotonic() + SECONDS
        for index in itertools.count(start):
            while index >= len(self.messages):
                assert self.receive(deadline) is not None, f"no {what} within {SECONDS} s: {self.messages[-5:]}"
            if is_wanted(self.messages[index]):
                return self.messages[index]
        raise AssertionError

    def request(self, op: str, topics: list[str]) -> Message:
        """Sends a request, and returns the message with its id."""
        request_id, start = str(next(self.ids)), len(self.messages)
        self.socket.send(json.dumps({"id": request_id, "op": op, "args": topics}))
        return self.wait(f"acknowledgement of {op}", lambda message: message.get("id") == request_id, start)

    def subscribe(self, topics: list[str]) -> None:
        """Subscribes to topics. The form of this acknowledgement is documented."""
        acknowledgement = self.request("subscribe", topics)
        expected = {"id": acknowledgement["id"], "event": "subscribe", "success": True, "data": topics}
        assert acknowledgement == expected, acknowledgement

    def of_topic(self, topic: str, start: int = 0) -> list[Message]:
        return [message for message in self.messages[start:] if message.get("topic") == topic]

    def read_for(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.receive(deadline) is not None:
            pass


def check_envelope(message: Message) -> None:
    """Every message is a push of a topic, or a response with an event and no topic."""
    topic = message.get("topic")
    if topic is None:
        assert message["event"] != "data" and isinstance(message["success"], bool), message
        return
    if topic.startswith("market."):
        assert message.keys() == {"topic", "event", "ts", "data"} and message["event"] == "data", message
    else:
        assert topic.startswith("user.") and message.keys() == {"topic", "ts", "data"}, message
        assert message["data"]["eventType"] in (ORDER_UPDATE, ACCOUNT_UPDATE), message
    assert isinstance(message["ts"], int) and abs(message["ts"] - time.time() * 1000) < 60_000, message


def public_topics(url: str, client: Client, rules: dict[str, Any]) -> None:
    """Subscribes to all topics together and separately, checks the versions of the book, and ends a subscription."""
    with Stream(url) as stream:
        stream.subscribe(TOPICS)
        trade(client, rules)
        for topic in TOPICS:
            stream.wait(f"message of {topic}", lambda message: message.get("topic") == topic)
        until(lambda: stream.read_for(0.2) or versions(stream), lambda found: len(found) > 2)
        found = versions(stream)
        assert found == sorted(set(found)), f"versions do not increase: {found}"

        ping = stream.request("ping", [])
        assert ping["success"] is True, ping

        ended = stream.request("unsubscribe", [TRADE])
        assert ended["success"] is True, ended
        start = len(stream.messages)
        trade(client, rules)
        stream.wait("message of the book after a trade", lambda message: message.get("topic") == DEPTH, start)
        stream.read_for(0.3)
        assert stream.of_topic(TRADE, start) == [], "a message of a topic whose subscription has ended"
        last = versions(stream)[-1]

    # A new connection has no subscriptions, and its first message of the book is a snapshot, which continues none of the earlier messages.
    with Stream(url) as stream:
        trade(client, rules)
        stream.read_for(0.3)
        assert stream.messages == [], stream.messages
        for topic in TOPICS:
            stream.subscribe([topic])
        snapshot = stream.wait("snapshot", lambda message: message.get("topic") == DEPTH)
        assert version(snapshot) >= last, (snapshot, last)
        assert snapshot["data"].keys() >= {"endVersion"} and len(json.dumps(snapshot["data"])) > 100, snapshot
    print(f"{len(TOPICS)} topics were subscribed, on two connections")


def version(depth: Message) -> int:
    """The version of a message of the book. The documentation names the field, and does not state its type."""
    return int(depth["data"]["endVersion"])


def versions(stream: Stream) -> list[int]:
    return [version(message) for message in stream.of_topic(DEPTH)]


def trade(client: Client, rules: dict[str, Any]) -> str:
    """Buys and sells with market orders. Returns the id of the first order."""
    order = {"symbol": SYMBOL, "type": "MARKET", "quantity": f"{Decimal(rules['minQuantity']) * 10:f}"}
    placed = client.post("/v1/private/order/place", **order, side="BUY")
    client.post("/v1/private/order/place", symbol=SYMBOL, type="MARKET", side="SELL", closePosition=True)
    until(lambda: client.get("/v1/private/position/positions", symbol=SYMBOL)["positions"], lambda positions: positions == [])
    return placed["orderId"]


def own_orders(url: str, client: Client, rules: dict[str, Any]) -> None:
    """Follows orders on the private channel, which needs no subscription, from their placement to their final state."""
    with Stream(f"{url}?listenKey={create_listen_key(client)}") as stream:
        check_authentication(stream)

        order = resting_bid(rules, last_price(client), f"python-stream-{time.time_ns()}")
        resting = client.post("/v1/private/order/place", **order)["orderId"]
        stream.wait("open order", lambda message: states(message, resting) & {"NEW", "PENDING"})
        client.post("/v1/private/order/cancel", symbol=SYMBOL, orderId=resting)
        stream.wait("cancelled order", lambda message: "CANCELED" in states(message, resting))

        filled = trade(client, rules)
        stream.wait("filled order", lambda message: "FILLED" in states(message, filled))
        account = stream.wait("change of the account", lambda message: event_type(message) == ACCOUNT_UPDATE)
        assert any(True for _ in values(account["data"], "frozenBalance")), account
        until(lambda: stream.read_for(0.1) or margin_modes(stream), lambda modes: len(modes) > 0)
        assert margin_modes(stream) <= {"ISOLATED", "CROSS"}, margin_modes(stream)

        bids = [resting_bid(rules, last_price(client), f"python-all-{number}-{time.time_ns()}") for number in range(3)]
        orders = [client.post("/v1/private/order/place", **bid)["orderId"] for bid in bids]
        client.post("/v1/private/order/batch-cancel-all", symbol=SYMBOL, cancelType=0)
        for order_id in orders:
            stream.wait("order of cancel-all", lambda message: "CANCELED" in states(message, order_id))

        # The private channel and public topics share a connection.
        stream.subscribe([DEPTH])
        stream.wait("message of the book", lambda message: message.get("topic") == DEPTH)
        topics = {message["topic"] for message in stream.messages if "topic" in message}
        assert len([topic for topic in topics if topic.startswith("user.")]) == 1, topics
    print("orders were followed: placed, cancelled, filled, cancelled together")


def event_type(message: Message) -> str | None:
    return message["data"]["eventType"] if message.get("topic", "").startswith("user.") else None


def states(message: Message, order_id: str) -> set[str]:
    """The states of an order in a message. The documentation names `orderStatus`, and does not state the place of the order's id."""
    if event_type(message) != ORDER_UPDATE or order_id not in values(message["data"], "orderId"):
        return set()
    found = set(values(message["data"], "orderStatus"))
    assert len(found) == 1 and found <= ORDER_STATES, message
    return found


def margin_modes(stream: Stream) -> set[Any]:
    return {mode for message in stream.messages if event_type(message) for mode in values(message["data"], "marginMode")}


def values(data: Any, name: str) -> Iterator[Any]:
    """All values of a field, wherever it is."""
    if isinstance(data, dict):
        yield from (value for key, value in data.items() if key == name)
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else []:
        yield from values(inner, name)


def check_authentication(stream: Stream) -> None:
    """The first message of an authenticated connection comes without a request."""
    first = stream.wait("authentication", lambda _: True)
    assert first.keys() == {"event", "success", "data"}, first
    assert (first["event"], first["success"]) == ("auth", True) and re.fullmatch(r"\d+", first["data"]), first


def create_listen_key(client: Client) -> str:
    created = client.post("/v1/private/user/listen-key")
    assert re.fullmatch(r"[0-9a-f]{32}", created["listenKey"]), "a listen key has 32 hexadecimal digits"
    minutes = (created["expireAt"] - time.time() * 1000) / 60_000
    assert 58 < minutes < 62, f"a listen key is valid for 60 minutes, not {minutes}"
    return created["listenKey"]


def listen_keys(url: str, client: Client) -> None:
    """Renews a listen key, uses it for two connections, and ends it."""
    key = create_listen_key(client)
    client.send("PUT", "/v1/private/user/listen-key", json={"listenKey": key})
    for _ in range(2):
        with Stream(f"{url}?listenKey={key}") as stream:
            check_authentication(stream)
    client.send("DELETE", "/v1/private/user/listen-key", json={"listenKey": key})
    for invalid in [key, "0" * 32]:
        assert not is_accepted(f"{url}?listenKey={invalid}"), "an invalid listen key was accepted"
    print("a listen key was created, renewed, used twice and ended")


def is_accepted(url: str) -> bool:
    """Whether the exchange accepts the credentials. The form of a rejection is not documented."""
    try:
        with Stream(url) as stream:
            message = stream.receive(time.monotonic() + SECONDS)
            return message is not None and message["success"]
    except (ConnectionClosed, InvalidStatus):
        return False


def access_token(url: str, base_url: str, username: str, password: str) -> None:
    """Opens the private channel with the access token of a login, which the documentation calls the compatible method."""
    token = Client(base_url).post("/v1/public/user/login", username=username, password=password)["accessToken"]
    with Stream(f"{url}?token={token}") as stream:
        check_authentication(stream)
    assert not is_accepted(f"{url}?token=invalid"), "an invalid token was accepted"
    print("an access token opened the private channel")


if __name__ == "__main__":
    main()
