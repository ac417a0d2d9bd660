"""Which facts a call asks about."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.facts import FactSet, Said
from programs.freshness import ASK_BEFORE, FRESH_FOR
from programs.models import ReportKind
from programs.queue.asking import DECISIVE, REPORTED, Reason, sections
from programs.taxonomy import BY_CODE

TODAY = date(2026, 11, 22)


def said(days: int, *, yes=(), no=(), method="phone") -> Said:
    source = "samhsa_su" if method == "directory" else "coordinator"
    return Said(FactSet.of(yes=yes, no=no), source, method, TODAY - timedelta(days=days))


def asked(shared=(), own=None, reported=()) -> dict:
    found = sections(list(shared), own or {}, reported=reported, today=TODAY)
    return {(section.reason, section.program): [one.code for one in section.rows] for section in found}


def test_every_named_fact_and_kind_of_report_exists():
    assert {*DECISIVE, *(code for codes in REPORTED.values() for code in codes)} <= set(BY_CODE)
    assert set(REPORTED) <= set(ReportKind.values)


def test_of_an_unknown_center_the_decisive_facts_are_asked():
    assert set(asked()[Reason.DECISIVE, None]) == set(DECISIVE)
    assert list(asked()) == [(Reason.DECISIVE, None)]


def test_what_a_person_confirmed_lately_is_not_asked_again():
    assert "pay_medicaid" not in asked([said(FRESH_FOR.days, yes=["pay_medicaid"])])[Reason.DECISIVE, None]
    assert "pay_medicaid" in asked([said(FRESH_FOR.days + 1, yes=["pay_medicaid"])])[Reason.DECISIVE, None]


def test_what_only_a_directory_says_is_asked():
    assert (
        "pay_medicaid" in asked([said(10, yes=["pay_medicaid"], method="directory")])[Reason.DECISIVE, None]
    )


def test_what_turns_old_within_three_weeks_is_asked_first():
    edge = 366 - ASK_BEFORE.days
    assert asked([said(edge, yes=["smoke_free"])])[Reason.EXPIRING, None] == ["smoke_free"]
    assert (Reason.EXPIRING, None) not in asked([said(edge - 1, yes=["smoke_free"])])


def test_what_was_said_again_since_does_not_turn_old():
    both = [said(400, yes=["smoke_free", "pay_va"]), said(10, no=["smoke_free"])]
    assert asked(both)[Reason.EXPIRING, None] == ["pay_va"]


def test_a_fact_of_one_program_is_asked_of_that_program():
    found = asked([], {7: [said(400, yes=["time_evening"])]})
    assert found[Reason.EXPIRING, 7] == ["time_evening"]


def test_what_was_said_of_the_center_since_repeats_it_for_the_program():
    found = asked([said(10, yes=["time_evening"])], {7: [said(400, yes=["time_evening"])]})
    assert (Reason.EXPIRING, 7) not in found


def test_a_report_puts_its_facts_in_doubt_however_fresh_they_are():
    found = asked([said(1, yes=["time_evening"])], reported={"hours"})
    assert found[Reason.REPORTED, None] == list(REPORTED["hours"])


codes = st.lists(st.sampled_from(sorted(BY_CODE)), max_size=20, unique=True)


@given(codes, st.integers(0, 800), codes, st.sets(st.sampled_from(sorted(ReportKind.values))))
def test_no_fact_of_the_center_is_asked_twice(some, days, others, reported):
    shared = [said(days, yes=some), said(5, no=others)]
    found = [code for codes in asked(shared, reported=reported).values() for code in codes]
    assert len(found) == len(set(found))


@given(codes, st.integers(0, 800))
def test_each_fact_shows_what_is_known_of_it(some, days):
    for section in sections([said(days, yes=some)], {}, today=TODAY):
        for one in section.rows:
            assert one.known is (True if one.code in some else None)
            assert (one.said is not None) == (one.code in some)
