"""The openings board: one line a program, and what lapsed is nowhere on the site any more."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from programs.models import Center, Listing, Program
from tests.programs import factories
from tests.programs.accounts import account, client_of

pytestmark = pytest.mark.django_db
BOARD = "/admin/openings/"


def in_days(days: int) -> date:
    return localdate() + timedelta(days=days)


@pytest.fixture
def program() -> Program:
    return factories.center(("iop",), name="Kite Clinic").programs.get()


@pytest.fixture
def staff(program: Program) -> User:
    return account("center", centers=[program.center])


@pytest.fixture
def desk(staff: User) -> Client:
    return client_of(staff)


def tell(program: Program, places: int | None, days: int) -> None:
    """Open places as they were told before, with the copy that a form would keep."""
    program.openings, program.openings_until = places, in_days(days)
    program.save()


def sent(client: Client, program: Program, **values: Any) -> dict[str, Any]:
    """What the board's form sends where only the line of this program is changed."""
    html = client.get(BOARD).content.decode()
    data = dict.fromkeys(re.findall(r'<select name="(p\d+-days)"', html), "")
    data |= dict(re.findall(r'<input type="\w+" name="(p\d+-\w+)"[^>]*?value="([^"]*)"', html))
    assert len(data) == 3 * html.count('<th scope="row">')
    return data | {f"p{program.pk}-{name}": value for name, value in values.items()}


def post(client: Client, program: Program, **values: Any) -> Any:
    return client.post(BOARD, sent(client, program, **values), follow=True)


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# -- Saving ---------------------------------------------------------------------------------------


def test_a_number_holds_for_a_week_and_is_on_the_site_at_once(desk, program, staff) -> None:
    assert "1 line was saved" in told(post(desk, program, number="3"))
    program.refresh_from_db()
    assert (program.openings, program.openings_until) == (3, in_days(7))
    assert Listing.objects.get(program=program).openings == 3
    newest = program.history.latest()
    assert (newest.history_user, newest.history_change_reason, newest.openings) == (staff, None, 3)
    assert staff.username in desk.get(BOARD).content.decode().split("board-last")[1]


@pytest.mark.parametrize("days", [1, 3, 7, 14])
def test_it_holds_for_as_long_as_was_chosen(desk, program, days) -> None:
    post(desk, program, number="0", days=str(days))
    program.refresh_from_db()
    assert (program.openings, program.openings_until) == (0, in_days(days))


def test_only_lines_that_changed_are_written(desk, program, staff) -> None:
    other = factories.ProgramFactory(center=program.center, level="php")
    tell(other, 4, 3)
    before = other.history.count()
    post(desk, program, number="2")
    other.refresh_from_db()
    assert (other.openings, other.openings_until, other.history.count()) == (4, in_days(3), before)
    program.refresh_from_db()
    before = program.history.count()
    assert "Nothing has changed" in told(post(desk, program))
    assert program.history.count() == before


def test_a_new_day_alone_is_a_change_and_an_empty_number_takes_it_back(desk, program) -> None:
    tell(program, 2, 1)
    post(desk, program, days="14")
    program.refresh_from_db()
    assert (program.openings, program.openings_until) == (2, in_days(14))
    post(desk, program, number="")
    program.refresh_from_db()
    assert (program.openings, program.openings_until) == (None, None)


def test_nothing_has_changed_confirms_what_was_told(desk, program, staff) -> None:
    lately, long_ago, longer, never = (
        factories.ProgramFactory(center=program.center, level=level)
        for level in ("php", "detox", "residential", "outpatient")
    )
    tell(program, 2, 1)
    tell(lately, 3, -13)
    tell(long_ago, 4, -20)
    tell(longer, 5, 12)
    data = sent(desk, program) | {"confirm": "1"}
    assert "2 lines were confirmed" in told(desk.post(BOARD, data, follow=True))
    days = {}
    for one in (program, lately, long_ago, longer, never):
        one.refresh_from_db()
        days[one.level] = (one.openings, one.openings_until)
    assert days == {
        "iop": (2, in_days(7)),
        "php": (3, in_days(7)),
        "detox": (4, in_days(-20)),
        "residential": (5, in_days(12)),
        "outpatient": (None, None),
    }
    assert lately.history.latest().history_user == staff


