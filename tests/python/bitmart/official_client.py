"""Records what BitMart's official Python client sends, so that the Rust client can be compared with it.

    python tests/python/bitmart/official_client.py            # compare with official_client.json, as CI does
    python tests/python/bitmart/official_client.py --write    # record official_client.json again

The client talks to a server on the loopback interface. A transport adapter redirects its connections, and leaves method, host, path,
query, headers and body as they are. No request leaves the machine.

`crates/bitmart-auth/tests/official_client.rs` sends the same calls with the Rust client, and compares each request with the recording.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import hmac
import inspect
import json
import pathlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests
from bitmart import api_contract
from bitmart.__version__ import __version__
from bitmart.api_account import APIAccount
from bitmart.api_broker import APIBroker
from bitmart.api_contract import APIContract
from bitmart.api_contract_sub_account import APIContractSubAccount
from bitmart.api_finance import APIFinance
from bitmart.api_margin_loan import APIMarginLoan
from bitmart.api_spot import APISpot
from bitmart.api_spot_sub_account import APISpotSubAccount
from bitmart.api_system import APISystem
from bitmart.lib.cloud_client import CloudClient
from requests.adapters import HTTPAdapter

from calls import CALLS, CLASSES_WITH_CREDENTIALS

RECORDING = pathlib.Path(__file__).with_suffix(".json")

# The credentials of the documentation's signature example.
KEY = "80618e45710812162b04892c7ee5ead4a3cc3e56"
SECRET = "6c6c98544461bbe71db2bca4c6d7fd0021e0ba9efc215f9c6ad41852df9d9df9"
MEMO = "test001"

APIS: list[type[CloudClient]] = [
    APIAccount, APIBroker, APIContract, APIContractSubAccount, APIFinance, APIMarginLoan, APISpot, APISpotSubAccount, APISystem,
]


def main() -> None:
    parser = argparse.ArgumentParser(description="Records what BitMart's official Python client sends")
    parser.add_argument("--write", action="store_true", help="write the recording instead of comparing with it")
    arguments = parser.parse_args()
    names = [name_of(*call) for call in CALLS]
    assert len(names) == len(set(names)), "two calls have the same name"
    with Recorder() as recorder:
        recording = {
            "client": f"bitmart-python-sdk-api {__version__}",
            "calls": [record(recorder, *call) for call in CALLS],
            "otherMethods": list(other_methods(recorder)),
        }
    text = to_text(recording)
    if arguments.write:
        RECORDING.write_text(text, encoding="utf-8")
    committed = RECORDING.read_text(encoding="utf-8")
    if committed != text:
        difference = difflib.unified_diff(committed.splitlines(), text.splitlines(), "committed", "recorded", lineterm="")
        raise SystemExit("\n".join(["the official client does not send what official_client.json contains:", *difference]))
    signatures = sum(call["signature"] == "valid" for call in recording["calls"])
    print(f"{recording['client']}: {len(recording['calls'])} calls recorded, {signatures} signatures verified")


def to_text(recording: dict[str, Any]) -> str:
    """JSON with one line for each call and each other method, so that a changed call is a changed line."""

    def lines(rows: list[dict[str, Any]]) -> str:
        return ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)

    client, calls, others = json.dumps(recording["client"]), lines(recording["calls"]), lines(recording["otherMethods"])
    return f'{{\n "client": {client},\n "calls": [\n{calls}\n ],\n "otherMethods": [\n{others}\n ]\n}}\n'


class Recorder:
    """A server that stores the last request and confirms it, as long as the `with` block runs."""

    def __init__(self) -> None:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_request(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                recorder.last = {
                    "method": self.command,
                    "host": self.headers["Host"],
                    "target": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": self.rfile.read(length),
                }
                body = b'{"code":1000,"message":"OK","trace":"","data":{}}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = handle_request

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self.last: dict[str, Any] | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Recorder:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def client(self, api: str) -> CloudClient:
        """A client with the official client's own hosts, whose connections lead to this server."""
        constructor = next(known for known in APIS if known.__name__ == api)
        credentials = (KEY, SECRET, MEMO) if api in CLASSES_WITH_CREDENTIALS else ()
        client = constructor(*credentials)
        # Proxies of the environment must not see the requests.
        client.session.trust_env = False
        client.session.mount("https://", Redirection(self.address))
        return client


