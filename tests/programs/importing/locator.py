"""A national locator of our own on loopback: replays facilities page by page, and misbehaves as told."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

Fault = Callable[[BaseHTTPRequestHandler], None]
"""Answers a request in place of the page it asked for."""


def service(code: str, words: str, category: str = "Category") -> dict[str, Any]:
    return {"f1": category, "f2": code, "f3": words}


OUTPATIENT = [
    service("TC", "Substance use treatment"),
    service("SET", "Outpatient; Intensive outpatient treatment; Regular outpatient treatment"),
    service("PAY", "Medicaid; Cash or self-payment"),
    service("AGE", "Young adults; Adults"),
]
PLAIN = [service("TC", "Substance use treatment"), service("SET", "Outpatient"), service("PAY", "Medicare")]


def place(number: int = 1, **keys: Any) -> dict[str, Any]:
    """An invented facility as the locator writes one; keys may be overridden."""
    row: dict[str, Any] = {
        "_irow": number,
        "frid": f"{number:064x}",
        "name1": f"Willow Bend Center {number}",
        "name2": "",
        "street1": f"{100 + number} Main Street",
        "street2": "",
        "city": "Springfield",
        "state": "IL",
        "zip": "62701",
        "phone": f"217-555-{number:04d}",
        "typeFacility": "SA",
        "intake1": None,
        "hotline1": None,
        "website": f"http://www.willow{number}.example.org",
        "latitude": "39.7990001",
        "longitude": "-89.6440002",
        "miles": 5.84,
        "services": OUTPATIENT if number % 2 else PLAIN,
    }
    return row | keys


def without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


class Locator:
    """rows: what it lists. faults: what it does instead, by page, one after another, until none is left.
    answers: changes a page's answer before it is sent."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.url = ""
        self.faults: dict[int, list[Fault]] = {}
        self.change: Callable[[int, dict[str, Any]], object] = lambda page, answer: None
        self.asked: list[int] = []
        self.agents: list[str] = []
        self.queries: list[dict[str, list[str]]] = []

    def answer(self, page: int, size: int) -> dict[str, Any]:
        found: dict[str, Any] = {
            "page": page,
            "totalPages": -(-len(self.rows) // size),
            "recordCount": len(self.rows),
            "rows": self.rows[(page - 1) * size : page * size],
        }
        self.change(page, found)
        return found

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        query = parse_qs(urlsplit(request.path).query)
        page = int(query["page"][0])
        self.asked.append(page)
        self.queries.append(query)
        self.agents.append(request.headers["User-Agent"])
        if self.faults.get(page):
            self.faults[page].pop(0)(request)
        else:
            send(request, json.dumps(self.answer(page, int(query["pageSize"][0]))).encode())


def send(
    request: BaseHTTPRequestHandler,
    body: bytes,
    status: int = 200,
    *,
    promised: int | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body) if promised is None else promised))
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def fails(status: int, retry_after: str = "") -> Fault:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return lambda request: send(request, b"<html>busy</html>", status, headers=headers)


def says(body: bytes) -> Fault:
    return lambda request: send(request, body)


def cuts_off(request: BaseHTTPRequestHandler) -> None:
    send(request, b'{"page": 1, "rows": [', promised=5000)


def hangs(until: threading.Event) -> Fault:
    def hang(request: BaseHTTPRequestHandler) -> None:
        until.wait(30)
        request.close_connection = True

    return hang


@contextmanager
def serving(rows: list[dict[str, Any]]) -> Iterator[Locator]:
    locator = Locator(rows)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            locator.handle(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    locator.url = f"http://127.0.0.1:{server.server_port}/locator/exportsAsJson/v2"
    try:
        yield locator
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
