"""A week is told the same in hours, in words and on the grid."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.timetable import A_WEEK, Meeting, Slot, Span, grid, hours_a_week, meetings

spans = st.builds(
    Span,
    st.integers(0, A_WEEK - 1),
    st.integers(1, 12 * 60),
    st.sampled_from(["group", "individual"]),
    st.sampled_from([None, True]),
)
weeks = st.lists(spans, min_size=1, max_size=12)


@given(weeks)
def test_every_session_lies_on_the_grid_at_its_days_and_with_its_length(week):
    drawn = grid(week)
    assert 0 <= drawn.first < drawn.last <= 24
    assert drawn.last - drawn.first >= 8
    for block in drawn.blocks:
        assert block.left in (block.span.day, (block.span.day + 1) % 7)
        assert block.top >= 0
        assert block.top + block.height <= drawn.last - drawn.first + 1e-9
    assert {id(block.span) for block in drawn.blocks} == {id(span) for span in week}
    assert sum(block.height for block in drawn.blocks) == pytest.approx(sum(one.minutes for one in week) / 60)


@given(spans)
def test_the_pieces_of_a_session_are_its_minutes(span):
    minutes = {day * 1440 + minute for day, starts, ends in span.pieces for minute in range(starts, ends)}
    assert minutes == {(span.starts + minute) % A_WEEK for minute in range(span.minutes)}
    assert (span.clock[1] - span.clock[0]) % 1440 == span.minutes % 1440


@given(weeks)
def test_meetings_tell_every_session_once(week):
    told = {
        (day, one.starts, one.ends, one.kind, one.telehealth) for one in meetings(week) for day in one.days
    }
    assert told == {(one.day, *one.clock, one.kind, one.telehealth) for one in week}


def test_three_evenings_are_one_meeting():
    evening = [Span(day * 1440 + 18 * 60, 180, "group") for day in (3, 0, 1)]
    one = Span(2 * 1440 + 16 * 60, 60, "individual", telehealth=True)
    assert meetings([*evening, one]) == (
        Meeting((0, 1, 3), 18 * 60, 21 * 60, "group"),
        Meeting((2,), 16 * 60, 17 * 60, "individual", telehealth=True),
    )
    assert (grid([*evening, one]).first, grid([*evening, one]).last) == (14, 22)


def test_hours_of_a_week_add_up():
    assert hours_a_week([Slot(day, time(18), time(20, 45), "group") for day in (0, 2)]) == 5.5


def test_a_week_without_sessions_has_no_grid():
    with pytest.raises(ValueError, match="without sessions"):
        grid([])
