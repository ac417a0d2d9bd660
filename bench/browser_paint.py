"""The same pages in a browser that is really held back: what it paints when, what shifts, what it fetches.

A line of 1.6 Mbit/s with 562 ms to the first byte of every request and a processor four times slower: what
Lighthouse calls slow 4G when its own throttling is `devtools`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_474_560 / 8,
    "uploadThroughput": 675_000 / 8,
}
SLOWER = 4
SETTLING_MS = 1_000
OBSERVER = """
(() => {
  const seen = { lcp: 0, cls: 0, what: "" };
  Object.defineProperty(window, "painted", { value: seen });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) [seen.lcp, seen.what] = [one.startTime, one.element?.tagName ?? ""];
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value;
  }).observe({ type: "layout-shift", buffered: true });
})();
"""


@dataclass(slots=True)
class Wire:
    """What one page fetched: bytes as they came over the wire without their headers, and from whom."""

    bytes: int = 0
    requests: int = 0
    strangers: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.bytes = self.requests = 0


@dataclass(frozen=True, slots=True)
class Painted:
    """lcp: milliseconds to the largest paint; element: what it was. cls: the sum of all shifts, unasked."""

    lcp: float
    element: str
    cls: float


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a first visit; of the page when one comes from the front page; of the same page asked anew.

    Requests of the first visit. strangers and complaints of all three: other hosts, lines in the console.
    """

    first: int
    requests: int
    next: int
    again: int
    strangers: list[str]
    complaints: list[str]


Make = Callable[..., BrowserContext]


def contexts(browser: Browser, cookies: list[Any]) -> Make:
    """Makes browser profiles of a phone, with nothing cached, of someone who answered the questions."""

    def make(*, dark: bool = False) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            color_scheme="dark" if dark else "light",
            device_scale_factor=2,
        )
        context.add_cookies(cookies)
        return context

    return make


def painted(make: Make, address: str, *, dark: bool) -> Painted:
    """A first visit, held back; to its end, and a scroll to the foot of the page."""
    context = make(dark=dark)
    page = context.new_page()
    page.add_init_script(OBSERVER)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(SETTLING_MS)
    seen = page.evaluate("({ ...window.painted })")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(SETTLING_MS / 4)
    shift = page.evaluate("window.painted.cls")
    context.close()
    return Painted(seen["lcp"], seen["what"].lower(), shift)


def weight(make: Make, home: str, address: str) -> Weight:
    first = make()
    page, wire = _watched(first, home)
    _settle(page, address)
    bytes_first, requests = wire.bytes, wire.requests
    first.close()
    second = make()
    page, later = _watched(second, home)
    _settle(page, home)
    later.clear()
    _settle(page, address)
    bytes_next = later.bytes
    later.clear()
    _settle(page, address)
    second.close()
    strangers = sorted(wire.strangers | later.strangers)
    complaints = [*wire.complaints, *later.complaints]
    return Weight(bytes_first, requests, bytes_next, later.bytes, strangers, complaints)


def _settle(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")


def _watched(context: BrowserContext, home: str) -> tuple[Page, Wire]:
    page, wire = context.new_page(), Wire()
    ours, said = urlsplit(home).netloc, {"error", "warning"}
    session = context.new_cdp_session(page)
    session.send("Network.enable")

    heads: dict[str, float] = {}

    def answered(event: Mapping[str, Any]) -> None:
        heads[event["requestId"]] = event["response"]["encodedDataLength"]

    def finished(event: Mapping[str, Any]) -> None:
        # What the browser had kept ends with nothing fetched, whatever its kept head once weighed.
        wire.bytes += max(0, round(event["encodedDataLength"] - heads.get(event["requestId"], 0)))
        wire.requests += event["encodedDataLength"] > 0

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    page.on("request", lambda one: wire.strangers.update({urlsplit(one.url).netloc} - {ours}))
    page.on("console", lambda one: wire.complaints.append(one.text) if one.type in said else None)
    page.on("pageerror", lambda error: wire.complaints.append(str(error)))
    return page, wire