class Redirection(HTTPAdapter):
    """Sends requests to a local server, with the original host in the header `Host`."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(self, request: requests.PreparedRequest, *arguments: Any, **settings: Any) -> requests.Response:
        url = urlsplit(request.url)
        request.headers["Host"] = url.netloc
        request.url = urlunsplit(("http", self.address, url.path, url.query, ""))
        return super().send(request, *arguments, **settings)


def name_of(api: str, method: str, values: dict[str, Any]) -> str:
    """The name of a call: `APIContract.get_order(contract_symbol, order_id)`."""
    return f"{api}.{method}({', '.join(values)})"


def record(recorder: Recorder, api: str, method: str, values: dict[str, Any]) -> dict[str, Any]:
    """Makes a call, and returns the request that arrived, and the error if the official client failed at first."""
    name = name_of(api, method, values)
    recorder.last = None
    failure = {}
    try:
        getattr(recorder.client(api), method)(**values)
    except NameError as error:
        # The method reads a variable that does not exist. It is recorded as the method was meant: without that parameter.
        assert recorder.last is None, f"{name}: a request was sent before the error"
        assert error.name is not None
        failure = {"error": f"{type(error).__name__}: {error}"}
        setattr(api_contract, error.name, None)
        getattr(recorder.client(api), method)(**values)
        delattr(api_contract, error.name)
    request = recorder.last
    assert request is not None, f"{name}: nothing arrived"
    target, headers, body = urlsplit(request["target"]), request["headers"], request["body"]
    return {
        "call": name,
        **failure,
        "method": request["method"],
        "host": request["host"],
        "path": target.path,
        "query": parse_qsl(target.query, keep_blank_values=True, strict_parsing=bool(target.query)),
        "body": body.decode() if body else None,
        "credentialHeaders": sorted(name for name in headers if name.startswith("x-bm-")),
        "contentType": headers.get("content-type"),
        "signature": verify(headers, body, name),
    }


def verify(headers: dict[str, str], body: bytes, name: str) -> str:
    """Checks the signature over the bytes that arrived: `timestamp#memo#body`."""
    assert headers.get("x-bm-key", KEY) == KEY, f"{name}: another key was sent"
    if "x-bm-sign" not in headers:
        return "none"
    message = f"{headers['x-bm-timestamp']}#{MEMO}#".encode() + body
    expected = hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    assert headers["x-bm-sign"] == expected, f"{name}: the signature is wrong"
    assert headers["x-bm-timestamp"].isdecimal() and len(headers["x-bm-timestamp"]) == 13, f"{name}: the timestamp is not in milliseconds"
    return "valid"


def other_methods(recorder: Recorder) -> Iterator[dict[str, str]]:
    """The endpoints of the official client's other methods. They are called with placeholders for their required parameters.

    The Rust test checks that none of these endpoints belongs to an operation of the specification.
    """
    called = {(api, method) for api, method, _ in CALLS}
    for api in APIS:
        for method, function in inspect.getmembers(api, inspect.isfunction):
            if method.startswith("_") or (api.__name__, method) in called:
                continue
            parameters = list(inspect.signature(function).parameters.values())[1:]
            values = {parameter.name: "1" for parameter in parameters if parameter.default is parameter.empty}
            recorder.last = None
            getattr(recorder.client(api.__name__), method)(**values)
            assert recorder.last is not None, f"{api.__name__}.{method}: nothing arrived"
            path = urlsplit(recorder.last["target"]).path
            yield {"method": f"{api.__name__}.{method}", "endpoint": f"{recorder.last['method']} {path}"}


if __name__ == "__main__":
    main()
