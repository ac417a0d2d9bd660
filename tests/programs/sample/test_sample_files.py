import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from programs.freshness import Freshness, freshness
from programs.levels import LEVELS, Level, band
from programs.sample import files
from programs.sample.fields import SampleError

SAMPLE = files.read()
CENTERS = [center for organization in SAMPLE for center in organization.centers]
PROGRAMS = [program for center in CENTERS for program in center.programs]

CITY = """
[[city]]
key = "here"
name = "Tucson"
state = "AZ"
time_zone = "America/Phoenix"
area_codes = ["520"]
"""
GOOD = """
[[organization]]
key = "kite"
name = "Kite"
[[organization.center]]
key = "one"
name = "Kite One"
city = "here"
zip = "85701"
phone = "520-555-0101"
[[organization.center.program]]
level = "iop"
hours = [9, 12]
sessions = ["mon wed 18:00-21:00 group"]
said = { method = "phone", days_ago = 3, yes = ["lang_spanish"] }
"""


def folder(path: Path, text: str, cities: str = CITY) -> Path:
    (path / "directory").mkdir()
    (path / "cities.toml").write_text(cities)
    (path / "directory" / "kite.toml").write_text(text)
    return path


def test_there_are_about_sixty_centers_in_twelve_cities() -> None:
    assert 55 <= len(CENTERS) <= 65
    cities = Counter(center.city.name for center in CENTERS)
    assert len(cities) == 12
    assert min(cities.values()) >= 4


