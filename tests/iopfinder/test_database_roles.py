"""The site does its work as a role that can do nothing else; the owner does the rest."""

import contextlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils.timezone import localdate

from assessment import codes, saved
from assessment.answers import Draft
from iopfinder import checks, database_roles
from programs import listings
from programs.duplicates.merging import merge
from programs.duplicates.undoing import undo as undo_merge
from programs.importing.undoing import undo as undo_import
from programs.models import Center, ImportRun, Inquiry, Report, ZipCode
from programs.visitors.keeping import NotTheOwnerError, purge
from tests.iopfinder.test_headers import every_address, read
from tests.programs.accounts import PASSWORD, account, client_of, digits_of
from tests.programs.admin.worlds import World
from tests.programs.importing.workbooks import facility, workbook


def printed(*words: str) -> str:
    out = io.StringIO()
    call_command("database_roles", *words, stdout=out)
    return out.getvalue()


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one)


@pytest.fixture
def names() -> tuple[str, str]:
    """Roles belong to the whole server: each process that runs tests has its own."""
    name = connection.settings_dict["NAME"]
    return f"{name}_owner"[-60:], f"{name}_site"[-60:]


@pytest.fixture
def as_site(db: None, names: tuple[str, str]) -> Callable[[], None]:
    """From the call on, this connection is the site's role and nothing more. All of it is taken back with the
    transaction of the test, the roles included."""
    owner, site = names

    def become() -> None:
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(*database_roles.roles(str(connection.settings_dict["NAME"]), owner, site))
        run(f'SET SESSION AUTHORIZATION "{owner}"', *database_roles.grants(site))
        run(f'SET SESSION AUTHORIZATION "{site}"', "SET CONSTRAINTS ALL DEFERRED")

    return become


# -- What is printed -----------------------------------------------------------------------------
def test_every_table_has_its_line() -> None:
    tables = {one._meta.db_table for one in apps.get_models(include_auto_created=True)} | {
        "django_migrations"
    }
    assert {one.table for one in database_roles.wanted()} == tables
    assert set(database_roles.EXCEPTIONS) <= tables


def test_copies_of_rows_can_be_added_and_read_and_nothing_else() -> None:
    rights = {one.table: one for one in database_roles.wanted()}
    copies = [one for name, one in rights.items() if name.startswith("programs_historical")]
    assert len(copies) >= 7
    assert {one.kinds for one in copies} == {("SELECT", "INSERT")}
    assert {one.columns for one in copies} == {("history_user_id",), ()}


@pytest.mark.sqlite_only
def test_sqlite_has_no_roles() -> None:
    with pytest.raises(CommandError, match="PostgreSQL"):
        printed()


@pytest.mark.postgres_only
@pytest.mark.parametrize(
    "words", [["--owner", "a", "--site", "a"], ["--site", 'x"; DROP TABLE y'], ["--site", ""]]
)
def test_names_that_cannot_be_are_refused(words: list[str]) -> None:
    with pytest.raises(CommandError):
        printed(*words)


@pytest.mark.postgres_only
def test_a_command_gives_the_site_what_it_needs_or_changes_nothing(db: None, names: tuple[str, str]) -> None:
    owner, site = names
    with pytest.raises(CommandError, match=r"Nothing was changed: .*does not exist"):
        printed("--grants", "--site", "nobody_at_all", "--apply")
    run(*database_roles.roles(str(connection.settings_dict["NAME"]), owner, site))
    run(f'SET SESSION AUTHORIZATION "{owner}"')
    assert printed("--grants", "--site", site, "--apply").startswith("Done: ")
    run(f'SET SESSION AUTHORIZATION "{site}"')
    assert printed("--check") == "Nothing is missing. This role is no more than the site needs.\n"
    run("RESET SESSION AUTHORIZATION")


@pytest.mark.postgres_only
def test_only_the_grants_need_no_superuser() -> None:
    assert "CREATE ROLE" in printed()
    assert not {"CREATE", "ALTER"} & set(printed("--grants").replace("\n", " ").split())


# -- What the site can do ------------------------------------------------------------------------
@pytest.mark.postgres_only
def test_every_page_is_read_as_the_site(as_site: Callable[[], None]) -> None:
    world = World("Homestead", "AZ")
    addresses = list(every_address(world.center))
    desk = client_of(account("admin"))
    as_site()
    for client in (Client(), desk):
        statuses = {at: read(client.get(at)).status_code for at in addresses}
        assert {at: one for at, one in statuses.items() if one >= 500} == {}
        assert sum(one == 200 for one in statuses.values()) > 30


@pytest.mark.postgres_only
def test_people_sign_in_and_accounts_go_as_the_site(as_site: Callable[[], None]) -> None:
    user = account("coordinator")
    center = World("Homestead", "AZ").center
    center._history_user = user
    center.save()
    as_site()
    client = Client()
    client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    assert client.post("/admin/login/code/", {"code": digits_of(user)}).status_code == 302
    assert client.get("/admin/").status_code == 200
    number = user.pk
    user.delete()
    assert center.history.count() >= 2
    assert not center.history.filter(history_user_id=number).exists(), "who is gone is named no more"


@pytest.mark.postgres_only
def test_a_directory_comes_in_and_is_taken_back_as_the_site(
    as_site: Callable[[], None], tmp_path: Any
) -> None:
    ZipCode.objects.create(zip="62701", city="Springfield", state="IL", county="", lat=39.8, lon=-89.65)
    file = workbook(tmp_path, [facility(1), facility(2)])
    as_site()
    call_command("import_directory", file, stdout=io.StringIO(), stderr=io.StringIO())
    found = ImportRun.objects.get()
    assert Center.objects.count() == found.created == 2
    undo_import(found, by=None)
    assert Center.objects.count() == 0


