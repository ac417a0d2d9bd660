"""What visitors wrote goes when its day comes: from every page, from a dump, from the bytes of the files."""

import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils.timezone import localdate

from programs.models import DoNotCall, Inquiry, Report
from programs.visitors import do_not_call, keeping
from programs.visitors.contents import Note, notes_of, seal_notes, wanted_of, words_of
from tests.assessment.test_privacy import everything_stored
from tests.programs.visitors.conftest import STAFF_NOTE, TRACES, WANTED, inquiry, report

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def purge(*arguments):
    out = io.StringIO()
    call_command("purge_visitors", *arguments, stdout=out)
    return out.getvalue().strip()


def everything(center):
    """A report, a request with a note, and a contact not to be called."""
    do_not_call.remember(center, WANTED)
    asked = inquiry(center)
    Inquiry.objects.update(sealed_notes=seal_notes([Note(asked.created_at, "dana", STAFF_NOTE)], asked))
    return report(center), Inquiry.objects.get()


def lapse():
    for model in (Report, Inquiry, DoNotCall):
        model.objects.update(purge_on=localdate())


def test_the_days_are_those_of_the_settings(settings):
    settings.INQUIRY_DAYS, settings.INQUIRY_DAYS_AT_MOST, settings.REPORT_DAYS = 10, 40, 50
    assert keeping.inquiry_goes_on(TODAY) == TODAY + timedelta(days=40)
    assert keeping.inquiry_goes_on(TODAY, TODAY + timedelta(days=2)) == TODAY + timedelta(days=12)
    assert keeping.inquiry_goes_on(TODAY, TODAY + timedelta(days=39)) == TODAY + timedelta(days=40)
    assert keeping.days_of_report(handled=True) == timedelta(days=50)
    assert keeping.days_of_report(handled=False) == timedelta(days=100)


def test_a_row_is_kept_until_its_day_and_not_on_it(center):
    everything(center)
    assert keeping.purge(localdate() + timedelta(days=89)) == keeping.Gone(0, 0, 0)
    assert keeping.purge(localdate() + timedelta(days=90)) == keeping.Gone(0, 1, 0)
    assert keeping.purge(localdate() + timedelta(days=359)) == keeping.Gone(0, 0, 0)
    assert keeping.purge(localdate() + timedelta(days=360)) == keeping.Gone(1, 0, 0)
    assert keeping.purge(localdate() + timedelta(days=1826)) == keeping.Gone(0, 0, 1)


def test_purging_twice_is_purging_once_and_a_rehearsal_deletes_nothing(center):
    everything(center)
    lapse()
    would = "Would erase: 1 reports, 1 call-back requests, 1 do-not-call entries"
    assert purge("--dry-run") == purge("--dry-run") == would
    assert purge() == "Erased: 1 reports, 1 call-back requests, 1 do-not-call entries"
    assert purge() == "Erased: 0 reports, 0 call-back requests, 0 do-not-call entries"


def test_what_is_not_due_stays(center):
    everything(center)
    report(center, purge_on=localdate())
    assert purge().startswith("Erased: 1 reports, 0 call-back")
    assert (Report.objects.count(), Inquiry.objects.count(), DoNotCall.objects.count()) == (1, 1, 1)


def test_no_table_holds_anything_in_clear(center):
    everything(center)
    text = "\n".join(row for _, row in everything_stored())
    assert "plain-harbor" in text
    for trace in TRACES:
        assert trace not in text
        assert trace.encode().hex() not in text.lower()


def test_no_table_holds_anything_after_purging(center):
    told, asked = everything(center)
    digests = [told.code_digest, told.form_digest, asked.code_digest, asked.form_digest]
    digests += DoNotCall.objects.values_list("digest", flat=True)
    lapse()
    purge()
    text = "\n".join(row for _, row in everything_stored())
    assert not [digest for digest in digests if digest in text]


FILES = """
import json, sys
import django
django.setup()
from pathlib import Path
from django.db import connection
from django.utils.timezone import localdate
from programs.models import Center, Inquiry, Organization, Report
from programs.visitors import keeping
from tests.programs.visitors.conftest import inquiry, report, TRACES

def held():
    files = [one for one in Path(sys.argv[1]).iterdir() if one.name.startswith("db.sqlite3")]
    return b"".join(one.read_bytes() for one in files)

def where(pieces):
    found = held()
    return [piece in found for piece in pieces]

organization = Organization.objects.create(name="Harbor")
center = Center.objects.create(organization=organization, name="Harbor", slug="harbor", city="Mesa",
                               state="AZ", zip="85201")
rows = [inquiry(center) for _ in range(3)] + [report(center) for _ in range(3)]
withdrawn, gone = rows[0], rows[1:]
pieces = lambda some: [bytes(one.sealed)[at : at + 40] for one in some for at in (40, 1000, 1900)]
digests = [one.code_digest.encode() for one in gone]
told = {"before": where(pieces(rows)), "clear": where([one.encode() for one in TRACES])}
Inquiry.objects.filter(pk=withdrawn.pk).update(sealed=b"", status="withdrawn")
for model in (Inquiry, Report):
    model.objects.exclude(pk=withdrawn.pk if model is Inquiry else 0).update(purge_on=localdate())
keeping.purge()
told |= {"after": where(pieces(rows)), "digests": where(digests), "secure": [
    row[0] for row in connection.cursor().execute("PRAGMA secure_delete").fetchall()]}
print(json.dumps(told))
"""


