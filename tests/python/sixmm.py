"""The signing recipe of 6MM, as its documentation has it: https://docs.6mm.com/developer-api/request-signing

Shares no line with the Rust crates: what the two make of the documentation differently shows when they meet.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import requests
from requests.auth import AuthBase


class Signed(AuthBase):
    """Signs each request as it will go out: HMAC-SHA256 over the raw query and the raw body, in lower-case hex."""

    def __init__(self, api_key: str, api_secret: str, offset_ms: int = 0) -> None:
        self.api_key = api_key
        self.api_secret = api_secret.encode()
        self.offset_ms = offset_ms
        self.last_timestamp = 0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        assert request.url is not None
        address, _, query = request.url.partition("?")
        query = "&".join(filter(None, [query, f"timestamp={self.timestamp()}"]))
        body = request.body or b""
        payload = query.encode() + (body.encode() if isinstance(body, str) else body)
        signature = hmac.new(self.api_secret, payload, hashlib.sha256).hexdigest()
        request.url = f"{address}?{query}&signature={signature}"
        request.headers["X-API-KEY"] = self.api_key
        return request

    def timestamp(self) -> int:
        """Unix milliseconds by the server's clock. Never the same twice: equal requests would have equal signatures."""
        self.last_timestamp = max(int(time.time() * 1000) + self.offset_ms, self.last_timestamp + 1)
        return self.last_timestamp


class Refused(Exception):
    """The exchange refused a request."""

    def __init__(self, answer: dict[str, Any], status: int) -> None:
        super().__init__(f"HTTP {status}, code {answer['code']}: {answer.get('message')}")
        self.code = answer["code"]
        self.message = answer.get("message")
        self.status = status


class Client:
    """Calls the exchange, and returns what stands in `data`."""

    def __init__(self, base_url: str, auth: Signed | None = None) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.auth = auth

    def get(self, path: str, **query: Any) -> Any:
        return self.send("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        return self.send("POST", path, json=body)

    def send(self, method: str, path: str, **request: Any) -> Any:
        response = self.session.request(method, self.base_url + path, auth=self.auth, timeout=10, **request)
        return opened(response)

    def synchronise(self) -> int:
        """Measures how far the server's clock is ahead, in milliseconds, and signs by it from now on."""
        before = time.time() * 1000
        server = self.get("/v1/time")["timestampMs"]
        after = time.time() * 1000
        offset = round(server - (before + after) / 2)
        if self.auth is not None:
            self.auth.offset_ms = offset
        return offset


def opened(response: requests.Response) -> Any:
    """What an envelope holds. Success is code 0, whatever the HTTP status says."""
    answer = response.json()
    if answer["code"] != 0:
        raise Refused(answer, response.status_code)
    assert answer["message"] == "success", answer
    assert answer["requestId"], answer
    return answer.get("data")
