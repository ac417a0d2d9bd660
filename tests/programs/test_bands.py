"""Hours on a scale: marks lie where the hours are, inside the picture, one for each level."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from programs.bands import Stated, scale
from programs.levels import LEVELS, Level, band

HOURS = st.floats(0, 168).map(lambda hours: round(hours, 1))
STATED = st.builds(
    lambda level, pair: Stated(level, min(pair), max(pair)), st.sampled_from(LEVELS), st.tuples(HOURS, HOURS)
)


@pytest.fixture(autouse=True, scope="module")
def english():
    with override("en"):
        yield


@given(stated=st.lists(STATED, max_size=5), teen=st.booleans())
def test_every_mark_lies_within_the_picture_and_as_far_along_as_its_hours(stated, teen):
    drawn = scale(stated, frozenset(one.level for one in stated), teen=teen)
    with_band = {one.level for one in stated if band(one.level, teen=teen)}
    if drawn is None:
        assert not with_band
        return
    assert len(drawn.marks) == len(with_band)
    left, end = drawn.ticks[0].x, drawn.ticks[-1].x
    longest = float(drawn.ticks[-1].words.split()[0])
    highest = max(one.high for one in stated if one.level in with_band)
    assert max(40, highest) <= longest < max(40, highest) + 10 or longest == 40
    last = max(drawn.marks, key=lambda mark: mark.x2)
    assert last.x2 == pytest.approx(left + (end - left) * highest / longest)
    for mark in drawn.marks:
        assert left <= mark.x <= mark.x2 <= end
        assert 0 < mark.text_y < mark.foot < drawn.top
    assert len({mark.text_y for mark in drawn.marks}) == len(drawn.marks)


@pytest.mark.parametrize("teen", [False, True])
def test_the_bands_follow_one_another_without_a_gap_and_fill_the_scale(teen):
    drawn = scale([Stated(Level.IOP, 9, 9)], frozenset({Level.IOP}), teen=teen)
    edges = [(one.x, one.x + one.width) for one in drawn.segments]
    assert [one.level for one in drawn.segments] == ["outpatient", "iop", "php"]
    assert [start for start, _ in edges[1:]] == pytest.approx([stop for _, stop in edges[:-1]])
    assert edges[-1][1] == pytest.approx(drawn.ticks[-1].x)
    assert [one.here for one in drawn.segments] == [False, True, False]
    assert drawn.segments[1].words == ("IOP 6–19" if teen else "IOP 9–19")


def test_an_iop_of_forty_hours_is_marked_where_day_programs_are():
    drawn = scale([Stated(Level.IOP, 40, 40)], frozenset({Level.IOP}), teen=False)
    php = drawn.segments[2]
    assert php.x < drawn.marks[0].middle <= php.x + php.width
    assert drawn.marks[0].words == "IOP here: 40"


def test_care_by_day_and_night_has_no_place_on_the_scale():
    assert scale([Stated(Level.RESIDENTIAL, 168, 168)], frozenset({Level.RESIDENTIAL}), teen=False) is None
    assert scale([], frozenset({Level.IOP}), teen=False) is None
