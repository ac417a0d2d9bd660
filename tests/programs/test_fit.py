"""Fit is one pure function, and the order rests on nothing but fit, distance and a fixed hash."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.criteria import WISH_FIELDS, SearchCriteria, Wish, wishes_for
from programs.facts import FactSet
from programs.fit import Verdict, compare, rank
from programs.geo import Point
from programs.taxonomy import FACTS, GROUPS
from programs.why_order import ranked_example

CODES = [fact.code for fact in FACTS]
ASKABLE = [code for codes in WISH_FIELDS.values() for code in codes]


@st.composite
def fact_sets(draw: st.DrawFn) -> FactSet:
    said = draw(st.lists(st.sampled_from(CODES), unique=True))
    split = draw(st.integers(0, len(said)))
    return FactSet.of(yes=said[:split], no=said[split:])


wishes = st.lists(st.sampled_from(ASKABLE), unique=True).map(wishes_for)


@given(wishes, fact_sets())
def test_every_wish_gets_exactly_one_line_in_order(asked, facts):
    fit = compare(asked, facts)
    assert tuple(line.wish for line in fit.lines) == asked
    assert fit.meets + fit.does_not + fit.unknown == len(asked)
    assert fit.score == fit.meets - fit.does_not


@given(st.sampled_from(ASKABLE))
def test_silence_is_unknown_never_no(code):
    (line,) = compare(wishes_for([code]), FactSet()).lines
    assert line.verdict is Verdict.UNKNOWN


@given(wishes, fact_sets(), st.sampled_from(CODES))
def test_learning_a_yes_never_lowers_the_score_and_a_no_never_raises_it(asked, facts, code):
    if facts.value(code) is not None:
        return
    before = compare(asked, facts).score
    assert compare(asked, FactSet.of(yes=[code]).over(facts)).score >= before
    assert compare(asked, FactSet.of(no=[code]).over(facts)).score <= before


def test_any_way_to_pay_meets_and_only_all_refused_refuse():
    (wish,) = wishes_for(["pay_private", "pay_medicaid"])
    assert wish == Wish("payment", ("pay_medicaid", "pay_private"))
    verdicts = {
        FactSet.of(yes=["pay_private"]): Verdict.MEETS,
        FactSet.of(yes=["pay_private"], no=["pay_medicaid"]): Verdict.MEETS,
        FactSet.of(no=["pay_medicaid"]): Verdict.UNKNOWN,
        FactSet.of(no=["pay_medicaid", "pay_private"]): Verdict.DOES_NOT,
    }
    assert {facts: compare([wish], facts).lines[0].verdict for facts in verdicts} == verdicts
    assert compare([wish], FactSet.of(yes=["pay_private"])).lines[0].known == ("pay_private",)


ranked = st.tuples(fact_sets(), st.floats(0, 4), st.integers(0, 2**63 - 1), st.integers(1, 10**9))


@given(wishes, st.lists(ranked, unique_by=lambda one: one[3], max_size=12), st.randoms())
def test_the_order_is_total_and_the_same_whatever_came_first(asked, programs, shuffle):
    def key(one: tuple) -> tuple:
        return rank(compare(asked, one[0]), chord2=one[1], tie=one[2], program_id=one[3])

    keys = [key(one) for one in programs]
    assert len(set(keys)) == len(keys)
    mixed = list(programs)
    shuffle.shuffle(mixed)
    assert sorted(programs, key=key) == sorted(mixed, key=key)


def test_each_step_of_the_published_order_decides_only_when_the_ones_before_are_even():
    asked = wishes_for(["pay_medicaid", "time_evening", "lang_spanish"])
    two_of_three = compare(asked, FactSet.of(yes=["pay_medicaid", "time_evening"], no=["lang_spanish"]))
    one_no_refusal = compare(asked, FactSet.of(yes=["pay_medicaid"]))
    nothing_known = compare(asked, FactSet())
    one_each = compare(asked, FactSet.of(yes=["pay_medicaid"], no=["lang_spanish"]))

    def key(fit, miles=1.0, tie=1, program_id=1):
        return rank(fit, chord2=miles, tie=tie, program_id=program_id)

    assert key(one_no_refusal, miles=4) < key(nothing_known, miles=0)
    assert two_of_three.score == one_no_refusal.score == 1
    assert key(two_of_three, miles=4) < key(one_no_refusal, miles=0)
    assert key(one_each, miles=4) < key(nothing_known, miles=0)
    assert key(nothing_known, miles=1, tie=9) < key(nothing_known, miles=2, tie=1)
    assert key(nothing_known, tie=1, program_id=9) < key(nothing_known, tie=2, program_id=1)


def test_facts_nobody_asked_for_move_nothing():
    asked = wishes_for(["pay_medicaid"])
    others = [code for code in CODES if code != "pay_medicaid"]
    rng = random.Random(1)
    for _ in range(50):
        rng.shuffle(others)
        facts = FactSet.of(yes=others[:40], no=others[40:80])
        assert compare(asked, facts) == compare(asked, FactSet())


def test_the_example_on_the_page_is_in_the_order_its_points_say():
    example = ranked_example()
    assert [row.name for row in example] == ["Program B", "Program D", "Program E", "Program C", "Program A"]
    points = [row.fit.score for row in example]
    assert points == sorted(points, reverse=True)


def test_wishes_come_in_one_order_without_doubles():
    assert wishes_for(["lang_spanish", "pay_cash", "lang_spanish"]) == wishes_for(
        ["pay_cash", "lang_spanish"]
    )
    with pytest.raises(ValueError, match="smoke_free"):
        wishes_for(["smoke_free"])
    with pytest.raises(ValueError, match="no fact"):
        Wish("nothing", ())
    with pytest.raises(ValueError, match="pay_gold"):
        Wish("gold", ("pay_gold",))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"radius_miles": 30}, "radius"),
        ({"levels": ("spa",)}, "levels"),
        ({"ages": ("age_adults", "pay_cash")}, "ages"),
        ({"wishes": wishes_for(["pay_cash"]) * 2}, "wishes"),
        ({"musts": frozenset(["payment"])}, "musts"),
        ({"unsaid": "pay_cash"}, "unsaid"),
        ({"page": 0}, "page"),
    ],
)
def test_an_impossible_search_is_refused_by_name(wrong, name):
    with pytest.raises(ValueError, match=name):
        SearchCriteria(Point(33, -112), **wrong)


def test_a_wish_of_the_assessment_cannot_slip_into_an_address():
    times = Wish("free_times", GROUPS["time"][:2])
    with pytest.raises(ValueError, match="does not have"):
        SearchCriteria(Point(33, -112), wishes=(times,)).params()
