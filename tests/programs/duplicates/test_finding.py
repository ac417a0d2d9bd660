"""Finding keeps the table of pairs true, leaves decisions alone, and never compares all with all."""

import random
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from programs.duplicates import blocks, finding
from programs.duplicates.scoring import LEAST, Record, score, traits
from programs.models import Center, DuplicatePair
from tests.programs import factories
from tests.programs.accounts import account

pytestmark = pytest.mark.django_db


def kite(**columns: Any) -> Center:
    fields = {"name": "Kite Clinic", "street1": "12 Main Street", "phone": "602-555-0142"} | columns
    return factories.CenterFactory(**fields)


def rows() -> list[tuple[Any, ...]]:
    return list(DuplicatePair.objects.order_by("id").values_list("id", "first", "second", "score", "status"))


def run() -> str:
    out = StringIO()
    call_command("find_duplicates", stdout=out)
    return out.getvalue()


def test_it_finds_a_pair_once_with_its_reasons() -> None:
    one, two = kite(), kite(name="The Kite Clinic, Inc.")
    kite(name="Harbor", phone="602-555-0100", street1="99 Elm Street")
    said = run()
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second, pair.status) == (one, two, "open")
    assert pair.score >= LEAST
    assert {"code": "phone", "value": 1.0, "about": "+16025550142"} in pair.reasons
    assert "1 to look at (1 new" in said
    before = rows()
    assert "(0 new, 0 asked again, 0 gone)" in run()
    assert rows() == before


def test_a_pair_that_has_become_unlike_goes() -> None:
    kite()
    other = kite()
    run()
    Center.objects.filter(pk=other.pk).update(phone="602-555-0199", street1="7 Elm", name="Harbor")
    assert "1 gone" in run()
    assert not DuplicatePair.objects.exists()


@pytest.mark.parametrize("status", ["closed", "merged"])
def test_what_has_gone_is_no_duplicate(status: str) -> None:
    one, two = kite(), kite()
    run()
    merged_into = one if status == "merged" else None
    Center.objects.filter(pk=two.pk).update(status=status, merged_into=merged_into)
    run()
    assert not DuplicatePair.objects.exists()


def test_a_decision_stays_until_something_new_speaks_for_one_center() -> None:
    one, two = kite(), kite(phone="602-555-0199")
    run()
    by = account("coordinator")
    DuplicatePair.objects.update(status="different", decided_by=by, decided_at=timezone.now())
    run()
    assert DuplicatePair.objects.get().status == "different"
    Center.objects.filter(pk=one.pk).update(street2="Suite 7")  # Less alike, or the same: nobody is asked.
    Center.objects.filter(pk=two.pk).update(street2="Suite 9")
    run()
    assert DuplicatePair.objects.get().status == "different"
    Center.objects.filter(pk=two.pk).update(phone=one.phone)
    assert "1 asked again" in run()
    pair = DuplicatePair.objects.get()
    assert (pair.status, pair.decided_by, pair.decided_at) == ("open", None, None)


def test_a_sample_is_never_a_real_place() -> None:
    kite()
    kite(is_sample=True)
    run()
    assert not DuplicatePair.objects.exists()


