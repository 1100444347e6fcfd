"""Hooks that teach schemathesis the signatures of 6MM, existing symbols and ids, and that the local exchange reports errors with HTTP 200."""

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

from sixmm import ApiError, Client, SignedAuth

URL = os.environ["SIXMM_BASE_URL"]
RANDOM = random.Random(6)

# Valid values by field name.
VALID_VALUES = {
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
# Operations that succeeded at least once.
SUCCEEDED: set[str] = set()


class Credentials(AuthBase):
    """Adds a signature of one user, or the session of another user for operations that require a login. Each logout ends a new session."""

    def __init__(self) -> None:
        self.signed = SignedAuth(os.environ["SIXMM_API_KEY"], os.environ["SIXMM_API_SECRET"])
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
    """Removes the timestamp and the signature that schemathesis generates, because they are parameters in the specification."""
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
    """Sets the status 400 for errors, because the local exchange reports them with HTTP 200 and schemathesis only checks the status."""
    if response.status_code != 200:
        return
    answer = response.json()
    if answer["code"] == 0:
        assert "data" in answer, answer
        SUCCEEDED.add(case.operation.definition.raw["operationId"])
    else:
        assert "data" not in answer and answer["message"], answer
        response.status_code = 400


@atexit.register
def write_succeeded_operations() -> None:
    pathlib.Path(os.environ["SUCCEEDED_FILE"]).write_text(json.dumps(sorted(SUCCEEDED)))


class Fixtures:
    """Creates the entities that a request needs to succeed, such as an order to cancel or a key to delete, for each request."""

    def __init__(self) -> None:
        self.trader = Client(URL, SignedAuth(os.environ["SIXMM_API_KEY"], os.environ["SIXMM_API_SECRET"]))
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
                self.other.post("/v1/private/user/api-key/create", label="created for a request")
                return {"id": self.other.get("/v1/private/user/api-key/list")["list"][-1]["id"]}
            case "renew_listen_key" | "close_listen_key":
                return {"listenKey": self.trader.post("/v1/private/user/listen-key")["listenKey"]}
            case "exchange_ticket":
                return issue("/tickets")
            case "exchange_embed_token":
                return {**issue("/embed-tokens"), "channelId": "channel-1"}
        return {}

    def order(self) -> dict[str, Any]:
        placed = self.placed("/v1/private/order/place", **RESTING)
        return {"symbol": "BTCUSDT", "orderId": placed["orderId"]}

    def placed(self, path: str, **body: Any) -> dict[str, Any]:
        """Places an order. If orders of earlier requests have frozen the complete balance, they are cancelled first."""
        try:
            return self.trader.post(path, **body)
        except ApiError as error:
            if error.code != 3001:
                raise
        for order in self.trader.get("/v1/private/order/current")["list"]:
            self.trader.post("/v1/private/order/cancel", symbol=order["symbol"], orderId=order["orderId"])
        return self.trader.post(path, **body)


def issue(path: str) -> dict[str, Any]:
    """Issues a ticket or token through the control interface, as an agent would."""
    response = requests.post(os.environ["CONTROL_URL"] + path, json={"user": os.environ["OTHER_USER"]}, timeout=10)
    response.raise_for_status()
    return response.json()


FIXTURES = Fixtures()


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case, kwargs: Any) -> None:
    """Replaces random values by existing ones in most requests that match the schema, because random symbols and ids are unknown."""
    if case.meta is None or case.meta.generation.mode.is_negative or RANDOM.random() < 0.3:
        return
    values = FIXTURES.values(case.operation.definition.raw["operationId"])
    if isinstance(case.body, dict):
        case.body = {**with_valid_values(case.body), **values}
        case.body.pop("clientOrderId", None)
    elif case.query or values:
        case.query = {**with_valid_values(dict(case.query or {})), **values}
        case.query.pop("clientOrderId", None)


def with_valid_values(value: Any) -> Any:
    if isinstance(value, list):
        return [with_valid_values(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: RANDOM.choice(VALID_VALUES[name]) if name in VALID_VALUES else with_valid_values(item) for name, item in value.items()}
