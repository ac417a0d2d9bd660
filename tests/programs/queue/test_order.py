"""The order of the queue: oldest harm first, each center once, and nothing waits in vain."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.models import ReportKind
from programs.queue.order import CALLS, HARM, LONGEST, REPORT_HARM, Entry, Kind, Why, counted, merged, urgency

TODAY = date(2026, 11, 22)


def why(kind: Kind, days: int, *, center: int | None = 1, ref: int = 1, detail: str = "") -> Why:
    return Why(kind, center, TODAY - timedelta(days=days), ref, detail)


@st.composite
def whys(draw) -> Why:
    kind = draw(st.sampled_from(Kind))
    detail = draw(st.sampled_from(sorted(REPORT_HARM))) if kind is Kind.REPORT else ""
    center = None if kind is Kind.REFUSED else draw(st.integers(1, 8))
    days, ref = draw(st.integers(-21, 700)), draw(st.integers(1, 40))
    return why(kind, days, center=center, ref=ref, detail=detail)


many = st.lists(whys(), max_size=40, unique_by=lambda one: (one.kind, one.ref))


def test_every_kind_of_work_and_of_report_has_its_harm():
    assert {*HARM, Kind.REPORT} == set(Kind)
    assert set(REPORT_HARM) == set(ReportKind.values)


@given(many)
def test_everything_that_waits_stands_there_once(waiting):
    entries = merged(waiting, today=TODAY)
    told = [one for entry in entries for one in entry.whys]
    assert sorted(told, key=repr) == sorted(waiting, key=repr)
    centers = [entry.center for entry in entries if entry.center is not None]
    assert len(centers) == len(set(centers))
    assert all(len({one.center for one in entry.whys}) == 1 for entry in entries)


@given(many)
def test_each_stands_where_its_most_urgent_matter_stands(waiting):
    entries = merged(waiting, today=TODAY)
    best = [max(urgency(one, today=TODAY) for one in entry.whys) for entry in entries]
    assert best == sorted(best, reverse=True)
    for entry in entries:
        own = [urgency(one, today=TODAY) for one in entry.whys]
        assert own == sorted(own, reverse=True)


@given(many, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_reading(waiting, rng):
    shuffled = list(waiting)
    rng.shuffle(shuffled)
    assert merged(shuffled, today=TODAY) == merged(waiting, today=TODAY)


@given(whys(), st.integers(0, 400))
def test_waiting_longer_never_moves_anything_back(one, more):
    later = TODAY + timedelta(days=more)
    assert urgency(one, today=later) >= urgency(one, today=TODAY)


@given(whys(), st.integers(0, 60))
def test_of_one_kind_the_older_comes_first(one, days):
    older = Why(one.kind, 100 if one.center else None, one.since - timedelta(days=days), 99, one.detail)
    first = merged([one, older], today=TODAY)[0]
    assert first.whys[0].since == min(one.since, older.since)


@given(whys(), whys())
def test_after_the_longest_wait_only_what_does_more_harm_comes_first(one, other):
    old = Why(one.kind, 100 if one.center else None, TODAY - timedelta(days=LONGEST), 99, one.detail)
    if urgency(other, today=TODAY) > urgency(old, today=TODAY):
        assert other.harm > old.harm


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (why(Kind.REPORT, 0, detail="phone"), why(Kind.FACTS, 600)),
        (why(Kind.REPORT, 0, detail="closed"), why(Kind.REPORT, 5, detail="not_offered")),
        (why(Kind.REPORT, 0, detail="not_offered"), why(Kind.REPORT, 5, detail="hours")),
        (why(Kind.REPORT, 40, detail="not_offered"), why(Kind.REPORT, 0, detail="phone")),
        (why(Kind.INQUIRY, 1), why(Kind.REPORT, 0, detail="phone")),
        (why(Kind.FACTS, 20), why(Kind.DUPLICATE, 20)),
        (why(Kind.FACTS, 1), why(Kind.FACTS, -10)),
        (why(Kind.DUPLICATE, 30), why(Kind.FACTS, -10)),
    ],
)
def test_what_comes_before_what(first, second):
    other = Why(second.kind, 2, second.since, 2, second.detail)
    assert [entry.center for entry in merged([other, first], today=TODAY)] == [1, 2]


def test_refused_rows_of_two_imports_are_two_entries():
    found = merged([why(Kind.REFUSED, 1, center=None, ref=ref) for ref in (1, 2)], today=TODAY)
    assert [entry.whys[0].ref for entry in found] == [1, 2]


def test_counted_by_center_and_not_by_matter():
    twice = Entry((why(Kind.REPORT, 1, detail="cost"), why(Kind.REPORT, 2, ref=2, detail="phone")))
    assert counted([twice, Entry((why(Kind.FACTS, 1, center=2),))]) == {Kind.REPORT: 1, Kind.FACTS: 1}


def test_what_a_call_settles():
    assert {kind for kind in Kind if Entry((why(kind, 1, detail="cost"),)).is_call} == CALLS