@pytest.mark.sqlite_only
def test_the_bytes_of_a_sqlite_file_hold_nothing_after_purging(tmp_path):
    """Read while the site still holds the file open: neither the file nor its log of writes has them."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        "PYTHONPATH": str(site.BASE_DIR),
    }

    def run(*command):
        done = subprocess.run(
            [sys.executable, *command], cwd=site.BASE_DIR, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("manage.py", "migrate", "--no-input", "-v0")
    told = json.loads(run("-c", FILES, str(tmp_path)).splitlines()[-1])
    assert all(told["before"])
    assert not any(told["clear"])
    assert not any(told["after"])
    assert not any(told["digests"])
    assert told["secure"] == [1]


def stored_bytes():
    """The files of the three tables as PostgreSQL has them on disk, with what is stored beside them."""
    found = b""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        for model in (Report, Inquiry, DoNotCall):
            table = model._meta.db_table
            cursor.execute("SELECT oid, reltoastrelid FROM pg_class WHERE relname = %s", [table])
            for oid in filter(None, cursor.fetchone()):
                cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath(%s::oid::regclass))", [oid])
                found += bytes(cursor.fetchone()[0])
    return found


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_the_files_of_postgresql_hold_nothing_after_purging(center):
    told, asked = everything(center)
    pieces = [bytes(one.sealed)[60:100] for one in (told, asked)]
    before = stored_bytes()
    assert all(piece in before for piece in pieces)
    assert not any(trace.encode() in before for trace in TRACES)
    lapse()
    purge()
    after = stored_bytes()
    assert not any(piece in after for piece in pieces)
    assert told.code_digest.encode() not in after


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_what_another_connection_still_reads_is_said_and_wiped_by_the_next_run(center, monkeypatch):
    told, _ = everything(center)
    piece = bytes(told.sealed)[60:100]
    lapse()
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT 1")
            monkeypatch.setattr(keeping, "PATIENCE", (0,))
            with pytest.raises(CommandError, match="old versions of rows are still in the files"):
                purge()
            assert not Report.objects.exists()
            assert piece in stored_bytes()
            cursor.execute("ROLLBACK")
    finally:
        reader.close()
    assert purge() == "Erased: 0 reports, 0 call-back requests, 0 do-not-call entries"
    assert piece not in stored_bytes()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_reader_that_ends_meanwhile_costs_only_patience(center, monkeypatch):
    everything(center)
    lapse()
    reader = connection.copy()
    with reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1")
    monkeypatch.setattr(keeping.time, "sleep", lambda seconds: reader.close())
    assert purge().startswith("Erased: 1 reports")


def dumped():
    """What a backup holds, as text; bytes stand there as hexadecimal digits."""
    beside = subprocess.run(
        [site.BASE_DIR / "bin/with-postgres", "--find"], capture_output=True, text=True, check=True
    )
    program = Path(beside.stdout.strip()) / "pg_dump"
    told = connection.get_connection_params()
    command = [str(program) if program.exists() else shutil.which("pg_dump")]
    command += [f"--dbname={told['dbname']}", f"--host={told.get('host', '')}"]
    command += [f"--username={told['user']}"] if told.get("user") else []
    command += [f"--port={told['port']}"] if told.get("port") else []
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_nothing_in_clear_before_and_nothing_at_all_after(center):
    told, asked = everything(center)
    pieces = [bytes(one.sealed).hex()[100:160] for one in (told, asked)]
    before = dumped()
    assert all(piece in before for piece in pieces)
    for trace in TRACES:
        assert trace not in before
        assert trace.encode().hex() not in before
    lapse()
    purge()
    after = dumped()
    assert not [piece for piece in (*pieces, told.code_digest, asked.form_digest) if piece in after]


def reseal():
    out = io.StringIO()
    call_command("reseal_visitors", stdout=out)
    return out.getvalue().strip()


def test_after_sealing_anew_the_old_key_can_go(center, settings):
    told, asked = everything(center)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    assert reseal() == "Sealed anew: 3 of 3"
    assert reseal() == "Sealed anew: 0 of 3"
    settings.SECRET_KEY_FALLBACKS = []
    told.refresh_from_db()
    asked.refresh_from_db()
    assert wanted_of(asked) == WANTED
    assert words_of(told)
    assert notes_of(asked)[0].text == STAFF_NOTE


def test_a_row_that_no_key_opens_is_named_and_left_alone(center):
    told, asked = everything(center)
    with override_settings(SECRET_KEY="a key that knows nothing"), pytest.raises(CommandError) as error:
        reseal()
    assert f"report {told.pk}, sealed" in str(error.value)
    assert f"inquiry {asked.pk}, sealed_notes" in str(error.value)
    assert words_of(Report.objects.get())
