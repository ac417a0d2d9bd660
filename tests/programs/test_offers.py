"""A program on its center's page: its hours and where they come from, and what its terms are."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from programs.facts import FactSet
from programs.models import Program, Statement
from programs.offers import offer
from tests.programs import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
NOTHING = FactSet()
TEENS = FactSet.of(yes=["age_under_18"], no=["age_adults"])


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def made(level="iop", *, known=NOTHING, **fields):
    center = factories.CenterFactory()
    program = factories.ProgramFactory(center=center, level=level, **fields)
    return offer(program, FactSet(), known, today=TODAY)


def test_a_program_of_which_only_the_level_is_known_is_bare():
    one = made()
    assert one.is_bare
    assert (one.hours, one.hours_by, one.odd, one.terms, one.source, one.stated) == (
        "",
        "",
        "",
        (),
        None,
        None,
    )


@pytest.mark.parametrize(
    "fields",
    [{"track": "Teens"}, {"hours_per_week_max": 9}, {"weeks_min": 0}, {"deposit": 0}, {"plans": "Any."}],
    ids=str,
)
def test_anything_that_is_known_makes_a_program_worth_telling(fields):
    assert not made(**fields).is_bare


@pytest.mark.parametrize(
    ("level", "low", "high", "known", "like"),
    [
        ("iop", 9, 19, FactSet(), ""),
        ("iop", 40, 40, FactSet(), "Most programs with 40 hours a week are called PHP."),
        ("iop", 15, 20, FactSet(), "Most programs with 20 hours a week are called PHP."),
        ("iop", 6, 9, FactSet(), "Most programs with 6 hours a week are called outpatient."),
        ("iop", 6, 9, TEENS, ""),
        ("php", 10, None, FactSet(), "Most programs with 10 hours a week are called IOP."),
        ("outpatient", None, 12, FactSet(), "Most programs with 12 hours a week are called IOP."),
        ("residential", 30, 40, FactSet(), ""),
    ],
)
def test_hours_that_another_level_usually_has_are_told_kindly(level, low, high, known, like):
    one = made(level, known=known, hours_per_week_min=low, hours_per_week_max=high)
    assert one.odd.startswith(like)
    assert bool(one.odd) is bool(like)


def test_hours_say_where_they_come_from():
    assert made(hours_per_week_min=9).hours_by == ""
    program = factories.ProgramFactory(hours_per_week_min=9)
    for method, words in (("phone", "as stated by the center"), ("directory", "")):
        program.details_from = Statement(
            source="samhsa_su", method=method, said_on=TODAY - timedelta(days=3), edition=2026
        )
        assert offer(program, FactSet(), FactSet(), today=TODAY).hours_by == words


def test_hours_nobody_stated_are_counted_from_the_timetable_and_told_by_kind():
    program = factories.ProgramFactory()
    for day in (0, 1, 3):
        factories.SessionFactory(program=program, day=day)
    factories.SessionFactory(program=program, day=2, starts="16:00", ends="17:00", kind="individual")
    factories.SessionFactory(program=program, day=4, starts="18:00", ends="19:30", kind="family")
    program.refresh_from_db()
    one = offer(program, FactSet(), FactSet(), today=TODAY)
    assert (one.hours, one.hours_by) == ("11.5 hours a week", "counted from its timetable")
    assert dict(one.terms)["Kinds of hours"] == "9 in group, 1 one-to-one, 1.5 with family"


def test_every_term_that_is_known_is_told_and_no_other():
    one = made(
        weeks_min=8,
        weeks_max=12,
        price_min=300,
        price_max=1250,
        deposit=0,
        wait_days=0,
        plans="Blue Cross, Aetna.",
        admission="No stable home needed.",
        return_to_use_policy="You stay.",
    )
    assert one.terms == (
        ("Usual length", "8 to 12 weeks"),
        ("Price", "$300 to $1,250 a week"),
        ("Deposit", "$0"),
        ("Wait for a first visit", "No wait"),
        ("Insurance plans", "Blue Cross, Aetna."),
        ("Who is admitted", "No stable home needed."),
        ("After a return to use", "You stay."),
    )


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [(180, "fresh", "By phone, May 26, 2026."), (366, "old", "By phone. Not confirmed since November 2025.")],
)
def test_what_was_said_of_a_program_fades(days, state, words):
    center = factories.CenterFactory()
    said = factories.StatementFactory(center=center, said_on=TODAY - timedelta(days=days))
    program = Program(center=center, level="iop", weeks_min=8, details_from=said)
    program.save()
    one = offer(program, FactSet(), FactSet(), today=TODAY)
    assert (one.source.state, one.source.words) == (state, words)