def test_only_what_was_touched_is_looked_at() -> None:
    one, two = kite(), kite()
    kite(zip="10001", state="NY"), kite(zip="10001", state="NY")
    found = finding.search_around([one.public_id])
    assert (found.new, found.open) == (1, 1)
    pair = DuplicatePair.objects.get()
    assert {pair.first, pair.second} == {one, two}
    found = finding.search_around([two.public_id])
    assert (found.new, found.gone, DuplicatePair.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize(("status", "left"), [("different", 1), ("open", 0)])
def test_who_moved_to_another_region_is_no_neighbor_any_more(status: str, left: int) -> None:
    """Also where both regions are searched at once, as after an import: what somebody said of them stands."""
    one, two = kite(zip="85004"), kite(zip="85004")
    run()
    if status == "different":
        by = account("coordinator")
        DuplicatePair.objects.update(status=status, decided_by=by, decided_at=timezone.now())
    two.zip = "85201"
    two.save()
    found = finding.search_around([one.public_id, two.public_id])
    assert (found.compared, found.open, found.asked_again, found.gone) == (0, 0, 0, 1 - left)
    assert list(DuplicatePair.objects.values_list("status", flat=True)) == [status] * left


def test_it_goes_on_from_a_region() -> None:
    for code in ("10001", "85004"):
        kite(zip=code), kite(zip=code)
    call_command("find_duplicates", "--from", "850", stdout=StringIO())
    assert set(DuplicatePair.objects.values_list("first__zip", flat=True)) == {"85004"}


def test_a_search_that_is_stopped_keeps_what_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("10001", "85004"):
        kite(zip=code), kite(zip=code)
    steps = finding.search_all()
    next(steps)
    assert DuplicatePair.objects.count() == 1
    run()
    assert DuplicatePair.objects.count() == 2


def test_all_at_once_and_one_by_one_find_the_same() -> None:
    rng = random.Random(7)
    for _ in range(40):
        kite(
            name=rng.choice(["Kite Clinic", "Kite Recovery", "Harbor House", "Harbor"]),
            street1=rng.choice(["12 Main Street", "12 Main St Suite 3", "40 Elm Street"]),
            phone=rng.choice(["602-555-0142", "602-555-0199", ""]),
            zip=rng.choice(["85004", "85012", "10001"]),
        )
    run()
    whole = {(one.first_id, one.second_id, one.score) for one in DuplicatePair.objects.all()}
    assert len(whole) > 10
    DuplicatePair.objects.all().delete()
    for center in Center.objects.order_by("-id"):
        finding.search_around([center.public_id])
    assert {(one.first_id, one.second_id, one.score) for one in DuplicatePair.objects.all()} == whole


# -- Blocks ---------------------------------------------------------------------------------------


def crowd(count: int, **columns: Any) -> list[Any]:
    plain = Record(0, "Center", street1="", zip="85701", phone="520-555-0142")
    return [traits(replace(plain, id=n, name=f"Center {n}", **columns)) for n in range(1, count + 1)]


def test_work_grows_with_the_number_of_centers_not_with_its_square() -> None:
    compared = {count: len(list(blocks.pairs(crowd(count)))) for count in (500, 1000, 2000)}
    keys = 4  # Its phone, the word that all share, its own number, ZIP.
    for count, pairs in compared.items():
        assert 0 < pairs <= count * keys * blocks.NEXT
    assert compared[2000] < 2.2 * compared[1000]


def test_neighbors_meet_in_a_crowd() -> None:
    everybody = crowd(400)
    twin = traits(Record(999, "Center 77", zip="85701", phone="520-555-0142"))
    met = {(a.id, b.id) for a, b in blocks.pairs([*everybody, twin])}
    assert (77, 999) in met


def test_each_pair_comes_once_the_lower_first() -> None:
    met = [(a.id, b.id) for a, b in blocks.pairs(crowd(60))]
    assert len(met) == len(set(met))
    assert all(first < second for first, second in met)


@pytest.mark.parametrize(
    "shared",
    [
        {"phone": "520-555-0100"},
        {"website": "https://kite.example"},
        {"street1": "12 Main Street"},
        {"name": "Kite"},
        {"lat": 32.2, "lon": -110.9},
    ],
)
def test_one_thing_in_common_is_enough_to_be_compared(shared: dict[str, Any]) -> None:
    one = Record(1, "Alpha", street1="1 Elm", zip="85701", phone="520-555-0001")
    two = Record(2, "Beta", street1="2 Oak", zip="85701", phone="520-555-0002")
    assert not list(blocks.pairs([traits(one), traits(two)]))
    both = [traits(replace(record, **shared)) for record in (one, two)]
    assert [(a.id, b.id) for a, b in blocks.pairs(both)] == [(1, 2)]


def test_doors_on_both_sides_of_a_corner_meet() -> None:
    rng = random.Random(3)
    for _ in range(200):
        lat, lon = rng.uniform(30, 45), rng.uniform(-120, -70)
        one = Record(1, "Alpha", zip="85701", lat=lat, lon=lon)
        two = Record(
            2, "Beta", zip="85799", lat=lat + rng.uniform(-0.003, 0.003), lon=lon + rng.uniform(-0.003, 0.003)
        )
        assert list(blocks.pairs([traits(one), traits(two)]))


def test_a_pair_worth_asking_about_is_met() -> None:
    """What the score finds among all pairs, the blocks find too: nothing is lost by not comparing all."""
    rng = random.Random(11)
    names = ["Kite Clinic", "Kite Recovery Center", "Harbor House", "Harbor Counseling", "Elm"]
    everybody = [
        traits(
            Record(
                number,
                rng.choice(names),
                street1=rng.choice(["12 Main Street", "14 Main Street", "40 Elm Street", ""]),
                zip=rng.choice(["85701", "85702"]),
                phone=rng.choice(["520-555-0142", "520-555-0199", "520-555-0100", ""]),
            )
        )
        for number in range(1, 25)
    ]
    met = {(a.id, b.id) for a, b in blocks.pairs(everybody)}
    alike = {(a.id, b.id) for a in everybody for b in everybody if a.id < b.id and score(a, b).score >= LEAST}
    assert alike
    assert alike <= met
