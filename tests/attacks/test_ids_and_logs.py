"""What can be counted through or guessed, and what a line of the log can be made to say."""

import json
import logging
import re
import secrets

import pytest
from django.test import Client

from assessment import saved, take_along_views
from iopfinder.logs import JsonFormatter
from programs import codes, listings
from programs.confirming import tokens
from programs.confirming import views as confirming
from programs.staff import invitations
from programs.visitors import views as visits
from tests.attacks.addresses import every
from tests.attacks.worlds import paths
from tests.programs.admin.test_matrix import body_of
from tests.programs.admin.worlds import World
from tests.programs.factories import CenterFactory, OrganizationFactory, ProgramFactory, ZipCodeFactory
from tests.programs.test_doors import doors

NUMBERS = {
    "sitemap_centers": "The part of a list of public pages.",
    "assessment:question": "Which screen, of the draft in the browser that asks.",
    "assessment:change": "Which screen, of the draft in the browser that asks.",
    "assessment:send_question": "Which screen, of the draft in the browser that asks.",
    "assessment:send_change": "Which screen, of the draft in the browser that asks.",
}
"""Public addresses with a number in them, and what it counts: never rows that somebody else could have."""


def test_no_public_address_holds_the_number_of_a_row() -> None:
    numbered = {
        one.name for one in every() if not one.is_desk and "IntConverter" in dict(one.converters).values()
    }
    assert numbered == set(NUMBERS)


@pytest.mark.django_db
def test_no_public_page_tells_the_number_of_a_row_or_opens_by_it() -> None:
    """Numbers tell how many there are and in which order they came; the desk's addresses hold them."""
    ZipCodeFactory()
    organization = OrganizationFactory(id=7_654_321)
    center = CenterFactory(id=7_654_322, organization=organization, name="Hidden Heron", slug="hidden-heron")
    program = ProgramFactory(id=7_654_323, center=center)
    listings.rebuild([center.pk])
    shown = {path: body_of(Client().get(path, follow=True)) for path in doors(center)}
    assert all("Heron" in text or str(center.public_id) in text or "heron" in text for text in shown.values())
    assert [path for path, text in shown.items() if "765432" in text] == []
    for kind in ("services", "organizations", "service_at_locations"):
        for row in (center, program, organization):
            assert Client().get(f"/api/hsds/{kind}/{row.pk}").status_code == 404


# -- Guessing -----------------------------------------------------------------------------------
NETWORKS = 1_000_000
"""From so many networks at once does the strongest guesser ask."""
ALIVE = 1_000_000
"""So many secrets of a kind are alive: far more than there are centers in the country."""
HOURS = 24 * 365
BITS = {
    "a private code": (codes.RANDOM * 5, take_along_views.WRONG_CODES),
    "a visitor's code": (codes.RANDOM * 5, visits.WRONG_CODES),
    "a center's link": (140, confirming.UNKNOWN_LINKS),
}
"""Random bits of each secret that opens something, and the tries that one network has in an hour."""


@pytest.mark.parametrize("kind", BITS)
def test_nobody_guesses_any_secret_of_a_kind_in_a_year(kind: str) -> None:
    bits, tries = BITS[kind]
    assert NETWORKS * HOURS * tries * ALIVE / 2**bits < 0.001


def test_every_secret_is_drawn_by_the_systems_own_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn by a generator whose next numbers follow from the last."""
    drawn = []
    for name in ("choice", "token_bytes", "token_urlsafe", "randbelow", "token_hex"):
        own = getattr(secrets, name)
        monkeypatch.setattr(secrets, name, lambda *a, own=own, name=name: drawn.append(name) or own(*a))
    codes.new()
    assert drawn
    drawn.clear()
    tokens.new()
    assert drawn
    assert len({tokens.new() for _ in range(500)} | {codes.new().shown for _ in range(500)}) == 1000
    assert "random" not in vars(codes) | vars(tokens) | vars(saved) | vars(invitations)


# -- Logs ---------------------------------------------------------------------------------------
BREAKS = ("\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2J", "\0")


@pytest.mark.parametrize("piece", BREAKS)
def test_no_text_breaks_a_line_of_the_log_in_two(piece: str) -> None:
    record = logging.LogRecord(
        "iopfinder", logging.INFO, "x", 1, "read %s", (f"a{piece}" + '{"level":"x"}',), None
    )
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)
    assert json.loads(line)["message"] == f"read a{piece}" + '{"level":"x"}'


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "zq9", "referer": "https://zq9.example/"},
        {"host": "zq9.example"},
        {"x-forwarded-for": "zq9", "x-request-id": "zq9\u00e9"},
        {"cookie": "answers=zq9; session=zq9; csrf=zq9"},
        {"content-type": "text/zq9", "accept-language": "zq9"},
        {"authorization": "Basic enE5", "origin": "https://zq9.example"},
    ],
    ids=str,
)
def test_no_header_reaches_the_log(headers: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False)
    for path in ("/", "/programs/?place=85004", "/admin/login/", "/api/search/?place=85004", "/nowhere/zq9/"):
        client.get(path, headers=headers)
        client.post(path, {"name": "zq9"}, headers=headers)
    ours = [JsonFormatter().format(one) for one in caplog.records if one.name.split(".")[0] != "asyncio"]
    assert ours
    assert [line for line in ours if "zq9" in line] == []


# -- Hosts --------------------------------------------------------------------------------------
ELSEWHERE = {
    "x-forwarded-host": "evil.example",
    "forwarded": "host=evil.example",
    "x-host": "evil.example",
    "x-original-url": "/admin/evil.example",
    "x-rewrite-url": "/admin/evil.example",
    "x-forwarded-server": "evil.example",
    "x-http-method-override": "DELETE",
    "x-forwarded-prefix": "/evil.example",
    "x-forwarded-port": "1337",
}


@pytest.mark.django_db
def test_no_header_names_another_host_on_any_page() -> None:
    """What a cache would keep for the next visitor is the same, whatever the one before sent along."""
    world = World("Target", "AZ")
    wrong = []
    for one, path in paths(world).values():
        if not one.is_desk:
            text = body_of(Client().get(path, headers=ELSEWHERE))
            wrong += [path] if "evil.example" in text or ":1337" in text else []
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "", "a b"],
)
def test_no_page_answers_to_another_name(host: str) -> None:
    world = World("Target", "AZ")
    open_to_probes = {"live", "ready", "metrics"}
    wrong = []
    for name, (one, path) in paths(world).items():
        if not one.is_desk and name not in open_to_probes:
            response = Client(raise_request_exception=False).get(path, headers={"host": host})
            if response.status_code != 400 and "evil" in body_of(response):
                wrong.append((path, response.status_code))
            b"".join(response.streaming_content if response.streaming else ())
    assert wrong == []
