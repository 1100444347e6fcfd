"""A minimal client that signs requests as documented: https://docs.6mm.com/developer-api/request-signing

The client shares no code with the Rust crates, so that a test fails where the two interpret the documentation differently.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import requests
from requests.auth import AuthBase


class SignedAuth(AuthBase):
    """Signs each request: HMAC-SHA256 over the raw query and the raw body, in lower-case hexadecimal digits."""

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
        """Unix milliseconds by the server's clock. Timestamps are unique, because equal requests would otherwise have equal signatures."""
        self.last_timestamp = max(int(time.time() * 1000) + self.offset_ms, self.last_timestamp + 1)
        return self.last_timestamp


class ApiError(Exception):
    """An error response of the exchange."""

    def __init__(self, answer: dict[str, Any], status: int) -> None:
        super().__init__(f"HTTP {status}, code {answer['code']}: {answer.get('message')}")
        self.code = answer["code"]
        self.message = answer.get("message")
        self.status = status


class Client:
    """Sends requests and returns the `data` of the responses."""

    def __init__(self, base_url: str, auth: SignedAuth | None = None) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.auth = auth

    def get(self, path: str, **query: Any) -> Any:
        return self.send("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        return self.send("POST", path, json=body)

    def send(self, method: str, path: str, **request: Any) -> Any:
        response = self.session.request(method, self.base_url + path, auth=self.auth, timeout=10, **request)
        return unwrap(response)

    def synchronise(self) -> int:
        """Measures the offset of the server's clock in milliseconds and uses it for further signatures."""
        before = time.time() * 1000
        server = self.get("/v1/time")["timestampMs"]
        after = time.time() * 1000
        offset = round(server - (before + after) / 2)
        if self.auth is not None:
            self.auth.offset_ms = offset
        return offset


def unwrap(response: requests.Response) -> Any:
    """Returns the data of an envelope. Success is code 0, regardless of the HTTP status."""
    answer = response.json()
    if answer["code"] != 0:
        raise ApiError(answer, response.status_code)
    assert answer["message"] == "success", answer
    assert answer["requestId"], answer
    return answer.get("data")