def test_the_second_of_two_is_told_and_writes_over_nothing(desk, program, staff) -> None:
    coordinator = client_of(account("coordinator"))
    late = sent(coordinator, program, number="9")
    post(desk, program, number="3")
    response = coordinator.post(BOARD, late, follow=True)
    assert "Somebody else has just updated" in told(response)
    program.refresh_from_db()
    assert program.openings == 3


def test_a_line_that_was_not_touched_is_not_in_the_way_of_who_changes_it_meanwhile(desk, program) -> None:
    other = factories.ProgramFactory(center=program.center, level="php")
    late = sent(desk, other, number="1")
    tell(program, 6, 7)
    assert "1 line was saved" in told(desk.post(BOARD, late, follow=True))
    program.refresh_from_db()
    assert program.openings == 6


@pytest.mark.parametrize(
    "values",
    [{"number": "100"}, {"number": "-1"}, {"number": "x"}, {"number": "2", "days": "30"}, {"seen": ""}],
)
def test_what_makes_no_sense_is_marked_and_nothing_is_saved(desk, program, values) -> None:
    other = factories.ProgramFactory(center=program.center, level="php")
    data = sent(desk, program, **values) | {f"p{other.pk}-number": "5"}
    response = desk.post(BOARD, data)
    assert response.status_code == 200
    assert "Nothing was saved" in told(response)
    assert "errorlist" in response.content.decode()
    assert not Program.objects.filter(openings__isnull=False).exists()


def test_lines_that_are_not_on_the_page_are_not_written(desk, program) -> None:
    elsewhere = factories.center(("iop",)).programs.get()
    data = sent(desk, program) | {f"p{elsewhere.pk}-seen": "|", f"p{elsewhere.pk}-number": "7"}
    desk.post(BOARD, data)
    elsewhere.refresh_from_db()
    assert elsewhere.openings is None


# -- What it shows --------------------------------------------------------------------------------


def lines(client: Client, query: str = "") -> list[str]:
    return [
        str(line.program.center.name) for line, _holds, _update in client.get(BOARD + query).context["lines"]
    ]


def test_center_staff_see_their_centers_and_coordinators_their_reach(desk, program) -> None:
    factories.center(("iop",), name="Harbor", state="NM")
    assert lines(desk) == ["Kite Clinic"]
    assert lines(client_of(account("coordinator", states=["NM"]))) == ["Harbor"]
    assert lines(client_of(account("coordinator"))) == ["Harbor", "Kite Clinic"]


def test_filters(program) -> None:
    client = client_of(account("coordinator"))
    harbor = factories.center(("php",), name="Harbor", state="NM", city="Gallup").programs.get()
    tell(program, 1, -1)
    tell(harbor, 1, 0)
    factories.center(("iop",), name="Untold")
    for query, found in (
        ("?q=gallup", ["Harbor"]),
        ("?q=kite phoenix", ["Kite Clinic"]),
        ("?state=NM", ["Harbor"]),
        ("?which=told", ["Harbor"]),
        ("?which=lapsed", ["Kite Clinic"]),
        ("?which=untold", ["Untold"]),
        ("?which=nonsense&state=ZZ&page=a", ["Harbor", "Kite Clinic", "Untold"]),
    ):
        assert lines(client, query) == found, query


def test_what_visitors_cannot_find_is_not_on_the_board(desk, program) -> None:
    Program.objects.filter(pk=program.pk).update(is_listed=False)
    assert lines(desk) == []
    Program.objects.update(is_listed=True)
    Center.objects.update(status="draft")
    assert lines(desk) == []


