"""A real browser for the journeys.

Fixtures: `browser`; `page_at(width, dark=, js=, locale=)` makes a page that records what it asks for
and complains about; `quiet(page)` holds it to silence; `axe(page)`, `sideways(page)`,
`small_targets(page)` hold it to the rules; `shot(page, name)` saves a picture when SHOTS=1.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from assessment.answers import Draft, seal
from assessment.domain import load
from assessment.safety import SAFETY
from tests import chromium
from tests.assessment.directory import add_sample_directory
from tests.assessment.renewing import upgrade

# Playwright's synchronous interface runs inside an event loop, where Django refuses the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

__all__ = ["upgrade"]
HERE = Path(__file__).parent
AT_REST = """() => [...document.querySelectorAll("body *")]
    .filter((one) => getComputedStyle(one).position === "sticky")
    .map((one) => { const was = one.style.position; one.style.position = "static"; return [one, was]; })"""
AS_THEY_WERE = "(bars) => { for (const [one, was] of bars) one.style.position = was; }"
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag2aaa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    },
    # Off unless asked for: text at 7:1.
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations"],
}
# Controls a finger must hit: at least 44 by 44, but for links inside a sentence (WCAG 2.5.5).
SMALL_TARGETS = """
() => {
  const shown = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const inline = (el) => getComputedStyle(el).display === "inline";
  const block = (el) => inline(el) ? block(el.parentElement) : el;
  const inSentence = (el) => el.tagName === "A" && inline(el)
    && block(el).textContent.trim().length > el.textContent.trim().length;
  const size = (el) => {
    const boxes = [el, ...(el.labels ?? [])].map((one) => one.getBoundingClientRect());
    return [Math.max(...boxes.map((b) => b.width)), Math.max(...boxes.map((b) => b.height))];
  };
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((el) => el.type !== "hidden" && !el.classList.contains("skip") && shown(el) && !inSentence(el))
    .map((el) => [el, size(el)])
    .filter(([, [wide, high]]) => wide < 43.9 || high < 43.9)
    .map(([el, [wide, high]]) => `${el.outerHTML.slice(0, 90)} ${wide.toFixed(0)}x${high.toFixed(0)}`);
}
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("journey")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        message = (
            "No Chromium: `apt-get install chromium`, or set CHROMIUM to its path. Journeys are skipped."
        )
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()


@dataclass
class Record:
    """What a page asked for and what it complained about since it was opened."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    @property
    def origins(self) -> set[str]:
        parts = (urlsplit(url) for url in self.requests)
        return {
            f"{part.scheme}://{part.netloc}"
            for part in parts
            if part.scheme in {"http", "https", "ws", "wss"}
        }


_records: dict[Page, Record] = {}


@pytest.fixture
def page_at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`page_at(390, dark=True, js=False, locale="es-US")`: a page in a browser profile of its own."""
    contexts: list[BrowserContext] = []

    def make(
        width: int = 390, *, dark: bool = False, js: bool = True, locale: str = "en-US", height: int = 844
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
            locale=locale,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        record = _records[page] = Record()
        page.on("request", record.asked)
        page.on("console", record.said)
        page.on("pageerror", lambda error: record.complaints.append(f"script: {error}"))
        return page

    yield make
    for context in contexts:
        for page in context.pages:
            _records.pop(page, None)
        context.close()


@pytest.fixture
def record_of() -> Callable[[Page], Record]:
    return lambda page: _records[page]


@pytest.fixture
def quiet() -> Callable[..., None]:
    """No console error or warning, no policy violation, no script error, no request to anyone else.

    `allow`: pieces of messages that are expected, such as the status of a page that must fail.
    """

    def check(page: Page, *, allow: tuple[str, ...] = ()) -> None:
        record = _records[page]
        ours = urlsplit(page.url)
        assert record.origins <= {f"{ours.scheme}://{ours.netloc}"}
        assert [said for said in record.complaints if not any(piece in said for piece in allow)] == []

    return check


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Zero violations of WCAG A to AAA (7:1 text included) and of axe's best practices.

    Bars that stay on the screen are measured where they rest: they cover other things at every moment of
    scrolling, and axe would call whatever happens to lie half under one a target too small.
    """
    runner = Axe()

    def check(page: Page) -> None:
        bars = page.evaluate_handle(AT_REST)
        found = runner.run(page, options=AXE_OPTIONS).response["violations"]
        bars.evaluate(AS_THEY_WERE)
        lines = [
            f"{rule['id']}: {node['html'][:160]} | {node.get('failureSummary', '').splitlines()[-1:]}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert lines == []

    return check


@pytest.fixture(scope="session")
def sideways() -> Callable[[Page], None]:
    """The page does not scroll sideways."""

    def check(page: Page) -> None:
        wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"

    return check


@pytest.fixture(scope="session")
def small_targets() -> Callable[[Page], list[str]]:
    return lambda page: page.evaluate(SMALL_TARGETS)


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Saves the whole page as shots/<name>.png when SHOTS=1."""
    folder = settings.BASE_DIR / "shots"

    def save(page: Page, name: str) -> None:
        if os.environ.get("SHOTS") == "1":
            folder.mkdir(exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return save


@pytest.fixture
def remembered(live_server) -> Callable[[Page, dict], None]:
    """Puts answers into a page's browser as if they had been given a moment ago, every safety page read."""

    def put(page: Page, answers: dict) -> None:
        protocol = load()
        given = protocol.prune(protocol.partial(answers))
        page.context.add_cookies(
            [
                {
                    "name": settings.ANSWER_COOKIE_NAME,
                    "value": seal(Draft(dict(given), frozenset(SAFETY), True), time.time()),
                    "url": live_server.url,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    return put


@pytest.fixture
def large_text(browser: Browser) -> Iterator[Callable[[int], Page]]:
    """`large_text(width)`: a page in a browser whose reader set text twice as large, 32 px for 16."""
    arguments = [*chromium.ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    large = browser.browser_type.launch(executable_path=chromium.find(), args=arguments)
    yield lambda width: large.new_page(viewport={"width": width, "height": 844})
    large.close()


@pytest.fixture
def sample_directory(live_server) -> None:
    add_sample_directory()
