"""Where programs are known to differ, what nobody has said, and at which level each is looked at."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.comparison import Kind, has_unknown, kind, levels_for, points_of
from programs.facts import FactSet
from programs.levels import LEVELS, Level

values = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), min_size=1, max_size=4)
VALUE = (None, True, False)


def said(value):
    return {} if value is None else {"": value}


@pytest.mark.parametrize("row", list(product(VALUE, repeat=3)))
def test_three_programs_differ_only_where_a_yes_stands_beside_a_no(row):
    expected = Kind.DIFFERS if {True, False} <= set(row) else Kind.ASK if None in row else Kind.SAME
    assert kind([said(value) for value in row]) is expected
    assert has_unknown([said(value) for value in row]) is (None in row)


@given(values)
def test_saying_nothing_more_never_makes_a_difference(row):
    if kind(row) is not Kind.DIFFERS:
        assert kind([*row, {}]) is Kind.ASK
    else:
        assert kind([*row, {}]) is Kind.DIFFERS


@given(values)
def test_the_order_of_programs_changes_nothing(row):
    assert kind(row) is kind(row[::-1])
    assert has_unknown(row) is has_unknown(row[::-1])


@given(values)
def test_what_is_the_same_has_no_unknown_and_what_must_be_asked_has_one(row):
    found = kind(row)
    if found is not Kind.DIFFERS:
        assert has_unknown(row) is (found is Kind.ASK)
    assert (found is Kind.SAME) is (bool(row[0]) and all(one == row[0] for one in row))


@given(values)
def test_a_program_does_not_differ_from_itself(row):
    assert kind([row[0], row[0]]) is not Kind.DIFFERS


def test_points_are_the_facts_that_one_of_them_has():
    medicaid = FactSet.of(yes=["pay_medicaid"], no=["pay_va"])
    other = FactSet.of(no=["pay_medicaid", "pay_cash"])
    silent = FactSet()
    codes = ["pay_medicaid", "pay_va", "pay_cash"]
    assert points_of([medicaid, other, silent], codes) == (
        {"pay_medicaid": True},
        {"pay_medicaid": False},
        {},
    )
    assert points_of([other, silent], codes) == ({"pay_medicaid": False, "pay_cash": False}, {})


OUT, IOP, PHP, RES, DET = LEVELS


@pytest.mark.parametrize(
    ("offered", "asked", "wanted", "found"),
    [
        # The level named in the address wins where the center has it.
        ([{IOP, PHP}, {IOP, PHP}], [PHP, None], (), (PHP, PHP)),
        ([{OUT}, {IOP}], [PHP, None], (), (OUT, IOP)),
        # Then what the visitor searches for.
        ([{OUT, IOP, PHP}, {OUT, PHP}], [None, None], (PHP,), (PHP, PHP)),
        ([{OUT, IOP, PHP}, {OUT}], [None, None], (PHP,), (PHP, OUT)),
        # Then what most of them have; an IOP where that is a tie.
        ([{OUT, IOP}, {OUT, PHP}, {OUT, RES}], [None] * 3, (), (OUT, OUT, OUT)),
        ([{IOP, OUT}, {IOP, OUT}], [None] * 2, (), (IOP, IOP)),
        # Then what is next to that.
        ([{IOP}, {IOP}, {OUT, DET}], [None] * 3, (), (IOP, IOP, OUT)),
        ([set(), {DET}], [None] * 2, (), (None, DET)),
        ([], [], (), ()),
    ],
)
def test_like_stands_beside_like(offered, asked, wanted, found):
    assert levels_for(offered, asked, wanted) == found


levels = st.sets(st.sampled_from(LEVELS))


@given(st.lists(st.tuples(levels, st.none() | st.sampled_from(LEVELS)), max_size=4), levels)
def test_a_level_is_always_one_the_center_has(centers, wanted):
    offered, asked = [one for one, _ in centers], [name for _, name in centers]
    for has, name, level in zip(offered, asked, levels_for(offered, asked, wanted), strict=True):
        assert (level in has) if has else level is None
        assert name not in has or level is name
        assert isinstance(level, Level | None)