def test_a_lapsed_answer_is_shown_as_one_and_its_field_is_empty(desk, program) -> None:
    tell(program, 3, -2)
    response = desk.get(BOARD)
    line, holds, _update = response.context["lines"][0]
    assert (line["number"].value(), holds) == (None, False)
    assert re.search(r"3, lapsed after", response.content.decode())


def test_who_told_it_last_is_who_told_what_stands_now(desk, program, staff) -> None:
    post(desk, program, number="3")
    other = account("coordinator")
    program.refresh_from_db()
    program.plans = "Plan A"
    program._history_user = other  # Another column: whoever wrote it told nothing about open places.
    program.save()
    assert desk.get(BOARD).context["lines"][0][2].history_user == staff
    post(client_of(other), program, number="2")
    post(desk, program, number="3")
    post(client_of(other), program, number="3", days="7")
    assert desk.get(BOARD).context["lines"][0][2].history_user == staff


def test_who_only_looks_things_up_has_no_board() -> None:
    client = client_of(account("reader"))
    assert client.get(BOARD).status_code == 403
    assert client.post(BOARD, {"confirm": "1"}).status_code == 403


def test_two_hundred_programs_take_few_questions() -> None:
    centers = [factories.CenterFactory() for _ in range(50)]
    programs = [
        factories.ProgramFactory(center=one, level=level)
        for one in centers
        for level in ("iop", "php", "detox", "residential")
    ]
    for one in programs[:120]:
        tell(one, 2, 3)
    client = client_of(account("coordinator", states=["AZ"]))
    data: dict[str, Any] = {}
    with CaptureQueriesContext(connection) as queries:
        response = client.get(BOARD)
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)
    assert len(response.context["lines"]) == 100
    assert response.context["page"].paginator.num_pages == 2
    for line, _holds, _update in response.context["lines"]:
        data |= {line["seen"].html_name: line["seen"].value(), line["number"].html_name: "5"}
    with CaptureQueriesContext(connection) as queries:
        client.post(BOARD, data)
    assert Program.objects.filter(openings=5).count() == 100
    assert len(queries) <= 40, "\n".join(query["sql"] for query in queries)


# -- What lapsed goes by itself ---------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site some days later, with nothing run or written in between."""

    def pass_days(days: int) -> None:
        day = in_days(days)
        for module in (
            "programs.views",
            "programs.api.views",
            "programs.compare_views",
            "programs.map_views",
        ):
            monkeypatch.setattr(f"{module}.localdate", lambda: day)

    return pass_days


def shown(client: Client, program: Program) -> dict[str, bool]:
    """Where on the public site the open places are told."""
    center = program.center
    found = client.get(reverse("programs:search"), {"place": "85004"}).content.decode()
    only_open = client.get(reverse("programs:search"), {"place": "85004", "open": "now"}).content.decode()
    page = client.get(center.get_absolute_url()).content.decode()
    beside = client.get(reverse("programs:compare"), {"center": center.short_id}).content.decode()
    api = client.get("/api/search/", {"place": "85004"}).json()
    words = "3 open places"
    return {
        "card": words in found,
        "filter": "Kite Clinic" in only_open,
        "page": words in page,
        "structured data": '"isAcceptingNewPatients":true' in page.replace(" ", ""),
        "comparison": words in beside,
        "api": [one["openings"] for one in api["results"]] == [3],
    }


def test_what_lapsed_is_gone_everywhere_by_itself(desk, program, client, later) -> None:
    factories.ZipCodeFactory(zip="85004")
    post(desk, program, number="3", days="3")
    for day, holds in ((0, True), (3, True), (4, False), (40, False)):
        later(day)
        told_at = shown(client, program)
        assert set(told_at.values()) == {holds}, (day, told_at)
    assert Listing.objects.get(program=program).openings == 3
