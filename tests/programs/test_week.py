"""A person's week against a program's, minute by minute; tokens that come back; clocks that change."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from hypothesis import example, given
from hypothesis import strategies as st

from programs import week
from programs.models import DirectoryEntry, Listing, Session, Statement
from programs.models.centers import UsTimeZone
from programs.models.columns import SUMMER as SUMMER_DAYS
from programs.models.columns import WINTER as WINTER_DAYS
from programs.timetable import Slot
from programs.week import ALL, PARTS, Against, Clash, Hours, Span
from programs.zones import near, zone_of
from tests.programs import brute, factories

PHOENIX, NEW_YORK, DENVER = "America/Phoenix", "America/New_York", "America/Denver"
WINTER, SUMMER = week.SEASONS

parts = [0, ALL, *PARTS.values(), PARTS["evenings"] | PARTS["weekends"]]
marks = st.integers(0, ALL) | st.sampled_from(parts)
hours = st.builds(lambda free, work: Hours(free, work) if free | work else Hours(ALL), marks, marks)
zones = st.sampled_from([zone.value for zone in UsTimeZone])
days = st.dates(date(2025, 1, 1), date(2035, 12, 31))


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    start = draw(st.integers(0, 23 * 60))
    end = draw(st.integers(start + 1, min(start + 400, 24 * 60 - 1)))
    return Slot(
        draw(st.integers(0, 6)), time(*divmod(start, 60)), time(*divmod(end, 60)), "group", draw(zones)
    )


def session(slot: Slot) -> Session:
    return Session(
        day=slot.day, starts=slot.starts, ends=slot.ends, kind=slot.kind, time_zone=slot.zone, program_id=1
    )


# -- Against every minute ------------------------------------------------------------------------


@given(hours, st.lists(slots(), max_size=5), zones, days)
def test_a_week_fits_exactly_when_every_minute_of_every_session_is_free(asked, program, zone, on):
    row = brute.Row(None, None, None, tuple(map(session, program)))
    held = week.against(asked, week.spans(program, zone, on))
    expected = brute.fits_week(row, asked, zone, on)
    assert (None if not held.count else not held.clashes) is expected
    assert sorted((*held.fits, *(clash.span for clash in held.clashes))) == list(held.spans)
    assert held.count == len(program)


@given(hours, st.lists(slots(), min_size=1, max_size=5), zones, days)
def test_the_columns_of_the_database_say_the_same_as_the_sessions(asked, program, zone, on):
    """What SQL holds against each other: half hours of UTC, in winter and in summer."""
    columns = week.seasons(program)[week.season(on)]
    taken = week.taken_by_day(asked, zone, on)
    clashes = any(a & b for a, b in zip(columns, taken, strict=True))
    assert clashes == bool(week.against(asked, week.spans(program, zone, on)).clashes)
    assert all(0 <= of_day < 2**48 for of_day in (*columns, *taken))


@given(hours, slots())
def test_work_is_named_as_the_reason_where_it_is_one(asked, slot):
    (span,) = week.spans([slot], "", WINTER)
    held = week.against(asked, [span])
    touches_work = bool(week.touches(span) & asked.work)
    assert held == (
        Against((), (Clash(span, touches_work),))
        if week.touches(span) & asked.taken
        else Against((span,), ())
    )


def test_with_only_work_marked_all_other_hours_are_free():
    asked = Hours(work=PARTS["mornings"] | PARTS["afternoons"])
    assert asked.open == ALL & ~asked.work
    assert Hours(free=PARTS["evenings"], work=ALL).open == 0


@pytest.mark.parametrize("wrong", [(0, 0), (ALL + 1, 0), (1, -1)])
def test_hours_that_say_nothing_or_nonsense_are_refused(wrong):
    with pytest.raises(ValueError, match="week"):
        Hours(*wrong)


# -- Clocks --------------------------------------------------------------------------------------


@given(zones, days)
def test_every_zone_keeps_its_offset_within_a_season(zone, on):
    """What lets two rows of columns stand for all days of all years."""
    at_noon = datetime.combine(on, time(12), ZoneInfo(zone)).utcoffset()
    assert timedelta(minutes=week.offset(zone, week.SEASONS[week.season(on)])) == at_noon


def test_the_season_turns_on_the_sundays_on_which_clocks_are_turned():
    turns = [day for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365)) if changes(day)]
    assert turns == [date(2026, 3, 8), date(2026, 11, 1)]


def changes(day: date) -> bool:
    return week.season(day) != week.season(day - timedelta(days=1))


def test_seen_from_phoenix_a_session_in_new_york_moves_with_the_seasons():
    slot = Slot(3, time(18), time(21), "group", NEW_YORK, telehealth=True)
    (winter,), (summer,) = (week.spans([slot], PHOENIX, on) for on in (WINTER, SUMMER))
    assert (winter.starts, summer.starts) == ((3 * 24 + 16) * 60, (3 * 24 + 15) * 60)
    assert (winter.minutes, winter.telehealth) == (180, True)
    after_four = Hours(free=week.half_hours("th.16-19"))
    assert not week.against(after_four, [winter]).clashes
    assert week.against(after_four, [summer]).clashes


def test_a_session_late_on_sunday_can_be_on_monday_elsewhere():
    slot = Slot(6, time(22), time(23), "group", "America/Los_Angeles")
    (span,) = week.spans([slot], NEW_YORK, SUMMER)
    assert (span.day, span.clock) == (0, (60, 120))
    (half,) = week.spans([replace(slot, ends=time(22, 30))], "America/Chicago", SUMMER)
    assert (half.starts, half.clock) == (0, (0, 30))
    across = Span(6 * 1440 + 1410, 60, "group")
    assert week.touches(across) == 1 | 1 << 335
    assert (across.day, across.clock) == (6, (1410, 30))
    assert list(across.pieces) == [(6, 1410, 1440), (0, 0, 30)]
    assert Span(6 * 1440 + 1380, 60, "group").clock == (1380, 1440)


@given(st.integers(0, ALL), st.integers(-24, 24))
def test_turning_a_week_back_gives_the_same_week(marked, by):
    assert week.turned(week.turned(marked, 30 * by), -30 * by) == marked
    assert week.turned(marked, 0) == marked
    assert week.turned(marked, 30 * by).bit_count() == marked.bit_count()


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (("AZ", "Maricopa County", 33.45, -112.07), PHOENIX),
        (("AZ", "Apache County", 36.15, -109.55), DENVER),  # Chinle, in the Navajo Nation
        (("IN", "Lake County", 41.6, -87.3), "America/Chicago"),
        (("IN", "Lake", 41.6, -87.3), "America/Chicago"),
        (("IN", "Marion County", 39.8, -86.2), NEW_YORK),
        (("TN", "Knox County", 36, -84), NEW_YORK),
        (("TN", "Davidson County", 36.2, -86.8), "America/Chicago"),
        (("TX", "El Paso County", 31.8, -106.5), DENVER),
        (("OR", "Malheur County", 44.0, -117.0), DENVER),
        (("OR", "Malheur County", 42.0, -117.7), "America/Los_Angeles"),
        (("AK", "Aleutians West Census Area", 51.9, -176.6), "America/Adak"),
        (("AK", "Anchorage Municipality", 61.2, -149.9), "America/Anchorage"),
        (("FL", "Gulf County", 30.1, -85.2), "America/Chicago"),
        (("FL", "Gulf County", 29.8, -85.3), NEW_YORK),
        (("HI", "Honolulu County", 21.3, -157.9), "Pacific/Honolulu"),
        (("", "", 33.45, -112.07), DENVER),
    ],
)
def test_a_place_keeps_the_time_of_its_county(place, zone):
    assert zone_of(*place) == zone


@given(st.floats(-15, 72), st.floats(-180, 180))
def test_every_point_has_a_zone(lat, lon):
    assert ZoneInfo(near(lat, lon))


# -- The address ---------------------------------------------------------------------------------


@given(marks)
@example(0)
@example(1 << 335)
@example(ALL & ~(1 << 100))
def test_a_week_comes_back_from_its_token(marked):
    text = week.token(marked)
    assert week.half_hours(text) == marked
    assert len(text) <= 120 <= week.LONGEST
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")


@pytest.mark.parametrize(
    "text", ["mo-fr.17-22_sa.830-12", "mowefr.18-21", "mo-su.0-24", "sasu.6-23", "mo-we.9-1230.18-21_fr.9-10"]
)
def test_a_token_reads_as_a_person_would_say_it(text):
    assert week.token(week.half_hours(text)) == text


def test_parts_of_the_week_are_short_in_an_address():
    assert {name: week.token(part) for name, part in PARTS.items()} == {
        "mornings": "mo-fr.6-12",
        "afternoons": "mo-fr.12-17",
        "evenings": "mo-fr.17-23",
        "weekends": "sasu.6-23",
    }


@pytest.mark.parametrize(
    "text",
    [
        *("mo", "mo.", "mo.17", "mo.22-17", "mo.17-17", "mo.17-25", "mo.1715-18", "mo.990-10", "xx.1-2"),
        *("fr-mo.1-2", "mo.1-2_", "_", "MO.1-2", "mo.1-2 ", "x12", "x" + "g" * 84, "mo.1-2\n", "mo.-1-2"),
    ],
)
def test_what_is_no_token_is_refused(text):
    with pytest.raises(ValueError, match=r"week|hours|days|half hour"):
        week.half_hours(text)


@given(st.text(alphabet="motuwehfrsax0123456789.-_", max_size=40))
def test_no_text_breaks_the_reader(text):
    try:
        marked = week.half_hours(text)
    except ValueError:
        return
    assert 0 <= marked <= ALL


# -- The flat row --------------------------------------------------------------------------------


@given(st.lists(slots(), max_size=6), st.sampled_from([None, True, False]))
def test_sessions_come_back_from_the_row(program, telehealth):
    program = [replace(slot, telehealth=telehealth) for slot in program]
    back = week.read(week.written(program))
    assert back == tuple(sorted(program))
    assert {slot.telehealth for slot in back} <= {telehealth}
    assert week.seasons([]) is None


@pytest.mark.django_db
def test_an_upgrade_fills_the_weeks_that_a_rebuild_would_write():
    factories.scattered_centers(20, seed=2)
    columns = ("program_id", "sessions", *WINTER_DAYS, *SUMMER_DAYS)
    rebuilt = sorted(Listing.objects.exclude(sessions="").values_list(*columns))
    assert len(rebuilt) > 5
    Listing.objects.update(sessions="", **dict.fromkeys((*WINTER_DAYS, *SUMMER_DAYS)))
    import_module("programs.migrations.0002_weeks").fill_weeks(apps, None)
    assert sorted(Listing.objects.exclude(sessions="").values_list(*columns)) == rebuilt


@pytest.mark.django_db
def test_an_upgrade_tells_statements_whose_row_vanished():
    statement = factories.StatementFactory(method="directory", edition=2023, source="samhsa_su")
    entry = {"source": "samhsa_su", "key": "k", "digest": "d", "first_edition": 2023, "last_edition": 2023}
    DirectoryEntry.objects.create(center=statement.center, statement=statement, in_latest=False, **entry)
    kept = factories.StatementFactory()
    import_module("programs.migrations.0002_weeks").mark_vanished(apps, None)
    assert dict(Statement.objects.values_list("pk", "is_current")) == {statement.pk: False, kept.pk: True}


# -- Several tracks ------------------------------------------------------------------------------


def held(fits: int, clashes: int) -> Against:
    one = Span(0, 60, "group")
    return Against((one,) * fits, (Clash(one, False),) * clashes)


@pytest.mark.parametrize(
    ("tracks", "best"),
    [
        ([], None),
        ([None, held(0, 0)], None),
        ([None, held(0, 3)], 1),
        ([held(2, 1), held(1, 0)], 1),
        ([held(2, 0), held(3, 0)], 1),
        ([held(3, 1), held(3, 1)], 0),
    ],
)
def test_the_best_track_has_the_fewest_clashes(tracks, best):
    assert week.best_track(tracks) == best


def test_random_hours_of_the_brute_force_are_of_every_kind():
    rng = random.Random(1)
    asked = [brute.random_hours(rng) for _ in range(200)]
    assert any(not one.free for one in asked)
    assert any(not one.work for one in asked)
    assert any(one.free and one.work for one in asked)
