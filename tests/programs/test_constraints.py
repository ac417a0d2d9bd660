"""The database itself refuses what may not be: one breaking row for every constraint of every model."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction

from programs import listings
from programs.models import (
    AuthenticatorApp,
    Center,
    City,
    DirectoryEntry,
    DuplicatePair,
    ImportRun,
    Inquiry,
    Listing,
    Merge,
    Proposal,
    RecoveryCodes,
    Report,
    Session,
    Snooze,
    StaffMember,
    StagedImport,
    StagedRow,
    Statement,
    ZipCode,
)
from tests.programs import factories
from tests.programs.factories import (
    CenterFactory,
    CityFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
    ZipCodeFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON.date() + timedelta(days=30)
NUMBERS = count()
DIRECTORY = {"source": "samhsa_su", "method": "directory", "edition": 2023}


def statement(**fields: Any) -> Statement:
    return StatementFactory(**fields)


def listing(**fields: Any) -> int:
    """Writes past `rebuild`, as a mistake would."""
    factories.center()
    return Listing.objects.update(**fields)


def run(**fields: Any) -> ImportRun:
    return ImportRun.objects.create(**{"read": 3, "created": 1, "updated": 1, "joined": 1} | fields)


def entry(**fields: Any) -> DirectoryEntry:
    said = StatementFactory(**DIRECTORY)
    values = {"source": "samhsa_su", "key": "k", "digest": "d", "first_edition": 2022, "last_edition": 2023}
    return DirectoryEntry.objects.create(**values | {"center": said.center, "statement": said} | fields)


def twice(make: Callable[[], Any]) -> Callable[[], None]:
    def both() -> None:
        make()
        make()

    return both


def same_program() -> None:
    center = CenterFactory()
    ProgramFactory(center=center, track="")
    ProgramFactory(center=center, track="")


def same_session() -> None:
    program = ProgramFactory()
    SessionFactory(program=program)
    SessionFactory(program=program)


def same_city() -> None:
    rows = [City(name="Phoenix", search_name="phoenix", state="AZ", lat=33, lon=-112) for _ in range(2)]
    City.objects.bulk_create(rows)


def pair(**fields: Any) -> DuplicatePair:
    first, second = CenterFactory(), CenterFactory()
    return DuplicatePair.objects.create(**{"first": first, "second": second, "score": 0.5} | fields)


def same_pair() -> None:
    one = pair()
    pair(first=one.first, second=one.second)


def backward_pair() -> None:
    first, second = CenterFactory(), CenterFactory()
    pair(first=second, second=first)


def merge(merged: Center | None = None, **fields: Any) -> Merge:
    return Merge.objects.create(**{"survivor": CenterFactory(), "merged": merged or CenterFactory()} | fields)


def merged_with_itself() -> None:
    center = CenterFactory()
    merge(center, survivor=center)


def merged_twice() -> None:
    center = CenterFactory()
    merge(center)
    merge(center)


def proposal(**fields: Any) -> Proposal:
    return Proposal.objects.create(**{"center": CenterFactory()} | fields)


def report(**fields: Any) -> Report:
    number = next(NUMBERS)
    digests = {"code_digest": f"code{number}", "form_digest": f"form{number}"}
    return Report.objects.create(
        **{"center": CenterFactory(), "kind": "phone", "purge_on": LATER} | digests | fields
    )


def inquiry(**fields: Any) -> Inquiry:
    number = next(NUMBERS)
    digests = {"code_digest": f"code{number}", "form_digest": f"form{number}"}
    rest = {"sealed": b"sealed", "consent_version": "1", "due_at": NOON, "purge_on": LATER}
    return Inquiry.objects.create(**{"center": CenterFactory()} | digests | rest | fields)


def snooze(**fields: Any) -> Snooze:
    return Snooze.objects.create(**{"center": CenterFactory(), "until": LATER, "reason": "later"} | fields)


def staff_member(**fields: Any) -> StaffMember:
    user = User.objects.create_user(f"person{next(NUMBERS)}")
    return StaffMember.objects.create(**{"user": user, "role": "reader"} | fields)


def devices(kind: type[models.Model], number: int) -> None:
    user = User.objects.create_user(f"person{next(NUMBERS)}")
    for _ in range(number):
        kind._default_manager.create(user=user, name="one")


def staged_row(staged: StagedImport | None = None) -> StagedImport:
    staged = staged or StagedImport.objects.create()
    StagedRow.objects.create(staged=staged, file="a.xlsx", number=2, outcome="created")
    return staged


BREAKS: dict[str, Callable[[], Any]] = {
    "organization_named": lambda: OrganizationFactory(name=""),
    "center_named": lambda: CenterFactory(slug=""),
    "center_zip_5_digits": lambda: CenterFactory(zip="8500"),
    "center_state_2_letters": lambda: CenterFactory(state="az"),
    "center_lat_in_range": lambda: CenterFactory(lat=90.1),
    "center_lon_in_range": lambda: CenterFactory(lon=-180.1),
    "center_location_whole": lambda: CenterFactory(lat=None),
    "center_status_known": lambda: CenterFactory(status="gone"),
    "center_location_known": lambda: CenterFactory(location="moon"),
    "center_merged_into_one": lambda: CenterFactory(status="merged"),
    "program_once_per_track": same_program,
    "program_level_known": lambda: ProgramFactory(level="spa"),
    "program_hours_per_week_min_in_range": lambda: ProgramFactory(hours_per_week_min=-1),
    "program_hours_per_week_max_in_range": lambda: ProgramFactory(hours_per_week_max=169),
    "program_hours_per_week_in_order": lambda: ProgramFactory(hours_per_week_min=12, hours_per_week_max=9),
    "program_weeks_in_order": lambda: ProgramFactory(weeks_min=12, weeks_max=8),
    "program_price_in_order": lambda: ProgramFactory(price_min=200, price_max=100),
    "program_prices_positive": lambda: ProgramFactory(deposit=-1),
    "program_openings_expire": lambda: ProgramFactory(openings=2, openings_until=None),
    "session_once_a_week": same_session,
    "session_ends_after_it_starts": lambda: SessionFactory(starts="18:00", ends="18:00"),
    "session_day_known": lambda: SessionFactory(day=7),
    "session_kind_known": lambda: SessionFactory(kind="yoga"),
    "session_time_zone_known": lambda: SessionFactory(time_zone="Europe/Berlin"),
    "statement_yes_or_no_0": lambda: statement(yes_0=5, no_0=4),
    "statement_yes_or_no_1": lambda: statement(yes_1=5, no_1=4),
    "statement_yes_or_no_2": lambda: statement(yes_2=5, no_2=4),
    "statement_masks_positive": lambda: statement(yes_1=-1),
    "statement_source_known": lambda: statement(source="hearsay"),
    "statement_method_known": lambda: statement(method="dream"),
    "statement_directory_has_edition": lambda: statement(method="directory", edition=None),
    "listing_yes_or_no_0": lambda: listing(yes_0=5, no_0=4),
    "listing_yes_or_no_1": lambda: listing(yes_1=5, no_1=4),
    "listing_yes_or_no_2": lambda: listing(yes_2=5, no_2=4),
    "listing_masks_positive": lambda: listing(no_2=-1),
    "listing_week_whole": lambda: listing(sessions="0,1800,2100,group,,America/Phoenix", winter_0=1),
    "listing_level_known": lambda: listing(level="spa"),
    "zipcode_5_digits": lambda: ZipCodeFactory(zip="8500x"),
    "zipcode_lat_in_range": lambda: ZipCodeFactory(lat=-91),
    "zipcode_lon_in_range": lambda: ZipCodeFactory(lon=181),
    "city_once_a_state": same_city,
    "city_lat_in_range": lambda: CityFactory(lat=91),
    "city_lon_in_range": lambda: CityFactory(lon=-181),
    "importrun_adds_up": lambda: run(unchanged=1),
    "directoryentry_once": twice(entry),
    "directoryentry_source_known": lambda: entry(source="hearsay"),
    "directoryentry_editions_in_order": lambda: entry(first_edition=2024),
    "duplicatepair_once": same_pair,
    "duplicatepair_in_order": backward_pair,
    "duplicatepair_status_known": lambda: pair(status="perhaps"),
    "merge_of_two": merged_with_itself,
    "merge_once_at_a_time": merged_twice,
    "proposal_yes_or_no_0": lambda: proposal(yes_0=5, no_0=4),
    "proposal_yes_or_no_1": lambda: proposal(yes_1=5, no_1=4),
    "proposal_yes_or_no_2": lambda: proposal(yes_2=5, no_2=4),
    "proposal_masks_positive": lambda: proposal(no_0=-1),
    "proposal_status_known": lambda: proposal(status="perhaps", decided_at=NOON),
    "proposal_decided_at": lambda: proposal(status="accepted"),
    "report_kind_known": lambda: report(kind="gossip"),
    "report_status_known": lambda: report(status="lost"),
    "inquiry_status_known": lambda: inquiry(status="lost"),
    "snooze_reason_known": lambda: snooze(reason="lunch"),
    "staffmember_role_known": lambda: staff_member(role="king"),
    "authenticatorapp_one_of_each": lambda: devices(AuthenticatorApp, 2),
    "recoverycodes_one": lambda: devices(RecoveryCodes, 2),
    "stagedimport_status_known": lambda: StagedImport.objects.create(status="lost"),
    "stagedrow_once": lambda: staged_row(staged_row()),
}


def all_constraints() -> dict[str, models.BaseConstraint]:
    found = apps.get_app_config("programs").get_models(include_auto_created=True)
    return {one.name: one for model in found for one in model._meta.constraints}


@pytest.mark.parametrize("name", sorted(all_constraints()))
def test_the_database_refuses_a_row_that_breaks(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BREAKS[name]()
    is_unique = isinstance(all_constraints()[name], models.UniqueConstraint)
    assert name in str(refused.value) or (is_unique and "UNIQUE" in str(refused.value))


def test_no_breaking_row_stands_for_a_constraint_that_is_gone():
    assert set(BREAKS) == set(all_constraints())


def test_what_the_breaking_rows_differ_from_is_fine():
    """The rows above break by the one thing they name: without it each is taken."""
    entry()
    run()
    same_day = SessionFactory(kind="group")
    SessionFactory(program=same_day.program, kind="individual")
    ProgramFactory(openings=2, openings_until=date(2026, 12, 1), deposit=0, hours_per_week_max=168)
    ProgramFactory(center=same_day.program.center, level=same_day.program.level, track="evening")
    StatementFactory(yes_0=1, no_0=2)
    StatementFactory(**DIRECTORY)
    ZipCodeFactory()
    CityFactory()
    CenterFactory(lat=None, lon=None, location="unknown")
    into = CenterFactory()
    merge(CenterFactory(status="merged", merged_into=into), undone_at=NOON)
    again = merge()
    merge(again.survivor)
    pair()
    proposal()
    proposal(status="accepted", decided_at=NOON, yes_0=1, no_0=2)
    report()
    inquiry()
    snooze()
    staff_member()
    devices(AuthenticatorApp, 1)
    devices(RecoveryCodes, 1)
    staged_row()
    assert listing(yes_0=1, no_0=2) == 1
    assert Session.objects.count() == 2
    assert ZipCode.objects.count() == City.objects.count() == 1


def test_public_ids_are_unique_and_stand_in_readable_addresses():
    center = CenterFactory(slug="marigold-lane-phoenix-az")
    path = f"/programs/centers/marigold-lane-phoenix-az-{center.public_id.hex[:10]}/"
    assert center.get_absolute_url() == path
    with pytest.raises(IntegrityError), transaction.atomic():
        CenterFactory(public_id=center.public_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(public_id=center.organization.public_id)


def test_a_rebuilt_listing_holds_what_the_statements_say():
    center = factories.center(["php", "iop"], yes=["pay_medicaid"], no=["telehealth"])
    one = Listing.objects.get(level="iop")
    assert (one.facts.value("pay_medicaid"), one.facts.value("telehealth")) == (True, False)
    assert one.facts.value("pay_cash") is None
    assert one.levels == 0b110
    listings.rebuild([center.pk])
    assert Listing.objects.count() == 2
    center.status = "closed"
    center.save()
    listings.rebuild([center.pk])
    assert Listing.objects.count() == 0
