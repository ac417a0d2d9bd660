"""A week as rows: what is typed becomes sessions, what is stored becomes the same rows again."""

from datetime import time

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from programs.admin.week_rows import Week, as_typed, rows_of, week_words, zone_for
from programs.models import Session, SessionKind, UsTimeZone
from programs.timetable import Slot
from tests.programs import factories

ZONE = "America/Phoenix"


def typed(*rows: dict[str, object]) -> QueryDict:
    data = QueryDict(mutable=True)
    data["week-TOTAL_FORMS"], data["week-INITIAL_FORMS"] = str(len(rows)), "0"
    for number, row in enumerate(rows):
        whole = {
            "days": [],
            "starts": "",
            "ends": "",
            "kind": "group",
            "telehealth": "",
            "time_zone": ZONE,
        } | row
        for name, value in whole.items():
            data.setlist(f"week-{number}-{name}", value if isinstance(value, list) else [value])
    return data


def week(*rows: dict[str, object], before: tuple[Slot, ...] = ()) -> Week:
    return Week(typed(*rows), prefix="week", before=before)


def test_one_row_on_three_days_makes_three_sessions() -> None:
    made = week({"days": ["0", "2", "3"], "starts": "18:00", "ends": "21:00"})
    assert made.is_valid(), made.errors
    assert [str(slot.day) for slot in made.sessions] == ["0", "2", "3"]
    assert {(slot.starts, slot.ends, slot.kind, slot.zone) for slot in made.sessions} == {
        (time(18), time(21), "group", ZONE)
    }
    assert made.hours == 9
    assert week_words(made.sessions) == "Monday, Wednesday and Thursday, 6 p.m. to 9 p.m.: group"


@pytest.mark.parametrize("text", ["18:30", "6:30 PM", "6:30pm", "06:30 pm", "18:30:00"])
def test_a_time_may_be_typed_as_people_write_it(text: str) -> None:
    made = week({"days": ["0"], "starts": text, "ends": "9 pm"})
    assert made.is_valid(), made.errors
    assert made.sessions[0].starts == time(18, 30)
    assert made.sessions[0].ends == time(21)


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"days": ["0"], "ends": "21:00"}, "starts", "Say when it starts."),
        ({"days": ["0"], "starts": "18:00"}, "ends", "Say when it ends."),
        ({"starts": "18:00", "ends": "21:00"}, "days", "Tick the days on which it meets."),
        (
            {"days": ["0"], "starts": "21:00", "ends": "18:00"},
            "ends",
            "A session ends after it starts. One past midnight is two sessions.",
        ),
        (
            {"days": ["0"], "starts": "18:00", "ends": "18:00"},
            "ends",
            "A session ends after it starts. One past midnight is two sessions.",
        ),
        (
            {"days": ["0"], "starts": "18:00", "ends": "21:00", "time_zone": ""},
            "time_zone",
            "Choose the time zone of its clock.",
        ),
        ({"days": ["9"], "starts": "18:00", "ends": "21:00"}, "days", ""),
        ({"days": ["0"], "starts": "noonish", "ends": "21:00"}, "starts", "Enter a valid time."),
    ],
)
def test_a_mistake_is_told_at_its_row_and_field(row: dict[str, object], field: str, message: str) -> None:
    made = week({"days": ["5"], "starts": "09:00", "ends": "10:00"}, row)
    assert not made.is_valid()
    assert made.errors[0] == {}
    assert field in made.errors[1]
    assert message in made.errors[1][field][0]


def test_groups_that_overlap_are_an_error_of_the_second_row_and_two_kinds_are_none() -> None:
    rows = (
        {"days": ["0", "1"], "starts": "18:00", "ends": "20:00"},
        {"days": ["1"], "starts": "19:30", "ends": "21:00"},
    )
    made = week(*rows)
    assert not made.is_valid()
    assert made.errors == [{}, {"starts": ["On Tuesday this overlaps with 18:00 to 20:00."]}]
    assert week(rows[0], rows[1] | {"kind": "family"}).is_valid()
    assert week(rows[0], rows[1] | {"starts": "20:00"}).is_valid()
    assert week(rows[0], rows[1] | {"DELETE": "on"}).is_valid()


def test_empty_rows_are_none_whatever_is_chosen_beside_them() -> None:
    made = week({"kind": "family", "time_zone": "", "telehealth": "yes"}, {})
    assert made.is_valid()
    assert made.sessions == ()
    assert not made.has_changed()


SLOTS = st.lists(
    st.builds(
        lambda day, first, length, kind, zone, said: Slot(
            day, time(*divmod(first * 30, 60)), time(*divmod(first * 30 + length * 15, 60)), kind, zone, said
        ),
        st.integers(0, 6),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(SessionKind.values),
        st.sampled_from(UsTimeZone.values),
        st.sampled_from([None, True, False]),
    ),
    max_size=20,
    unique_by=lambda slot: (slot.day, slot.kind),
)


@given(SLOTS)
def test_what_is_stored_comes_back_from_its_rows_unchanged(slots: list[Slot]) -> None:
    data = QueryDict(mutable=True)
    for name, values in as_typed(slots, "week").items():
        data.setlist(name, values)
    made = Week(data, prefix="week", before=tuple(slots))
    assert made.is_valid(), made.errors
    assert sorted(made.sessions) == sorted(slots)
    assert not made.has_changed()
    assert sum(len(row["days"]) for row in rows_of(slots)) == len(slots)


@pytest.mark.django_db
def test_saving_touches_only_what_differs() -> None:
    program = factories.ProgramFactory()
    stays, changes, goes = (factories.SessionFactory(program=program, day=day) for day in (0, 1, 2))
    made = Week(
        typed(
            {"days": ["0"], "starts": "18:00", "ends": "21:00"},
            {"days": ["1"], "starts": "18:00", "ends": "20:00", "telehealth": "yes"},
            {"days": ["6"], "starts": "09:00", "ends": "10:00", "kind": "family"},
        ),
        prefix="week",
        before=tuple(program.slots),
    )
    assert made.is_valid(), made.errors
    assert made.has_changed()
    made.save(program)
    assert set(Session.objects.values_list("day", "ends", "telehealth", "kind")) == {
        (0, time(21), None, "group"),
        (1, time(20), True, "group"),
        (6, time(10), None, "family"),
    }
    assert [stays.history.count(), changes.history.count()] == [1, 2]
    assert Session.history.filter(id=goes.pk, history_type="-").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "code", "zone"),
    [("AZ", "85004", "America/Phoenix"), ("NY", "10001", "America/New_York"), ("XX", "99999", "")],
)
def test_new_rows_begin_in_the_zone_of_the_center(state: str, code: str, zone: str) -> None:
    center = factories.CenterFactory.build(state=state, zip=code, lat=None, lon=None)
    assert zone_for(center) in ({zone} if zone else {"", *UsTimeZone.values})
    if zone:
        fresh = Week(prefix="week", zone=zone)
        assert [form.initial["time_zone"] for form in fresh.forms] == [zone, zone]
