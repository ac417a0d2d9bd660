"""Every kind of page a visitor can see, by its address, and the cookies of someone who gave answers."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser

from bench.questions import SEARCH_URL

LISTED_URL = "/programs/?place=85004&radius=25&level=iop"
"""Search engines may list a place and a level; every wish more is nobody else's business."""
OPEN = {
    "home": "/",
    "help right now": "/crisis/",
    "privacy": "/privacy/",
    "how this works": "/about/",
    "data": "/data/",
    "families": "/families/",
    "guide": "/guide/",
    "guide page": "/guide/ten-questions/",
    "levels of care": "/guide/levels/",
    "search form": "/programs/",
    "search": LISTED_URL,
    "search with a wish": SEARCH_URL,
    "my week": "/programs/week/",
    "why this order": "/programs/why-this-order/",
    "your code": "/programs/your-code/",
    "check: start": "/assessment/",
    "helping someone": "/assessment/helping/",
    "come back": "/assessment/come-back/",
}
OF_A_CENTER = {"center": "", "report": "report/"}
ANSWERED = {
    "question": "/assessment/step-5/",
    "all answers": "/assessment/check/",
    "result": "/assessment/result/",
    "programs near me": "/assessment/programs/",
    "sheet for paper": "/assessment/print/",
    "save": "/assessment/save/",
}
MAPS = {"map of a search", "map of a center"}
"""A border and the pins on it are part of the page: its weight has no target."""
COMPARED = 4
AUDITED = ("home", "question", "result", "search", "center")
NOT_INDEXED = {"question", "result"}
"""Made from somebody's answers: no search engine is to find them, and SEO has nothing to say of them."""
ZIP = "85004"


def kinds(browser: Browser, site: str) -> dict[str, str]:
    """Address by name, in the order a report lists them."""
    page = browser.new_page()
    page.goto(site + SEARCH_URL)
    links = page.locator("main h3 a[href*='/programs/centers/']")
    found: list[str] = list(dict.fromkeys(links.evaluate_all("all => all.map((one) => one.pathname)")))
    page.close()
    if not found:
        raise RuntimeError(f"{SEARCH_URL} found no center")
    chosen = "&".join(f"center={path.rstrip('/').rpartition('-')[2]}" for path in found[:COMPARED])
    several = {"compare": f"/programs/compare/?{chosen}", "call sheet": f"/programs/call/?{chosen}"}
    center = {name: found[0] + rest for name, rest in OF_A_CENTER.items()}
    maps = {"map of a search": SEARCH_URL.replace("/programs/?", "/programs/map/?")}
    maps["map of a center"] = f"{found[0]}map/"
    return OPEN | center | several | ANSWERED | maps


def answered(browser: Browser, site: str) -> list[Any]:
    """Cookies of someone who answered every question, as a person does, and asked for programs near them."""
    from tests.journeys.answering import walk

    context = browser.new_context()
    page = context.new_page()
    walk(page, site)
    page.goto(f"{site}/assessment/result/")
    page.locator("input[name=zip]:visible").first.fill(ZIP)
    page.keyboard.press("Enter")
    page.wait_for_url("**/assessment/programs/")
    cookies = context.cookies()
    context.close()
    return cookies


def header(cookies: list[Any]) -> Mapping[str, str]:
    """The same as a header."""
    return {"Cookie": "; ".join(f"{one['name']}={one['value']}" for one in cookies)}


def in_language(address: str, language: str) -> str:
    return address if language == "en" else f"/{language}{address}"
