"""Editions laid over the directory: joined, updated, vanished, never guessed, never overwriting people."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from programs.models import (
    Center,
    DirectoryEntry,
    ImportRun,
    Listing,
    Organization,
    Program,
    Session,
    Statement,
    ZipCode,
)
from tests.programs.importing.conftest import Import
from tests.programs.importing.workbooks import SU_CODES, facility, workbook

Dump = Callable[[], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture
def su(tmp_path: Path) -> Callable[..., Path]:
    """A substance use workbook of these rows."""

    def made(*rows: dict[str, Any], year: int = 2023, **options: Any) -> Path:
        return workbook(tmp_path, rows, year=year, **options)

    return made


@pytest.fixture
def mh(tmp_path: Path) -> Callable[..., Path]:
    """A mental health workbook of these rows."""

    def made(*rows: dict[str, Any], year: int = 2023) -> Path:
        return workbook(tmp_path, rows, directory="mh", year=year)

    return made


Make = Callable[..., Path]


def levels(center: Center) -> set[str]:
    return set(Program.objects.filter(center=center, is_listed=True).values_list("level", flat=True))


# -- A first import -----------------------------------------------------------------------------
def test_a_row_becomes_a_center_with_programs_a_statement_and_listings(imported: Import, su: Make) -> None:
    row = facility(1, "SA * OP OIT RD * MD SF * FEM MALE", name2="North Campus", intake1="217-555-0199")
    counts = imported(su(row))
    assert counts["created"] == counts["read"] == 1
    center = Center.objects.get()
    assert (center.name, center.name_detail, center.city) == (
        "Willow Bend Center 1",
        "North Campus",
        "Springfield",
    )
    assert (center.phone, center.intake_phones) == ("217-555-0001", "217-555-0199")
    assert (center.location, center.lat, center.lon) == ("zip", 39.8, -89.65)
    assert center.slug == "willow-bend-center-1-springfield-il"
    assert center.in_latest_edition is True
    assert levels(center) == {"outpatient", "iop", "detox"}
    statement = Statement.objects.get()
    assert (statement.source, statement.method, statement.edition) == ("samhsa_su", "directory", 2023)
    assert statement.said_on == date(2023, 1, 1)
    assert statement.facts.value("pay_medicaid") is True
    assert statement.facts.value("pay_medicare") is False
    assert {listing.level for listing in Listing.objects.all()} == {"outpatient", "iop", "detox"}
    listing = Listing.objects.get(level="iop")
    assert listing.approximate
    assert listing.said_on == date(2023, 1, 1)


def test_public_ids_are_the_same_on_every_installation(imported: Import, su: Make, mh: Make) -> None:
    """Also when the other directory came first."""
    imported(su(facility(1)))
    first = set(Center.objects.values_list("public_id", flat=True))
    programs = set(Program.objects.values_list("public_id", flat=True))
    for model in (DirectoryEntry, Statement, Center, Organization):
        model.objects.all().delete()
    imported(mh(facility(1)))
    imported(su(facility(1)))
    assert set(Center.objects.values_list("public_id", flat=True)) == first
    assert set(Program.objects.values_list("public_id", flat=True)) == programs


def test_centers_of_one_name_in_one_state_are_one_organization(imported: Import, su: Make) -> None:
    rows = [
        facility(1, name1="Hope House Inc", name2="North"),
        facility(2, name1="HOPE HOUSE", name2="South"),
        facility(3, name1="Hope House", state="MA", city="Boston", zip="02134"),
    ]
    imported(su(*rows))
    assert Organization.objects.count() == 2
    assert Organization.objects.get(state="IL").centers.count() == 2


def test_an_unknown_zip_gives_no_place_and_a_warning(imported: Import, su: Make) -> None:
    imported(su(facility(1, zip="99998")))
    center = Center.objects.get()
    assert (center.location, center.lat) == ("unknown", None)
    assert "ZIP 99998 is not known" in imported.err


def test_a_place_that_becomes_known_is_filled_in(imported: Import, su: Make) -> None:
    imported(su(facility(1, zip="99998")))
    ZipCode.objects.create(zip="99998", city="Ketchikan", state="AK", lat=55.3, lon=-131.6)
    imported(su(facility(1, zip="99998"), year=2024))
    assert Center.objects.get().location == "zip"


def test_no_import_without_zip_codes(db: None, tmp_path: Path, su: Make) -> None:
    with pytest.raises(CommandError, match="run load_places first"):
        Import(tmp_path)(su(facility(1)))
    assert not Center.objects.exists()


def test_an_unknown_code_is_one_warning_and_that_fact_unknown(imported: Import, su: Make) -> None:
    codes = [code for code in SU_CODES if code != "TELE"] + ["ZZZ"]
    imported(su(facility(1, "OIT ZZZ TELE"), facility(2, "OIT ZZZ"), codes=codes))
    warnings = [line for line in imported.err.splitlines() if "code" in line]
    assert len(warnings) == 2
    assert any("code ZZZ is new: taken as unknown in 2 rows" in line for line in warnings)
    assert any("code TELE is not in the code sheet: taken as unknown in 1 row" in line for line in warnings)
    assert all(statement.facts.value("telehealth") is None for statement in Statement.objects.all())
    assert ImportRun.objects.get().warnings == [line.removeprefix("warning: ") for line in warnings]


# -- Two directories ----------------------------------------------------------------------------
@pytest.mark.parametrize("together", [True, False])
def test_the_same_place_in_both_directories_is_one_center(
    imported: Import, su: Make, mh: Make, together: bool
) -> None:
    here = su(facility(1, "SA OIT OP", street1="12 North Oak Street"))
    there = mh(facility(1, "MH OP PHDT", name1="WILLOW BEND CTR. 1 Inc", street1="12 N. Oak St, Suite 4"))
    if together:
        counts = imported(there, here)
        assert (counts["created"], counts["joined"]) == (1, 1)
    else:
        imported(there)
        assert imported(here)["joined"] == 1
    center = Center.objects.get()
    assert center.name == "Willow Bend Center 1", "the substance use directory names it"
    assert center.entries.count() == center.statements.count() == 2
    assert levels(center) == {"outpatient", "iop", "php"}
    assert Program.objects.count() == 3, "one program a level, not one a directory"


def test_an_address_alone_joins_nothing(imported: Import, su: Make, mh: Make) -> None:
    counts = imported(su(facility(1)), mh(facility(1, name1="Another Clinic")))
    assert (counts["created"], counts["joined"]) == (2, 0)


def test_a_name_alone_joins_nothing(imported: Import, su: Make, mh: Make) -> None:
    counts = imported(su(facility(1)), mh(facility(1, street1="9 Elm Street")))
    assert (counts["created"], counts["joined"]) == (2, 0)


@pytest.mark.parametrize(
    ("name2", "phone", "joined"),
    [(None, "217-555-0999", 1), ("Clinic", "217-555-0001", 1), ("Clinic", "217-555-0999", 0)],
)
def test_a_second_line_of_the_name_may_differ_where_the_rest_agrees(
    imported: Import, su: Make, mh: Make, name2: str | None, phone: str, joined: int
) -> None:
    counts = imported(su(facility(1, name2="Main Office")), mh(facility(1, name2=name2, phone=phone)))
    assert counts["joined"] == joined


def test_an_ambiguous_row_joins_nothing(imported: Import, su: Make, mh: Make) -> None:
    """Two programs at one address, and a row that could be either."""
    counts = imported(su(facility(1, name2="Women"), facility(1, name2="Men")), mh(facility(1)))
    assert counts["joined"] == 0


def test_a_center_that_a_coordinator_entered_is_joined_and_keeps_what_they_wrote(
    imported: Import, su: Make
) -> None:
    organization = Organization.objects.create(name="Willow", state="IL")
    Center.objects.create(
        organization=organization,
        name="Willow Bend Center 1",
        slug="willow",
        street1="101 Main St",
        city="Springfield",
        state="IL",
        zip="62701",
        phone="217-555-0777",
    )
    assert imported(su(facility(1, intake1="217-555-0199")))["joined"] == 1
    center = Center.objects.get()
    assert center.phone == "217-555-0777"
    assert center.intake_phones == "217-555-0199", "what they left blank is filled in"
    assert center.organization == organization
    assert center.in_latest_edition is True
    assert levels(center) == {"outpatient", "iop"}


def test_a_sample_is_never_joined(imported: Import, su: Make) -> None:
    organization = Organization.objects.create(name="Willow", state="IL", is_sample=True)
    Center.objects.create(
        organization=organization,
        name="Willow Bend Center 1",
        slug="willow",
        street1="101 Main Street",
        city="Springfield",
        state="IL",
        zip="62701",
        is_sample=True,
    )
    assert imported(su(facility(1)))["created"] == 1


# -- Duplicates ---------------------------------------------------------------------------------
def test_exact_duplicates_are_left_out(imported: Import, su: Make) -> None:
    counts = imported(su(facility(1), facility(2), facility(1), facility(1)))
    assert (counts["created"], counts["duplicate"]) == (2, 2)


def test_rows_of_one_name_and_address_with_other_suites_are_centers_of_their_own(
    imported: Import, su: Make, dump: Dump
) -> None:
    rows = [facility(1, street2=f"Building {number}", phone=f"217-555-020{number}") for number in (1, 2, 3)]
    assert imported(su(*rows))["created"] == 3
    before = dump()
    assert imported(su(*reversed(rows)))["unchanged"] == 3, "in any order"
    assert dump() == before


def test_rows_that_differ_in_nothing_but_services_are_one_center_with_a_warning(
    imported: Import, su: Make
) -> None:
    counts = imported(su(facility(1, "OIT"), facility(1, "OP")))
    assert (counts["created"], counts["duplicate"]) == (1, 1)
    assert "same name, address and phones" in imported.err


# -- Again, and other editions ------------------------------------------------------------------
def test_a_second_run_writes_no_row_but_its_own_in_the_history(
    imported: Import, su: Make, mh: Make, dump: Dump
) -> None:
    files = [su(*map(facility, range(1, 9))), mh(*map(facility, range(5, 12)))]
    imported(*files)
    before = dump()
    counts = imported(*files)
    assert (counts["unchanged"], counts["read"]) == (15, 15)
    assert dump() == before
    assert ImportRun.objects.count() == 2


def test_a_newer_edition_updates_in_place(imported: Import, su: Make) -> None:
    imported(su(facility(1, "SA OP OIT * MD"), facility(2)))
    old = Center.objects.get(name="Willow Bend Center 1")
    newer = facility(1, "SA OP ODT * MC", name1="WILLOW BEND CENTER 1, INC.", street1="101 Main St Suite 5")
    counts = imported(su(newer | {"phone": "217-555-0600"}, facility(2), year=2024))
    assert counts["updated"] == 2, "also a row that only says the same a year later"
    center = Center.objects.get(pk=old.pk)
    assert (center.public_id, center.slug) == (old.public_id, old.slug)
    assert (center.phone, center.street1) == ("217-555-0600", "101 Main St Suite 5")
    statement = center.statements.get()
    assert (statement.edition, statement.said_on) == (2024, date(2024, 1, 1))
    assert statement.facts.value("pay_medicaid") is False
    assert levels(center) == {"outpatient", "php"}
    iop = Program.objects.get(center=center, level="iop")
    assert not iop.is_listed, "kept, but no longer listed"
    assert not Listing.objects.filter(program=iop).exists()
    entry = center.entries.get()
    assert (entry.first_edition, entry.last_edition) == (2023, 2024)


def test_a_level_that_is_stated_again_is_listed_again(imported: Import, su: Make) -> None:
    imported(su(facility(1, "OIT OP")))
    program = Program.objects.get(level="iop")
    imported(su(facility(1, "OP"), year=2024))
    imported(su(facility(1, "OIT OP"), year=2025))
    assert Program.objects.get(level="iop").pk == program.pk
    assert levels(Center.objects.get()) == {"outpatient", "iop"}


def test_a_renamed_center_alone_at_its_street_and_phone_is_the_same(
    imported: Import, su: Make, dump: Dump
) -> None:
    imported(su(facility(1)))
    old = Center.objects.get()
    renamed = su(facility(1, name1="Riverside Recovery"), year=2024)
    assert imported(renamed)["updated"] == 1
    center = Center.objects.get()
    assert (center.public_id, center.name) == (old.public_id, "Riverside Recovery")
    assert center.organization.name == "Riverside Recovery"
    before = dump()
    assert imported(renamed)["unchanged"] == 1
    assert dump() == before


def test_two_new_names_at_one_phone_are_new_centers(imported: Import, su: Make) -> None:
    imported(su(facility(1)))
    counts = imported(su(facility(1, name1="Riverside"), facility(1, name1="Hillside"), year=2024))
    assert counts["created"] == 2


def test_what_vanished_is_marked_and_kept(imported: Import, su: Make) -> None:
    imported(su(facility(1), facility(2)))
    imported(su(facility(1), year=2024))
    gone = Center.objects.get(name="Willow Bend Center 2")
    assert gone.in_latest_edition is False
    assert not gone.entries.get().in_latest
    assert levels(gone) == {"outpatient", "iop"}, "its page still says what was offered"
    assert set(Listing.objects.filter(center=gone).values_list("in_latest_edition", flat=True)) == {False}
    assert Center.objects.get(name="Willow Bend Center 1").in_latest_edition is True
    assert ImportRun.objects.first().vanished == 1


def test_a_center_that_one_directory_still_lists_is_in_the_latest_edition(
    imported: Import, su: Make, mh: Make
) -> None:
    imported(su(facility(1, "OIT OP"), facility(2)), mh(facility(1, "MH OP PHDT")))
    imported(su(facility(2), year=2024))
    center = Center.objects.get(name="Willow Bend Center 1")
    assert center.in_latest_edition is True
    assert levels(center) == {"outpatient", "php"}, "no directory states an IOP there any more"


def test_a_row_that_vanished_says_nothing_of_a_place_that_the_other_directory_lists(
    imported: Import, su: Make, mh: Make
) -> None:
    """Neither in the search nor on the page; where it is the last that spoke, it is still heard."""
    imported(su(facility(1, "OIT OP MD"), facility(2, "OP MD")), mh(facility(1, "MH OP PHDT")))
    center = Center.objects.get(name="Willow Bend Center 1")
    assert {one.facts.value("offers_iop") for one in center.listings.all()} == {True}
    imported(su(facility(3), year=2024))
    assert {one.facts.value("offers_iop") for one in center.listings.all()} == {None}
    assert {one.facts.value("offers_php") for one in center.listings.all()} == {True}
    assert set(center.statements.values_list("source", "is_current")) == {
        ("samhsa_su", False),
        ("samhsa_mh", True),
    }
    assert {one.said_source for one in center.listings.all()} == {"samhsa_mh"}
    last = Center.objects.get(name="Willow Bend Center 2")
    assert {one.facts.value("pay_medicaid") for one in last.listings.all()} == {True}
    imported(su(facility(1, "OIT OP"), year=2025))
    assert {one.facts.value("offers_iop") for one in center.listings.all()} == {True}


def test_what_vanished_may_come_back(imported: Import, su: Make) -> None:
    imported(su(facility(1), facility(2)))
    imported(su(facility(1), year=2024))
    imported(su(facility(1), facility(2), year=2025))
    assert Center.objects.filter(in_latest_edition=True).count() == 2
    assert not Statement.objects.filter(is_current=False).exists()


def test_a_directory_of_which_most_vanished_is_doubted(imported: Import, su: Make) -> None:
    imported(su(*map(facility, range(1, 6))))
    imported(su(facility(1), year=2024))
    assert "4 of 5 centers are not in it any more" in imported.err


def test_an_older_edition_overwrites_nothing_and_says_so(imported: Import, su: Make, dump: Dump) -> None:
    imported(su(facility(1, "OIT OP", phone="217-555-0500"), facility(2), year=2024))
    before = dump()
    counts = imported(su(facility(1, "ODT"), facility(2), year=2022))
    assert counts["unchanged"] == 2
    assert dump() == before
    assert "2022 is older than the edition of 2024" in imported.err


def test_what_only_an_older_edition_lists_is_added_as_not_in_the_latest(imported: Import, su: Make) -> None:
    imported(su(facility(1), year=2024))
    assert imported(su(facility(1), facility(2), year=2022))["created"] == 1
    assert Center.objects.get(name="Willow Bend Center 2").in_latest_edition is False


def test_an_older_edition_that_joins_changes_nothing_of_the_center(
    imported: Import, su: Make, mh: Make
) -> None:
    imported(su(facility(9), year=2024), mh(facility(1, "MH OP", phone="217-555-0500"), year=2024))
    assert imported(su(facility(1, "OIT"), year=2022))["joined"] == 1
    center = Center.objects.get(name="Willow Bend Center 1")
    assert center.phone == "217-555-0500"
    assert center.in_latest_edition is True
    assert levels(center) == {"outpatient"}


def test_editions_in_one_run_are_the_same_as_one_after_another(
    imported: Import, su: Make, mh: Make, dump: Dump
) -> None:
    files = [
        su(facility(1, "OIT OP"), facility(2), year=2022),
        su(facility(1, "OP", phone="217-555-0500"), facility(3), year=2023),
        mh(facility(3, "MH OP"), facility(4, "MH PHDT")),
    ]
    counts = imported(files[1], files[2], files[0])
    assert counts["read"] == 6
    together = dump()
    state = [(c.name, c.phone, c.in_latest_edition, levels(c)) for c in Center.objects.order_by("name")]
    for model in (DirectoryEntry, Statement, Center, Organization):
        model.objects.all().delete()
    for file in files:
        imported(file)
    assert state == [
        (c.name, c.phone, c.in_latest_edition, levels(c)) for c in Center.objects.order_by("name")
    ]
    assert len(together["Listing"]) == Listing.objects.count()


# -- What people entered ------------------------------------------------------------------------
def test_a_phone_that_a_coordinator_corrected_is_not_overwritten(imported: Import, su: Make) -> None:
    imported(su(facility(1)))
    Center.objects.update(phone="217-555-0700", website="https://willow.example/")
    imported(su(facility(1, phone="217-555-0800", street2="Suite 9"), year=2024))
    center = Center.objects.get()
    assert center.phone == "217-555-0700"
    assert center.website == "https://willow.example/"
    assert center.street2 == "Suite 9", "what nobody corrected follows the directory"


def test_a_place_that_a_person_set_exactly_stays(imported: Import, su: Make) -> None:
    imported(su(facility(1)))
    Center.objects.update(lat=39.7, lon=-89.6, location="exact")
    imported(su(facility(1, city="Springfield Township"), year=2024))
    center = Center.objects.get()
    assert (center.city, center.location, center.lat) == ("Springfield Township", "exact", 39.7)


def test_a_closed_center_stays_closed(imported: Import, su: Make) -> None:
    imported(su(facility(1)))
    Center.objects.update(status="closed")
    imported(su(facility(1, "OP"), year=2024))
    assert Center.objects.get().status == "closed"
    assert not Listing.objects.exists()


def said_by_a_person(center: Center, **values: Any) -> Statement:
    return Statement.objects.create(
        center=center, source="coordinator", method="phone", said_on=date(2024, 5, 1), **values
    )


def test_statements_of_people_are_never_touched(imported: Import, su: Make) -> None:
    imported(su(facility(1, "OIT * MD")))
    center = Center.objects.get()
    statement = said_by_a_person(center)
    statement.facts = type(statement.facts).of(no=["pay_medicaid"])
    statement.save()
    imported(su(facility(1, "OIT OP * MD"), year=2024))
    statement.refresh_from_db()
    assert statement.facts.value("pay_medicaid") is False
    assert center.statements.count() == 2


@pytest.mark.parametrize("how", ["center", "program", "session", "details"])
def test_a_program_that_people_stand_behind_stays_listed(imported: Import, su: Make, how: str) -> None:
    imported(su(facility(1, "OIT OP")))
    center, program = Center.objects.get(), Program.objects.get(level="iop")
    if how == "session":
        Session.objects.create(
            program=program, day=0, starts="18:00", ends="21:00", time_zone="America/Chicago"
        )
    else:
        statement = said_by_a_person(center, program=program if how == "program" else None)
        if how == "center":
            statement.facts = type(statement.facts).of(yes=["offers_iop"])
            statement.save()
        if how == "details":
            Program.objects.filter(pk=program.pk).update(details_from=statement)
    imported(su(facility(1, "OP"), year=2024))
    assert Program.objects.get(pk=program.pk).is_listed


def test_a_program_that_no_directory_ever_stated_is_left_alone(imported: Import, su: Make) -> None:
    imported(su(facility(1, "OP")))
    own = Program.objects.create(center=Center.objects.get(), level="iop")
    track = Program.objects.create(center=own.center, level="outpatient", track="Evening group")
    imported(su(facility(1, "ODT"), year=2024))
    assert Program.objects.get(pk=own.pk).is_listed
    assert Program.objects.get(pk=track.pk).is_listed