@pytest.mark.postgres_only
def test_centers_are_changed_merged_and_parted_as_the_site(as_site: Callable[[], None]) -> None:
    world = World("Homestead", "AZ")
    as_site()
    world.center.name = "Another name"
    world.center.save()
    listings.rebuild([world.center.pk])
    done = merge(world.center.pk, world.twin.pk, by=world.someone)
    undo_merge(done.pk, by=world.someone)
    world.twin.refresh_from_db()
    assert world.twin.status != "merged"


@pytest.mark.postgres_only
def test_answers_are_kept_and_erased_as_the_site(as_site: Callable[[], None]) -> None:
    as_site()
    code = codes.new()
    saved.save(code, Draft({"who": "me"}))
    assert saved.open_with(code).answers == {"who": "me"}
    saved.erase(code)
    with pytest.raises(saved.NothingSavedError):
        saved.open_with(code)
    call_command("forget_saved", stdout=io.StringIO())


REFUSED = (
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE ROLE mine",
    "ALTER TABLE programs_center ADD COLUMN mine int",
    "ALTER TABLE programs_center DISABLE TRIGGER ALL",
    "DROP TABLE programs_center",
    "TRUNCATE programs_tries",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "SET session_replication_role = replica",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_statistic",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY programs_center TO '/tmp/mine'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT lo_import('/etc/passwd')",
    "DELETE FROM programs_historicalcenter",
    "UPDATE programs_historicalcenter SET name = 'never was'",
    "UPDATE programs_historicalcenter SET history_date = now()",
    "DELETE FROM programs_exportlog",
    "UPDATE programs_exportlog SET rows = 0",
    "UPDATE django_admin_log SET change_message = ''",
    "UPDATE programs_zipcode SET lat = 0",
    "DELETE FROM django_migrations",
    "SELECT * FROM django_session",
    "INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 1)",
    "SELECT setval(pg_get_serial_sequence('programs_center', 'id'), 1)",
)


@pytest.mark.postgres_only
def test_what_the_site_never_does_is_refused(as_site: Callable[[], None], names: tuple[str, str]) -> None:
    World("Homestead", "AZ")
    as_site()
    others = (
        f'SET ROLE "{names[0]}"',
        f'DROP ROLE "{names[0]}"',
        f'ALTER TABLE programs_center OWNER TO "{names[1]}"',
    )
    codes_of = {}
    for statement in (*REFUSED, *others):
        codes_of[statement] = ""
        with contextlib.suppress(ProgrammingError), transaction.atomic():
            try:
                run(statement)
            except ProgrammingError as error:
                codes_of[statement] = error.__cause__.pgcode  # type: ignore[union-attr]
                raise
    assert {statement: code for statement, code in codes_of.items() if code != "42501"} == {}


# -- What the owner does -------------------------------------------------------------------------
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_what_visitors_wrote_is_wiped_by_the_owner_alone(names: tuple[str, str]) -> None:
    """Outside a transaction, as PostgreSQL wants it; so everything is put back by hand."""
    owner, site = names
    world = World("Homestead", "AZ")
    Report.objects.update(purge_on=localdate())
    Inquiry.objects.update(purge_on=localdate())
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        before = cursor.fetchone()[0]
    try:
        run(*database_roles.roles(str(connection.settings_dict["NAME"]), owner, site))
        run(f'SET SESSION AUTHORIZATION "{owner}"', *database_roles.grants(site))
        run(f'SET SESSION AUTHORIZATION "{site}"')
        with pytest.raises(CommandError, match="does not own"):
            call_command("purge_visitors", stdout=io.StringIO())
        with pytest.raises(NotTheOwnerError):
            purge()
        assert not Report.objects.filter(pk=world.report.pk).exists(), (
            "the rows themselves are gone all the same"
        )
        run(f'SET SESSION AUTHORIZATION "{owner}"')
        call_command("purge_visitors", stdout=io.StringIO())
    finally:
        run("RESET SESSION AUTHORIZATION")
        database = connection.settings_dict["NAME"]
        run(f'ALTER DATABASE "{database}" OWNER TO "{before}"', f'REASSIGN OWNED BY "{owner}" TO "{before}"')
        run(*(f'DROP OWNED BY "{role}"' for role in names), *(f'DROP ROLE "{role}"' for role in names))
        run(f'GRANT ALL ON DATABASE "{database}" TO PUBLIC', "GRANT ALL ON SCHEMA public TO PUBLIC")


# -- What the checks say -------------------------------------------------------------------------
def ids() -> list[str | None]:
    return [one.id for one in checks.the_database_is_not_ours_to_rule(None, databases=["default"])]


@pytest.mark.postgres_only
def test_the_check_tells_who_the_site_is(as_site: Callable[[], None], names: tuple[str, str]) -> None:
    assert ids() == ["iopfinder.W005"]
    as_site()
    assert ids() == []
    assert printed("--check").endswith("no more than the site needs.\n")
    run("RESET SESSION AUTHORIZATION", f'SET SESSION AUTHORIZATION "{names[0]}"')
    assert ids() == ["iopfinder.I001"]
    run(f'REVOKE INSERT ON programs_tries FROM "{names[1]}"', f'SET SESSION AUTHORIZATION "{names[1]}"')
    assert ids() == ["iopfinder.E006"]
    with pytest.raises(CommandError, match="INSERT on programs_tries"):
        printed("--check")


@pytest.mark.sqlite_only
def test_the_check_has_nothing_to_say_of_sqlite(db: None) -> None:
    assert ids() == []
