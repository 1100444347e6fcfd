"""What schemathesis cannot know: how 6MM signs, which contracts there are, and that the local exchange refuses with HTTP 200."""

from __future__ import annotations

import atexit
import json
import os
import pathlib
import random
from typing import Any

import requests
import schemathesis
from requests.auth import AuthBase

from sixmm import Client, Refused, Signed

URL = os.environ["SIXMM_BASE_URL"]
CHOOSE = random.Random(6)

# Names and values that lead somewhere.
KNOWN = {
    "symbol": ["BTCUSDT"],
    "price": ["85000", "80000.5"],
    "stopPrice": ["95000", "70000"],
    "quantity": ["0.01", "1"],
    "callbackRate": ["0.01"],
    "leverage": [5, 10],
    "username": [os.environ["OTHER_USER"]],
    "password": [os.environ["SIXMM_PASSWORD"]],
}
RESTING = {"symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "80000", "quantity": "0.01"}
STOP = {"symbol": "BTCUSDT", "type": "STOP_MARKET", "side": "BUY", "stopPrice": "95000", "quantity": "0.01"}
# Operations that succeeded.
ANSWERED: set[str] = set()


class Credentials(AuthBase):
    """A signature of one user, or the session of another for what takes a login alone. A logout gets a session of its own to end."""

    def __init__(self) -> None:
        self.signed = Signed(os.environ["SIXMM_API_KEY"], os.environ["SIXMM_API_SECRET"])
        self.token, self.cookie = log_in()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        path = request.path_url.partition("?")[0]
        if path.startswith("/v1/public/user/refresh-token"):
            request.headers["Cookie"] = log_in()[1]
        elif path.startswith("/v1/private/user/logout"):
            token, cookie = log_in()
            request.headers["Authorization"], request.headers["Cookie"] = f"Bearer {token}", cookie
        elif path.startswith("/v1/private/user/api-key"):
            request.headers["Authorization"] = f"Bearer {self.token}"
        elif path.startswith("/v1/private"):
            return self.signed(without_generated_credentials(request))
        return request


def without_generated_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """schemathesis makes up a timestamp and a signature: the specification has them as parameters."""
    assert request.url is not None
    address, _, query = request.url.partition("?")
    pairs = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in ("timestamp", "signature")]
    request.url = "?".join(filter(None, [address, "&".join(pairs)]))
    return request


def log_in() -> tuple[str, str]:
    client = Client(URL)
    session = client.post("/v1/public/user/login", username=os.environ["OTHER_USER"], password=os.environ["SIXMM_PASSWORD"])
    cookies = client.session.cookies
    return session["accessToken"], "; ".join(f"{name}={value}" for name, value in cookies.items())


schemathesis.auth.set_from_requests(Credentials())


@schemathesis.hook
def after_call(context: Any, case: schemathesis.Case, response: schemathesis.Response) -> None:
    """The local exchange refuses with HTTP 200 and a code; schemathesis decides by the status. So it is shown one that says the same."""
    if response.status_code != 200:
        return
    answer = response.json()
    if answer["code"] == 0:
        assert "data" in answer, answer
        ANSWERED.add(case.operation.definition.raw["operationId"])
    else:
        assert "data" not in answer and answer["message"], answer
        response.status_code = 400


@atexit.register
def tell_what_answered() -> None:
    pathlib.Path(os.environ["ANSWERED"]).write_text(json.dumps(sorted(ANSWERED)))


class Ready:
    """What a request needs to succeed: an order to cancel, a key to delete. Each is made for one request."""

    def __init__(self) -> None:
        self.trader = Client(URL, Signed(os.environ["SIXMM_API_KEY"], os.environ["SIXMM_API_SECRET"]))
        self.other = Client(URL)
        self.other.session.headers["Authorization"] = f"Bearer {log_in()[0]}"

    def values(self, operation: str) -> dict[str, Any]:
        match operation:
            case "order" | "cancel_order" | "amend_order":
                return self.order()
            case "cancel_condition_order":
                placed = self.placed("/v1/private/order/place-condition", **STOP)
                return {"symbol": "BTCUSDT", "conditionId": placed["conditionId"]}
            case "place_condition_order":
                return STOP
            case "place_strategy_order":
                return {"strategyType": "OCO", "subOrderList": [RESTING, STOP]}
            case "strategy_order":
                placed = self.placed("/v1/private/order/place-strategy", strategyType="OCO", subOrderList=[RESTING, STOP])
                return {"strategyId": placed["strategyId"]}
            case "update_api_key" | "delete_api_key":
                self.other.post("/v1/private/user/api-key/delete-all")
                self.other.post("/v1/private/user/api-key/create", label="made for a request")
                return {"id": self.other.get("/v1/private/user/api-key/list")["list"][-1]["id"]}
            case "renew_listen_key" | "close_listen_key":
                return {"listenKey": self.trader.post("/v1/private/user/listen-key")["listenKey"]}
            case "exchange_ticket":
                return issued("/tickets")
            case "exchange_embed_token":
                return {**issued("/embed-tokens"), "channelId": "channel-1"}
        return {}

    def order(self) -> dict[str, Any]:
        placed = self.placed("/v1/private/order/place", **RESTING)
        return {"symbol": "BTCUSDT", "orderId": placed["orderId"]}

    def placed(self, path: str, **body: Any) -> dict[str, Any]:
        """Places something. Orders of earlier requests may hold the whole balance: then they are cancelled first."""
        try:
            return self.trader.post(path, **body)
        except Refused as refused:
            if refused.code != 3001:
                raise
        for order in self.trader.get("/v1/private/order/current")["list"]:
            self.trader.post("/v1/private/order/cancel", symbol=order["symbol"], orderId=order["orderId"])
        return self.trader.post(path, **body)


def issued(path: str) -> dict[str, Any]:
    """What an agent would issue: the exchange's control interface does it."""
    response = requests.post(os.environ["CONTROL_URL"] + path, json={"user": os.environ["OTHER_USER"]}, timeout=10)
    response.raise_for_status()
    return response.json()


READY = Ready()


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case, kwargs: Any) -> None:
    """Random names lead nowhere: in most of the requests that fit the schema, they become names that exist."""
    if case.meta is None or case.meta.generation.mode.is_negative or CHOOSE.random() < 0.3:
        return
    values = READY.values(case.operation.definition.raw["operationId"])
    if isinstance(case.body, dict):
        case.body = {**with_names_that_exist(case.body), **values}
        case.body.pop("clientOrderId", None)
    elif case.query or values:
        case.query = {**with_names_that_exist(dict(case.query or {})), **values}
        case.query.pop("clientOrderId", None)


def with_names_that_exist(value: Any) -> Any:
    if isinstance(value, list):
        return [with_names_that_exist(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: CHOOSE.choice(KNOWN[name]) if name in KNOWN else with_names_that_exist(item) for name, item in value.items()}
