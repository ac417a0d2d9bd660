"""Text that would run, in every text column: it becomes markup on no page, and only what is meant
for the public is shown to it. The same in a real browser: tests/journeys/test_attacks_planted.py.
"""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from programs import listings
from programs.models import Center
from tests.attacks.planted import plant, plant_sealed
from tests.attacks.worlds import paths
from tests.programs.accounts import account, client_of
from tests.programs.admin.test_matrix import body_of
from tests.programs.admin.worlds import World

pytestmark = pytest.mark.django_db

PUBLIC = {
    "Organization": {"name", "website", "phone"},
    "Center": {"name", "name_detail", "street1", "street2", "city", "phone", "intake_phones", "website"},
    "Program": {"track", "plans", "admission", "intake", "family", "return_to_use_policy", "aftercare"},
    "ZipCode": {"city", "county"},
    "City": {"name", "search_name", "county"},
}
"""Columns that may show on a public page. Whatever else is typed somewhere is for the desk alone."""


class Running(HTMLParser):
    """What of a page would run, or was never written by us."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch(r"zq\d+", tag) or (tag in ("svg", "img") and "onerror" in given):
            self.wrong.append(tag)
        if (
            tag == "script"
            and "src" not in given
            and given.get("type") not in ("application/ld+json", "application/json")
        ):
            self.wrong.append("script")
        for name, value in attrs:
            runs = name in ("href", "src", "action", "formaction", "xlink:href", "data")
            if name.startswith("on") or (
                runs and (value or "").strip().lower().startswith(("javascript:", "data:text"))
            ):
                self.wrong.append(f"{tag} {name}={value}")


def world_of_hostile_words(user: User) -> tuple[World, dict[int, str]]:
    world = World("Target", "AZ")
    planted = plant(but=user) | plant_sealed(world.center)
    listings.rebuild([one.pk for one in world.centers])
    world.center = Center.objects.get(pk=world.center.pk)
    return world, planted


def public_pages(world: World) -> dict[str, str]:
    """What anybody may open, by name, and some pages of the directory that show this world."""
    short, zip_code = world.center.short_id, world.zip.zip
    found = {name: path for name, (one, path) in paths(world).items() if not one.is_desk}
    near = f"place={zip_code}&radius=state"
    more = {
        "results": f"/programs/?{near}",
        "results on a map": f"/programs/map/?{near}",
        "the same in Spanish": f"/es/programs/?{near}",
        "the center in Spanish": f"/es{world.center.get_absolute_url()}?{near}",
        "compared": f"/programs/compare/?center={short}&{near}",
        "to call": f"/programs/call/?center={short}&{near}",
        "proposed places": f"/programs/places/?q={world.city.search_name[:3]}",
        "found by the API": f"/api/search/?place={zip_code}",
    }
    return found | more


def seen_in(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"zq(\d+)qz", text)}


def is_html(response: Any) -> bool:
    return bool(response.get("Content-Type", "").startswith("text/html"))


def wrong_in(response: Any) -> list[str]:
    if not is_html(response):
        return []
    page = Running()
    page.feed(response.content.decode())
    return page.wrong


def test_what_runs_would_be_noticed() -> None:
    page = Running()
    page.feed('<p>zq1</p><zq1>x</zq1><a href=" JavaScript:x">x</a><b onclick="x">x</b><script>x</script>')
    assert len(page.wrong) == 4


def test_no_planted_text_becomes_markup_on_a_public_page_and_no_desk_text_is_shown() -> None:
    user = account("admin")
    world, planted = world_of_hostile_words(user)
    wrong, shown = [], set()
    for name, path in public_pages(world).items():
        response = Client().get(path)
        text = body_of(response)
        wrong += [f"{path}: {one}" for one in wrong_in(response)]
        # The page behind a center's own link shows it what the desk keeps of it.
        for number in seen_in(text) if name != "programs:confirm" else ():
            table, _dot, column = planted[number].partition(".")
            shown.add(planted[number])
            if column not in PUBLIC.get(table, ()):
                wrong.append(f"{path} shows {planted[number]}")
    assert not wrong, "\n".join(wrong)
    assert {"Center.name", "Center.city", "Center.street1", "Program.plans", "Program.admission"} <= shown


def test_no_planted_text_becomes_markup_on_a_page_of_the_desk() -> None:
    user = account("admin")
    world, planted = world_of_hostile_words(user)
    client, wrong, shown = client_of(user), [], set()
    for name, (one, path) in paths(world).items():
        if one.is_desk and name not in ("admin:logout", "admin:sign_out_everywhere"):
            # Whom to call back is told on request, by a form.
            response = (client.post if name == "admin:visitors_contact" else client.get)(path)
            shown |= {planted[number] for number in seen_in(body_of(response)) if number in planted}
            wrong += [f"{path}: {said}" for said in wrong_in(response)]
    assert not wrong, "\n".join(wrong)
    # The desk shows nearly all there is; what it does not is counted, so that a blind test is noticed.
    assert len(set(planted.values()) - shown) < len(shown), sorted(set(planted.values()) - shown)
    assert {"Report.words", "Inquiry.wanted", "Proposal.note", "Statement.note"} <= shown