def test_every_number_is_one_that_is_kept_free_and_nobody_shares_it() -> None:
    phones = [phone for center in CENTERS for phone in (center.phone, *center.intake_phones) if phone]
    phones += [organization.phone for organization in SAMPLE if organization.phone]
    assert all(re.fullmatch(r"[2-9]\d\d-555-01\d\d", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_every_website_is_in_a_domain_nobody_can_own() -> None:
    sites = [center.website for center in CENTERS] + [organization.website for organization in SAMPLE]
    assert all(site.endswith(".example/") for site in sites if site)


def test_statements_are_fresh_aging_and_old_and_come_by_every_method() -> None:
    from datetime import date, timedelta

    today = date(2026, 6, 1)
    said = [one for center in CENTERS for one in center.said]
    ages = Counter(freshness(today - timedelta(days=one.days_ago), today=today) for one in said)
    assert min(ages[age] for age in Freshness) >= 3
    assert {one.method for one in said} == set(files.METHODS)


def test_some_organizations_offer_every_level() -> None:
    offered = [
        {program.level for center in organization.centers for program in center.programs}
        for organization in SAMPLE
    ]
    assert sum(levels == set(LEVELS) for levels in offered) >= 2


def test_some_centers_tell_us_nothing_but_a_phone_number() -> None:
    silent = [
        center
        for center in CENTERS
        if not center.said and center.phone and not any(program.said for program in center.programs)
    ]
    assert len(silent) >= 5


def test_the_sample_shows_every_thing_a_page_must_cope_with() -> None:
    assert {center.status for center in CENTERS} == set(files.STATUSES)
    assert any(center.at for center in CENTERS)
    assert not all(center.at for center in CENTERS)
    assert any(program.openings and program.openings[1] < 0 for program in PROGRAMS)
    assert any(program.openings and program.openings[0] == 0 for program in PROGRAMS)
    assert any(meeting.telehealth for program in PROGRAMS for meeting in program.meetings)
    assert any(meeting.day >= 5 for program in PROGRAMS for meeting in program.meetings)
    assert any("Teens" in program.track for program in PROGRAMS)
    assert any(program.said and program.said.facts.value("women_only") for program in PROGRAMS)


def test_one_program_states_hours_outside_the_band_of_its_level() -> None:
    outside = []
    for program in PROGRAMS:
        most = program.numbers["hours_per_week_max"]
        reference = band(Level(program.level), teen="Teens" in program.track)
        if reference and most and not reference.holds(most):
            outside.append(program.track)
    assert outside == ["Long days"]


def test_a_timetable_adds_up_to_the_stated_hours() -> None:
    for program in PROGRAMS:
        hours = sum(
            one.ends.hour - one.starts.hour + (one.ends.minute - one.starts.minute) / 60
            for one in program.meetings
        )
        low, high = program.numbers["hours_per_week_min"], program.numbers["hours_per_week_max"]
        assert not (hours and high) or low <= hours <= high, f"{program.level} {program.track}: {hours}"


def test_a_good_file_is_read_as_written(tmp_path: Path) -> None:
    [kite] = files.read(folder(tmp_path, GOOD))
    [program] = kite.centers[0].programs
    assert program.numbers["hours_per_week_min"] == 9
    assert [(one.day, one.starts.hour, one.kind, one.telehealth) for one in program.meetings] == [
        (0, 18, "group", None),
        (2, 18, "group", None),
    ]
    assert program.said
    assert program.said.facts.value("lang_spanish") is True


WRONG = [
    ('"lang_spanish"', '"lang_martian"', r"program iop, said: yes: unknown fact code 'lang_martian'"),
    ('yes = ["lang_spanish"]', 'yes = ["telehealth"], no = ["telehealth"]', "yes and no at once: telehealth"),
    ('yes = ["lang_spanish"]', 'yes = ["telehealth", "telehealth"]', "a fact code stands there twice"),
    ('level = "iop"', 'level = "imp"', "level = 'imp' is none of outpatient, iop"),
    ('method = "phone"', 'method = "rumor"', "method = 'rumor' is none of phone"),
    ("days_ago = 3", "days_ago = -3", "days_ago = -3 is not within 0 and 3650"),
    ("days_ago = 3", "days_ago = true", "days_ago = True is of the wrong type"),
    ("hours = [9, 12]", "hours = [12, 9]", r"hours = \[12, 9\] is not \[from, to\]"),
    ("hours = [9, 12]", "hours = [9, 169]", r"hours = \[9, 169\] is not \[from, to\] within 0 and 168"),
    ("hours = [9, 12]", "hors = [9, 12]", "program iop: unknown key hors"),
    ("mon wed 18:00-21:00 group", "mon 18:00-17:00 group", "ends before it starts"),
    ("mon wed 18:00-21:00 group", "mon mon 18:00-19:00 group", "start at the same time"),
    ("mon wed 18:00-21:00 group", "monday 18:00-21:00 group", "does not look right"),
    ("mon wed 18:00-21:00 group", "mon 18:00-25:00 group", "does not look right"),
    ("520-555-0101", "520-555-0201", "phone = '520-555-0201' does not look right"),
    ("520-555-0101", "602-555-0101", "602-555-0101 has no area code of Tucson"),
    ('city = "here"', 'city = "there"', "city = 'there' is none of here"),
    ('zip = "85701"', "zip = 85701", "zip = 85701 is of the wrong type"),
    ('zip = "85701"', 'zip = "85701"\nat = [32, -110]', r"at = \[32, -110\] is not"),
    ('zip = "85701"', 'zip = "85701"\nwebsite = "https://real.com/"', "website = 'https://real.com/'"),
    ('name = "Kite One"', "", "center one: name is missing"),
    ('name = "Kite One"', 'name = " Kite"', "has blanks around it"),
    ("said = {", "sad = {", "unknown key sad"),
    ('said = { method = "phone", days_ago = 3, yes = ["lang_spanish"] }', "", "nobody who said them"),
    ("[[organization]]", "[[organisation]]", "organization"),
]


@pytest.mark.parametrize(("old", "new", "reason"), WRONG)
def test_a_wrong_file_is_refused_with_its_name_and_the_place(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(SampleError, match=reason) as refused:
        files.read(folder(tmp_path, GOOD.replace(old, new)))
    assert "kite.toml" in str(refused.value)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match=r"kite\.toml"):
        files.read(folder(tmp_path, "= ="))


def test_a_key_of_an_organization_stands_once(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="organization 'kite' stands in the sample twice"):
        files.read(folder(tmp_path, GOOD + GOOD))


def test_a_level_and_track_stand_once_at_a_center(tmp_path: Path) -> None:
    again = '[[organization.center.program]]\nlevel = "iop"\n'
    with pytest.raises(SampleError, match=r"program .* stands in the sample twice"):
        files.read(folder(tmp_path, GOOD + again))


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    shutil.copy(files.HERE / "cities.toml", tmp_path)
    with pytest.raises(SampleError, match="no sample files"):
        files.read(tmp_path)
