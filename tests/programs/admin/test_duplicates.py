"""The desk's pages for possible duplicates: who sees and decides what, and what a decision does."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.duplicates.merging import merge
from programs.models import Center, DuplicatePair, Merge, Program
from tests.programs import factories
from tests.programs.accounts import account, client_of

pytestmark = pytest.mark.django_db
LIST = "/admin/duplicates/"


@pytest.fixture
def coordinator() -> User:
    return account("coordinator", states=["AZ"])


@pytest.fixture
def desk(coordinator: User) -> Client:
    return client_of(coordinator)


@pytest.fixture
def pair() -> DuplicatePair:
    left = factories.center(("iop",), name="Kite Clinic", street1="12 Main Street", yes=["pay_medicaid"])
    right = factories.center(
        ("iop", "php"),
        name="The Kite Clinic",
        street1="12 Main St",
        website="https://kite.example/",
        no=["pay_medicaid"],
    )
    reasons = [
        {"code": "address", "value": 1.0, "about": "12 main st"},
        {"code": "phone", "value": 1.0, "about": "+16025550142,3"},
        {"code": "name", "value": 0.8, "about": "clinic kite"},
    ]
    return DuplicatePair.objects.create(first=left, second=right, score=0.876, reasons=reasons)


def page_of(pair: DuplicatePair) -> str:
    return reverse("admin:duplicate", args=[pair.pk])


def answer(client: Client, pair: DuplicatePair, decision: str, **more: Any) -> Any:
    form = client.get(page_of(pair)).context["form"]
    data = {"seen": form["seen"].value(), "decision": decision} | more
    return client.post(page_of(pair), data, follow=True)


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_the_list_says_why_in_words(desk: Client, pair: DuplicatePair) -> None:
    text = desk.get(LIST).content.decode()
    assert "88 of 100" in text
    assert "the same address: 12 main st" in text
    assert "another extension" not in text
    assert "the same phone: 602-555-0142 x3" in text
    assert page_of(pair) in text


def test_the_list_finds_by_name_city_and_status(desk: Client, pair: DuplicatePair) -> None:
    other = factories.CenterFactory(name="Harbor", city="Tucson")
    done = DuplicatePair.objects.create(
        first=pair.first, second=other, score=0.7, reasons=[], status="different"
    )
    for query, found in (
        ("", [pair]),
        ("?q=kite phoenix", [pair]),
        ("?q=harbor", []),
        ("?q=harbor&status=different", [done]),
        ("?status=nonsense&page=x", [pair]),
    ):
        assert list(desk.get(LIST + query).context["page"]) == found, query


def test_both_stand_side_by_side(desk: Client, pair: DuplicatePair) -> None:
    response = desk.get(page_of(pair))
    lines = {line.label: line for line in response.context["lines"]}
    assert lines["Name"].field is not None
    assert lines["Phone"].field is None
    assert "https://kite.example/" in lines["Website"].right
    assert response.context["form"]["website"].initial == "right"
    assert [line.label for line in response.context["against"]] == ["Medicaid"]
    assert "not known: at least one is placed by its ZIP code only" in response.context["apart"]


def test_the_distance_is_told_where_it_is_known(desk: Client, pair: DuplicatePair) -> None:
    Center.objects.update(location="exact")
    Center.objects.filter(pk=pair.second_id).update(lat=33.46)
    assert desk.get(page_of(pair)).context["apart"] == "0.69 miles apart on the map."


@pytest.mark.parametrize(("decision", "side"), [("into_left", "first"), ("into_right", "second")])
def test_one_is_taken_into_the_other(desk, pair, coordinator, decision, side) -> None:
    answer(desk, pair, decision, organization="right")
    made = Merge.objects.get()
    assert (made.survivor, made.by) == (getattr(pair, side), coordinator)
    kept = Center.objects.get(status="published")
    assert kept.name == "Kite Clinic"
    assert kept.website == "https://kite.example/"  # The fuller side is chosen to begin with.
    assert kept.organization == pair.second.organization
    assert kept.programs.count() == 2


def test_what_is_chosen_counts_from_either_side(desk, pair) -> None:
    answer(desk, pair, "into_right", name="left", address="left", website="left")
    kept = Center.objects.get(status="published")
    assert (kept.pk, kept.name, kept.street1, kept.website) == (
        pair.second_id,
        "Kite Clinic",
        "12 Main Street",
        "",
    )


@pytest.mark.parametrize("decision", ["into_left", "into_right"])
def test_both_programs_stay_under_a_track(desk, pair, decision) -> None:
    own = Program.objects.get(center=pair.first)
    answer(desk, pair, decision, **{f"track_{own.pk}": "Evening"})
    kept = Center.objects.get(status="published")
    moved = kept.programs.get(track="Evening")
    assert moved.center == kept
    assert (moved == own) is (decision == "into_right")
    assert kept.programs.filter(level="iop").count() == 2


def test_two_different_centers_are_not_asked_again(desk, pair, coordinator) -> None:
    answer(desk, pair, "different")
    pair.refresh_from_db()
    assert (pair.status, pair.decided_by) == ("different", coordinator)
    assert Center.objects.filter(status="published").count() == 2
    answer(desk, pair, "again")
    pair.refresh_from_db()
    assert (pair.status, pair.decided_by, pair.decided_at) == ("open", None, None)


def test_the_second_of_two_is_told(desk, pair, coordinator) -> None:
    other = client_of(account("coordinator", states=["AZ"]))
    seen = other.get(page_of(pair)).context["form"]["seen"].value()
    answer(desk, pair, "into_left")
    response = other.post(page_of(pair), {"seen": seen, "decision": "into_right"}, follow=True)
    assert f"{coordinator.username} has just merged one of these" in told(response)
    response = other.post(page_of(pair), {"seen": seen, "decision": "different"}, follow=True)
    assert "Somebody else has decided" in told(response)
    assert Merge.objects.count() == 1


def test_who_chose_from_what_has_changed_since_looks_again(desk, pair) -> None:
    seen = desk.get(page_of(pair)).context["form"]["seen"].value()
    Center.objects.filter(pk=pair.second_id).update(phone="602-555-0777")
    data = {"seen": seen, "decision": "into_left", "name": "right"}
    response = desk.post(page_of(pair), data)
    assert response.status_code == 200
    assert "edited while you looked" in told(response)
    assert response.context["form"]["name"].value() == "right"
    assert not Merge.objects.exists()
    data["seen"] = response.context["form"]["seen"].value()
    desk.post(page_of(pair), data)
    assert Merge.objects.count() == 1


def test_a_merge_is_taken_back_from_the_list(desk, pair) -> None:
    answer(desk, pair, "into_left")
    text = desk.get(LIST).content.decode()
    undo = reverse("admin:duplicate_undo", args=[Merge.objects.get().pk])
    assert undo in text
    assert "two centers again" in told(desk.post(undo, follow=True))
    assert Center.objects.filter(status="published").count() == 2
    assert "taken this back already" in told(desk.post(undo, follow=True))
    assert undo not in desk.get(LIST).content.decode()


def test_what_would_be_lost_is_named(desk, pair) -> None:
    answer(desk, pair, "into_left", name="right")
    Center.objects.filter(pk=pair.first_id).update(name="Kite of Phoenix")
    undo = reverse("admin:duplicate_undo", args=[Merge.objects.get().pk])
    assert "Kite of Phoenix, Phoenix, AZ (name)" in told(desk.post(undo, follow=True))
    assert Merge.objects.get().undone_at is None


# -- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reviewer", "reader"])
def test_who_may_only_look_decides_nothing(role: str, pair: DuplicatePair, coordinator: User) -> None:
    client = client_of(account(role))
    assert page_of(pair) in client.get(LIST).content.decode()
    response = client.get(page_of(pair))
    assert "Two different centers" not in response.content.decode()
    seen = response.context["form"]["seen"].value()
    for decision in ("different", "into_left", "into_right", "again"):
        data = {"seen": seen, "decision": decision}
        assert client.post(page_of(pair), data).status_code == 403
    made = merge(pair.first_id, pair.second_id, by=coordinator)
    assert client.post(reverse("admin:duplicate_undo", args=[made.pk])).status_code == 403
    assert "Take back" not in client.get(LIST).content.decode()


def test_center_staff_has_no_such_room(pair: DuplicatePair) -> None:
    client = client_of(account("center", centers=[pair.first, pair.second]))
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(pair)).status_code == 404


def test_a_pair_with_one_center_out_of_reach_is_not_there(pair: DuplicatePair, coordinator: User) -> None:
    Center.objects.filter(pk=pair.second_id).update(state="NM")
    client = client_of(coordinator)
    assert page_of(pair) not in client.get(LIST).content.decode()
    assert client.get(page_of(pair)).status_code == 404
    assert client.post(page_of(pair), {"decision": "different"}).status_code == 404
    made = merge(pair.first_id, pair.second_id, by=None)
    assert client.post(reverse("admin:duplicate_undo", args=[made.pk])).status_code == 404


def test_a_merge_is_asked_for_by_post_alone(desk: Client, pair: DuplicatePair, coordinator: User) -> None:
    made = merge(pair.first_id, pair.second_id, by=coordinator)
    assert desk.get(reverse("admin:duplicate_undo", args=[made.pk])).status_code == 405
    assert desk.post(LIST).status_code == 405


def test_pages_ask_few_questions(desk: Client, coordinator: User) -> None:
    centers = [factories.center(("iop", "php")) for _ in range(60)]
    for one, two in zip(centers[::2], centers[1::2], strict=True):
        found = DuplicatePair.objects.create(first=one, second=two, score=0.7, reasons=[])
    for one, two in zip(centers[:20:2], centers[1:21:2], strict=True):
        merge(one.pk, two.pk, by=coordinator)
    for address in (LIST, page_of(found)):
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(address).status_code == 200
        assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)
