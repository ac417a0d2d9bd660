"""Which centers have to be asked again: held against the same rule in plain Python."""

import random
from datetime import date, timedelta

import pytest

from programs.expiring import expiring, never_confirmed
from programs.facts import FactSet, unpack
from programs.freshness import ASK_BEFORE, FRESH_FOR, HOLDS_FOR, Freshness, expires_on, freshness
from programs.models import Center, Program, Statement
from tests.programs.factories import CenterFactory, ProgramFactory, StatementFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
CODES = ("pay_medicaid", "pay_va", "time_evening", "lang_spanish", "smoke_free", "detox_outpatient")


def say(center: Center, days_ago: int, *, yes=(), no=(), **more) -> Statement:
    statement = StatementFactory.build(center=center, said_on=TODAY - timedelta(days=days_ago), **more)
    statement.facts = FactSet.of(yes=yes, no=no)
    statement.save()
    return statement


def found(before: date = TODAY) -> dict[int, date]:
    return {center.pk: center.confirmed_on for center in expiring(before)}


def test_a_statement_expires_on_the_first_day_it_reads_as_old():
    assert FRESH_FOR < HOLDS_FOR
    said_on = date(2026, 1, 10)
    day = expires_on(said_on)
    assert freshness(said_on, today=day) is Freshness.OLD
    assert freshness(said_on, today=day - timedelta(days=1)) is Freshness.AGING


def test_the_day_before_it_turns_old_a_center_is_not_yet_found():
    center = CenterFactory()
    said = say(center, 100, yes=["pay_medicaid"])
    day = expires_on(said.said_on)
    assert found(day - timedelta(days=1)) == {}
    assert found(day) == {center.pk: said.said_on}


def test_three_weeks_ahead_finds_what_turns_old_within_three_weeks():
    center = CenterFactory()
    say(center, 366 - ASK_BEFORE.days, yes=["pay_medicaid"])
    other = CenterFactory()
    say(other, 365 - ASK_BEFORE.days, yes=["pay_medicaid"])
    assert set(found(TODAY + ASK_BEFORE)) == {center.pk}


def test_what_only_a_directory_says_is_nobodys_confirmation():
    center = CenterFactory()
    say(center, 1000, yes=["pay_medicaid"], source="samhsa_su", method="directory", edition=2023)
    assert found() == {}
    assert list(never_confirmed()) == [center]
    say(center, 900, yes=["pay_medicaid"])
    assert found() == {center.pk: TODAY - timedelta(days=900)}
    assert not never_confirmed().exists()


def test_a_directory_repeats_nothing_a_person_said():
    center = CenterFactory()
    say(center, 500, yes=["pay_medicaid"])
    say(center, 1, yes=["pay_medicaid"], source="samhsa_su", method="directory", edition=2026)
    assert set(found()) == {center.pk}


def test_a_program_that_nobody_can_see_need_not_be_confirmed():
    center = CenterFactory()
    hidden = ProgramFactory(center=center, level="php", is_listed=False)
    say(center, 500, yes=["pay_medicaid"], program=hidden)
    assert found() == {}
    Program.objects.filter(pk=hidden.pk).update(is_listed=True)
    assert set(found()) == {center.pk}


def test_a_draft_is_nobodys_listing():
    say(CenterFactory(status="draft"), 500, yes=["pay_medicaid"])
    assert found() == {}


def test_what_was_said_of_one_program_repeats_nothing_of_the_center():
    center = CenterFactory()
    program = ProgramFactory(center=center)
    say(center, 500, yes=["pay_medicaid"])
    say(center, 10, yes=["pay_medicaid"], program=program)
    assert set(found()) == {center.pk}


def test_what_was_said_of_the_center_repeats_what_was_said_of_its_programs():
    center = CenterFactory()
    program, other = ProgramFactory(center=center), ProgramFactory(center=center, level="php")
    say(center, 500, yes=["pay_medicaid"], program=program)
    say(center, 400, yes=["pay_medicaid"], program=other)
    assert found()[center.pk] == TODAY - timedelta(days=500)
    say(center, 10, no=["pay_medicaid"])
    assert found() == {}


def test_of_two_statements_of_one_day_the_later_one_repeats_the_earlier():
    center = CenterFactory()
    say(center, 500, yes=["pay_medicaid"])
    say(center, 500, no=["pay_medicaid", "pay_va"])
    assert list(found()) == [center.pk]
    assert found()[center.pk] == TODAY - timedelta(days=500)


def test_two_calls_of_half_the_facts_each_repeat_all_of_them():
    center = CenterFactory()
    say(center, 500, yes=["pay_medicaid", "pay_va"])
    say(center, 20, yes=["pay_medicaid"])
    assert set(found()) == {center.pk}
    say(center, 10, no=["pay_va"])
    assert found() == {}


def test_where_the_oldest_is_repeated_in_parts_the_next_oldest_counts():
    center = CenterFactory()
    say(center, 600, yes=["pay_medicaid", "pay_va"])
    say(center, 500, yes=["time_evening"])
    say(center, 20, yes=["pay_medicaid"])
    say(center, 10, no=["pay_va"])
    assert found() == {center.pk: TODAY - timedelta(days=500)}


@pytest.mark.parametrize("seed", range(8))
def test_random_centers_equal_the_same_rule_in_python(seed):
    rng = random.Random(seed)
    for _ in range(12):
        center = CenterFactory()
        programs = [None, ProgramFactory(center=center), ProgramFactory(center=center, level="php")]
        for _ in range(rng.randint(0, 5)):
            codes = rng.sample(CODES, rng.randint(0, 4))
            split = rng.randint(0, len(codes))
            listed = rng.random() < 0.3
            more = {"source": "samhsa_su", "method": "directory", "edition": 2024} if listed else {}
            program = None if listed else rng.choice(programs)
            say(center, rng.randint(0, 500), yes=codes[:split], no=codes[split:], program=program, **more)
    expected = {}
    for center in Center.objects.all():
        days = [one.said_on for one in spoken_of(center) if is_old(one) and not is_repeated(one)]
        if days:
            expected[center.pk] = min(days)
    assert expected
    assert found() == expected


def spoken_of(center: Center) -> list[Statement]:
    return [one for one in center.statements.all() if one.method != "directory"]


def is_old(said: Statement) -> bool:
    return freshness(said.said_on, today=TODAY) is Freshness.OLD


def is_repeated(said: Statement) -> bool:
    about = {*unpack(said.facts.yes), *unpack(said.facts.no)}
    newer = [
        {*unpack(one.facts.yes), *unpack(one.facts.no)}
        for one in spoken_of(said.center)
        if (one.said_on, one.pk) > (said.said_on, said.pk) and one.program_id in (None, said.program_id)
    ]
    return bool(newer) and about <= set().union(*newer)
