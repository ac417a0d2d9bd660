"""A real browser opens every page that shows what somebody typed, where all that was typed would run.

Nothing runs, no dialog opens, and the Content-Security-Policy has nothing to stop: the texts are text. What
they are, and in which columns, is told in tests/attacks/planted.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from tests.attacks.planted import PAYLOADS
from tests.attacks.test_planted import is_html, public_pages, seen_in, world_of_hostile_words
from tests.attacks.worlds import paths
from tests.programs.accounts import account, client_of
from tests.programs.admin.test_matrix import body_of

pytestmark = pytest.mark.django_db(transaction=True)

CALLED = """
window.called = [];
for (const name of ["alert", "confirm", "prompt"]) window[name] = (said) => called.push(said);
"""
"""Laid under every page: whatever runs is written down."""
STIR = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll("input, textarea, select, button, a"))
    for (const kind of ["focus", "mouseover", "input"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
}"""
"""Opens what is folded, and passes over what there is to touch; clicks nothing."""
RAN = """() => [...window.called, ...[...document.querySelectorAll("*")]
  .filter((one) => /^zq\\d/i.test(one.localName) || [...one.attributes].some((a) => /^on/.test(a.name)))
  .map((one) => one.outerHTML.slice(0, 200))]"""


def open_all(page: Page, site: str, addresses: list[str], quiet: Callable[..., None]) -> list[str]:
    """Opens them one by one; what ran, and what became an element or an attribute, by page."""
    page.add_init_script(CALLED)
    page.on("dialog", lambda dialog: dialog.dismiss())
    wrong = []
    for address in addresses:
        page.goto(site + address, wait_until="load")
        page.evaluate(STIR)
        wrong += [f"{address}: {one}" for one in page.evaluate(RAN)]
    quiet(page, allow=("status of 404", "status of 410", "status of 403"))
    return wrong


def that_show(client: Client, addresses: list[str]) -> list[str]:
    """Those pages that show something of what was planted."""
    found = []
    for address in addresses:
        response = client.get(address)
        if response.status_code == 200 and is_html(response) and seen_in(body_of(response)):
            found.append(address)
        b"".join(response.streaming_content if response.streaming else ())
    return found


def test_nothing_planted_runs_on_a_public_page(live_server: Any, page_at: Any, quiet: Any) -> None:
    world, _planted = world_of_hostile_words(account("admin"))
    addresses = that_show(Client(), list(public_pages(world).values()))
    assert len(addresses) > 10
    page = page_at(1280)
    assert open_all(page, live_server.url, addresses, quiet) == []


def test_nothing_planted_runs_at_the_desk(live_server: Any, page_at: Any, quiet: Any) -> None:
    user = account("admin")
    world, _planted = world_of_hostile_words(user)
    client = client_of(user)
    rooms = [
        path
        for name, (one, path) in paths(world).items()
        if one.is_desk and name not in ("admin:logout", "admin:sign_out_everywhere")
    ]
    addresses = that_show(client, rooms)
    assert len(addresses) > 30
    page = page_at(1280)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url, "httpOnly": True}]
    )
    assert open_all(page, live_server.url, addresses, quiet) == []


def test_nothing_reflected_runs(live_server: Any, page_at: Any, quiet: Any) -> None:
    """What a form says back: a search, a code, a report that is shown again."""
    world_of_hostile_words(account("admin"))
    page = page_at(390)
    page.add_init_script(CALLED)
    wrong = []
    for number, payload in enumerate(PAYLOADS):
        text = payload.format(number)
        for address in ("/programs/", "/programs/your-code/", "/assessment/come-back/"):
            page.goto(live_server.url + address)
            field = page.locator(
                "main form:not([action*='leave']) input[type=text], main input[type=search]"
            ).first
            field.fill(text)
            field.press("Enter")
            page.wait_for_load_state("load")
            assert field.input_value() == text, address
            wrong += page.evaluate(RAN)
    assert wrong == []
    quiet(page)
