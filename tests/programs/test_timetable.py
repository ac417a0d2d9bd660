"""A week is told the same in hours, in words and on the grid."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.timetable import Meeting, Slot, grid, hours_a_week, meetings


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    start = draw(st.integers(0, 23 * 4 + 2))
    end = draw(st.integers(start + 1, 23 * 4 + 3))
    kind = draw(st.sampled_from(["group", "individual"]))
    return Slot(draw(st.integers(0, 6)), time(*divmod(start * 15, 60)), time(*divmod(end * 15, 60)), kind)


weeks = st.lists(slots(), min_size=1, max_size=12)


@given(weeks)
def test_every_session_lies_on_the_grid_at_its_day_and_with_its_length(week):
    drawn = grid(week)
    assert 0 <= drawn.first < drawn.last <= 24
    assert drawn.last - drawn.first >= 8
    assert sorted(block.slot for block in drawn.blocks) == sorted(week)
    for block in drawn.blocks:
        assert block.left == block.slot.day
        assert block.top >= 0
        assert block.top + block.height <= drawn.last - drawn.first + 1e-9
    assert sum(block.height for block in drawn.blocks) == pytest.approx(hours_a_week(week))


@given(weeks)
def test_meetings_tell_every_session_once(week):
    told = {(day, one.starts, one.ends, one.kind) for one in meetings(week) for day in one.days}
    assert told == {(slot.day, slot.starts, slot.ends, slot.kind) for slot in week}


def test_three_evenings_are_one_meeting():
    evening = [Slot(day, time(18), time(21), "group") for day in (3, 0, 1)]
    one = Slot(2, time(16), time(17), "individual")
    assert meetings([*evening, one]) == (
        Meeting((0, 1, 3), time(18), time(21), "group"),
        Meeting((2,), time(16), time(17), "individual"),
    )
    assert hours_a_week([*evening, one]) == 10
    assert (grid([*evening, one]).first, grid([*evening, one]).last) == (14, 22)


def test_a_week_without_sessions_has_no_grid():
    with pytest.raises(ValueError, match="without sessions"):
        grid([])
