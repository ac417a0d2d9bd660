from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.facts import FactSet
from programs.models import Center, Listing, Organization, Program, Session, Statement
from programs.models.columns import fact_columns
from programs.sample import files, loading
from programs.sample.fields import SampleError
from tests.programs.factories import CenterFactory
from tests.programs.sample.test_sample_files import GOOD, folder

TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the directory but its time stamps."""
    return {
        model.__name__: list(
            model._default_manager.order_by("pk").values_list(
                *[
                    f.attname
                    for f in model._meta.concrete_fields
                    if f.name not in {"created_at", "updated_at"}
                ]
            )
        )
        for model in (Organization, Center, Program, Session, Statement, Listing)
    }


def real_center(organization: Organization | None = None) -> Center:
    organization = organization or Organization.objects.create(name="Real")
    center = Center.objects.create(
        organization=organization,
        name="Real Clinic",
        slug="real-clinic",
        city="Tucson",
        state="AZ",
        zip="85701",
    )
    Program.objects.create(center=center, level="iop")
    Statement.objects.create(
        center=center,
        source="samhsa_su",
        method="directory",
        edition=2023,
        said_on=TODAY,
        **fact_columns(FactSet.of(yes=["pay_medicaid"])),
    )
    return center


def test_the_whole_sample_is_loaded_and_marked() -> None:
    loaded = loading.load(today=TODAY)
    assert (loaded.centers, loaded.created) == (Center.objects.count(), Center.objects.count())
    assert not Center.objects.filter(is_sample=False).exists()
    assert not Organization.objects.filter(is_sample=False).exists()
    assert not Listing.objects.filter(is_sample=False).exists()
    assert set(Statement.objects.values_list("source", flat=True)) == {"sample"}


def test_every_program_of_a_published_center_can_be_found() -> None:
    loading.load(today=TODAY)
    assert Listing.objects.count() == Program.objects.filter(center__status="published").count() > 90


def test_every_row_keeps_what_the_model_promises() -> None:
    loading.load(today=TODAY)
    for model in (Organization, Center, Program, Session, Statement):
        for row in model._default_manager.all():
            row.full_clean()


def test_a_second_run_on_the_same_day_writes_nothing() -> None:
    loading.load(today=TODAY)
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        loaded = loading.load(today=TODAY)
    assert (loaded.created, loaded.changed, loaded.removed) == (0, 0, 0)
    assert everything() == before
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE"))]


def test_a_run_on_a_later_day_moves_the_dates_and_keeps_the_addresses() -> None:
    loading.load(today=TODAY)
    ids = set(Center.objects.values_list("id", "public_id"))
    newest = Statement.objects.order_by("-said_on").values_list("said_on", flat=True)[0]
    loaded = loading.load(today=TODAY + timedelta(days=30))
    assert loaded.created == 0
    assert loaded.changed > 40
    assert set(Center.objects.values_list("id", "public_id")) == ids
    assert Statement.objects.order_by("-said_on")[0].said_on == newest + timedelta(days=30)


def test_public_ids_never_change() -> None:
    assert str(loading.public_id("harbor-turn", "baltimore")) == "e1eb7695-5660-5fa5-a530-62642df8514c"


def test_openings_lapse_relative_to_the_day_of_loading() -> None:
    loading.load(today=TODAY)
    until = list(Program.objects.exclude(openings=None).values_list("openings_until", flat=True))
    assert min(until) < TODAY < max(until)


def test_a_timetable_says_which_times_of_day_it_has_and_has_not() -> None:
    loading.load(today=TODAY)
    listing = Listing.objects.get(name="Velvet Peach Midtown", track="Evening group")
    said = {code: listing.facts.value(code) for code in ("time_morning", "time_evening", "time_weekend")}
    assert said == {"time_morning": False, "time_evening": True, "time_weekend": False}
    assert Listing.objects.get(name="Plain Door Counseling").facts == FactSet()


def test_the_details_of_a_program_name_who_said_them() -> None:
    loading.load(today=TODAY)
    program = Program.objects.get(center__name="Velvet Peach Midtown", track="Evening group")
    assert program.details_from is not None
    assert program.details_from.said_on == TODAY - timedelta(days=18)
    assert set(program.sessions.values_list("time_zone", flat=True)) == {"America/New_York"}


def test_what_was_changed_by_hand_is_as_in_the_files_again() -> None:
    loading.load(today=TODAY)
    center = Center.objects.get(name="Velvet Peach Midtown")
    Center.objects.filter(pk=center.pk).update(phone="")
    Session.objects.filter(program__center=center).delete()
    loaded = loading.load(today=TODAY)
    assert loaded.changed == 1
    center.refresh_from_db()
    assert center.phone == "404-555-0110"
    assert Session.objects.filter(program__center=center).count() == 7


def test_what_a_coordinator_said_about_a_sample_center_stays() -> None:
    loading.load(today=TODAY)
    center = Center.objects.get(name="Plain Door Counseling")
    Statement.objects.create(center=center, source="coordinator", method="phone", said_on=TODAY)
    loading.load(today=TODAY + timedelta(days=1))
    assert center.statements.filter(source="coordinator").count() == 1


def test_a_center_that_no_file_names_any_more_goes(tmp_path: Path) -> None:
    loading.load(today=TODAY)
    loaded = loading.load(today=TODAY, folder=folder(tmp_path, GOOD))
    assert loaded.centers == 1
    assert loaded.removed > 50
    assert list(Organization.objects.values_list("name", flat=True)) == ["Kite"]


def test_real_centers_are_not_touched_by_loading_or_removing() -> None:
    real_center()
    before = everything()
    loading.load(today=TODAY)
    removed = loading.remove()
    assert removed.centers > 50
    assert removed.kept_organizations == 0
    assert everything() == before


def test_an_organization_that_a_real_center_joined_stays() -> None:
    loading.load(today=TODAY)
    real_center(Organization.objects.get(name="Harbor Turn Recovery"))
    removed = loading.remove()
    assert removed.kept_organizations == 1
    assert list(Organization.objects.values_list("name", "is_sample")) == [("Harbor Turn Recovery", False)]
    assert list(Center.objects.values_list("name", flat=True)) == ["Real Clinic"]


def test_a_zip_code_of_another_state_is_refused_and_nothing_is_loaded(tmp_path: Path) -> None:
    wrong = GOOD + GOOD.replace("kite", "owl").replace("Kite One", "Owl").replace("85701", "10001")
    with pytest.raises(SampleError, match="center one: 10001 is no ZIP code in AZ"):
        loading.load(today=TODAY, folder=folder(tmp_path, wrong))
    assert not Center.objects.exists()


def test_an_address_far_from_its_zip_code_is_refused(tmp_path: Path) -> None:
    wrong = GOOD.replace('zip = "85701"', 'zip = "85701"\nat = [33.45, -112.07]')
    with pytest.raises(SampleError, match="over 15 miles from 85701"):
        loading.load(today=TODAY, folder=folder(tmp_path, wrong))


def test_the_commands_say_what_they_did() -> None:
    out = StringIO()
    call_command("load_sample", stdout=out)
    count = Center.objects.count()
    call_command("load_sample", stdout=out)
    call_command("rebuild_listings", stdout=out)
    call_command("remove_sample", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == f"Sample directory: {count} centers ({count} new, 0 changed, 0 removed)."
    assert lines[1] == f"Sample directory: {count} centers (0 new, 0 changed, 0 removed)."
    assert lines[2].startswith("Listings: ")
    assert lines[2].endswith(f" programs of {count} centers.")
    assert lines[3].startswith(f"Removed {count} sample centers of ")
    assert not Organization.objects.exists()


def test_invented_centers_are_not_put_beside_real_ones_by_accident() -> None:
    CenterFactory(is_sample=False)
    with pytest.raises(CommandError, match="Real centers are listed here"):
        call_command("load_sample")
    assert not Center.objects.samples().exists()
    call_command("load_sample", "--force", stdout=StringIO())
    assert Center.objects.samples().exists()


def test_the_command_tells_a_broken_file_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = folder(tmp_path, GOOD.replace('"iop"', '"imp"'))
    read = files.read
    monkeypatch.setattr(files, "read", lambda _: read(broken))
    with pytest.raises(CommandError, match=r"^kite\.toml, .*imp"):
        call_command("load_sample")


def test_rebuilding_puts_right_what_was_lost() -> None:
    loading.load(today=TODAY)
    before = set(Listing.objects.values_list("program_id", "tie", "yes_0", "no_0"))
    Listing.objects.filter(level="iop").delete()
    Listing.objects.update(yes_0=0)
    call_command("rebuild_listings", stdout=StringIO())
    assert set(Listing.objects.values_list("program_id", "tie", "yes_0", "no_0")) == before
