"""The people of `ops/load` find their way: a change of the pages that loses them is seen here first."""

import random
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from ops.load import figures, people
from programs.models import Center
from tests.programs import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory() -> None:
    factories.ZipCodeFactory()
    for number in range(2):
        factories.center(name=f"Heron {number}", slug=f"heron-{number}")


@pytest.mark.parametrize("home", ["/", "/es/"])
@pytest.mark.parametrize(
    "person", [people.ADULT, people.FAMILY, people.TEEN], ids=["adult", "family", "teen"]
)
def test_everybody_comes_to_a_result_with_the_forms_alone(
    directory: None, home: str, person: people.Person
) -> None:
    client, chance = Client(enforce_csrf_checks=True), random.Random(home)
    response = client.get(f"{home}assessment/step-1/")
    for _ in range(60):
        at, page = response.request["PATH_INFO"], response.content.decode()
        if at.endswith("/check/"):
            break
        asked = people.form(page, "/assessment/pause/" if "/pause/" in at else "/send/")
        assert asked is not None, at
        sent: dict[str, list[str]] = {}
        for name, value in asked.filled(person, chance):
            sent.setdefault(name, []).append(value)
        response = client.post(asked.action, sent, follow=True)
        assert response.status_code == 200, at
    else:
        pytest.fail("the questions do not end")
    result = client.get(f"{home}assessment/result/").content.decode()
    near = people.form(result, "/assessment/programs/")
    assert near is not None
    found = client.post(near.action, {**dict(near.hidden), "zip": "85004"}, follow=True)
    assert found.status_code == 200


def test_who_searches_finds_centers_to_look_at_and_to_compare(directory: None, client: Client) -> None:
    page = client.get("/programs/?place=85004&radius=50").content.decode()
    found = people.centers(page)
    assert sorted(found) == sorted(center.get_absolute_url() for center in Center.objects.all())
    assert all(client.get(one).status_code == 200 for one in found)
    assert people.files(page)
    assert people.links(client.get("/guide/").content.decode(), "/guide/[a-z-]+/")


def test_the_table_counts_what_happened(tmp_path: Path) -> None:
    lines = ['["begins", 100.0, "after", 0, "", 0, ""]']
    lines += [f'["after", {100 + second}, "search", 50, "served", 200, ""]' for second in range(20)]
    lines += [
        '["after", 103.0, "search", 2, "sent away", 503, ""]',
        '["after", 104.0, "home", 3000, "served", 200, ""]',
    ]
    lines += ['["after", 110.0, "visit", 0, "finished", 0, ""]']
    (tmp_path / "requests").write_text("\n".join(lines))
    run = figures.read(tmp_path / "requests")
    assert len(run.of("after")) == 22
    assert run.visits == {("after", "finished"): 1}
    # Sent away in the fourth second, late in the fifth: from then on all is well for ten seconds.
    assert figures.recovered(run.of("after"), run.begins["after"], 1000) == 5.0
    assert figures.recovered(run.of("after"), run.begins["after"], 1000, calm=15) is None
    assert figures.recovered(run.of("after"), run.begins["after"], 10) is None
    assert figures.line("search", run.of("after", "search"), 20).split()[-2:] == ["1", "0"]


def test_the_proxy_has_a_page_in_each_language_for_when_nothing_answers(tmp_path: Path) -> None:
    call_command("waiting_pages", tmp_path, verbosity=0)
    for language in ("en", "es"):
        page = (tmp_path / f"{language}.html").read_text()
        assert f'<html lang="{language}">' in page
        assert "tel:988" in page
