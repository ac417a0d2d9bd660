"""The doctor sees what is wrong, says how to mend it, and is content once it is mended.

One test for each thing looked at, by its name; each makes it wrong for real and right again.
"""

import inspect
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now

from assessment.domain import content as content_module
from assessment.domain import load
from assessment.domain.review import SignOff, digests, sealed, whole
from assessment.models import SavedAnswers
from iopfinder import mail
from iopfinder.doctor import State, looked, of_content, of_database, of_machine, skipped
from iopfinder.management.commands.doctor import ALL, ALWAYS
from ops.durable.postgres import Postgres
from programs.models import Center, DeskSession, DoNotCall, ImportRun
from tests.conftest import ROOT
from tests.programs import factories

WRONG, WARNING, OK, SKIPPED = State.WRONG, State.WARNING, State.OK, State.SKIPPED
pytestmark = pytest.mark.django_db


def state(name):
    """What the check by this name finds; whatever is not right comes with a way to mend it."""
    found = looked(ALL[name])
    assert "could not be looked at" not in found.said, found
    assert bool(found.mend) == (found.state in {WRONG, WARNING}), found
    return found.state


def doctor(*words, **environment):
    """The command as an operator runs it: exit code, and the findings by name."""
    run = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEBUG": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, json.loads(run.stdout), run.stdout + run.stderr


def test_every_check_is_seen_to_fail_and_to_be_content_here():
    for name in ALL:
        source = inspect.getsource(globals()[f"test_{name.replace('-', '_')}"])
        assert re.search(r"== (WRONG|WARNING)|\"(wrong|warning)\"", source), name
        assert re.search(r"== OK|\"ok\"", source), name


# -- What the environment says ----------------------------------------------------------------------
def test_debug(settings):
    assert state("debug") == OK
    settings.DEBUG = True
    assert state("debug") == WRONG


def test_secret_key(settings):
    good = "k7Qm" + "abcdefghijklmnopqrstuvwxyz" * 2
    for key in (settings.INSECURE_DEVELOPMENT_KEY, "short", "k" * 80):
        settings.SECRET_KEY = key
        assert state("secret-key") == WRONG, key
    settings.SECRET_KEY = good
    assert state("secret-key") == OK
    settings.SECRET_KEY_FALLBACKS = ["an older one"]
    assert state("secret-key") == WARNING
    settings.SECRET_KEY_FALLBACKS = [good]
    assert state("secret-key") == WRONG


def test_hosts(settings):
    for names in ([], ["*"]):
        settings.ALLOWED_HOSTS = names
        assert state("hosts") == WRONG
    settings.ALLOWED_HOSTS = ["find.example.org"]
    assert state("hosts") == OK


def test_site_url(settings):
    settings.ALLOWED_HOSTS, settings.HTTPS = ["find.example.org"], True
    for address in ("https://elsewhere.example.org", "find.example.org", "http://find.example.org"):
        settings.SITE_URL = address
        assert state("site-url") == WRONG, address
    settings.SITE_URL = "https://find.example.org"
    assert state("site-url") == OK


def test_https(settings):
    settings.HTTPS = False
    assert state("https") == WRONG
    settings.HTTPS = True
    assert state("https") == OK


def test_runner(settings):
    settings.SITE_RUNNER, settings.SITE_CONTACT = "Example County", ""
    assert state("runner") == WARNING
    settings.SITE_CONTACT = "site@find.example.org"
    assert state("runner") == OK


class Inbox:
    """Takes no mail: nobody may send one to look whether it could."""

    async def handle_DATA(self, server, session, envelope):
        pytest.fail("the doctor sent a mail")


@contextmanager
def mail_server(**how):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    controller = Controller(Inbox(), hostname="127.0.0.1", port=port, server_hostname="localhost", **how)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mail_goes(settings, address):
    for name, value in mail.read(address).items():
        setattr(settings, name, value)


def test_mail(settings):
    mail_goes(settings, "")
    assert state("mail") == WARNING
    with mail_server() as port:
        mail_goes(settings, f"smtp://127.0.0.1:{port}")
        assert state("mail") == OK
        mail_goes(settings, f"smtp+tls://127.0.0.1:{port}")
        assert state("mail") == WRONG
    mail_goes(settings, f"smtp://127.0.0.1:{port}")
    assert state("mail") == WRONG


def test_a_mail_server_that_knows_us_not_is_told_apart_and_no_password_is_said(settings):
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False)

    with mail_server(authenticator=refuse, auth_require_tls=False) as port:
        mail_goes(settings, f"smtp://site:opensesame@127.0.0.1:{port}")
        found = looked(ALL["mail"])
    assert found.state == WRONG
    assert "refuses our name or password" in found.said
    assert "opensesame" not in f"{found}"


def test_metrics(settings):
    settings.METRICS_TOKEN = "short"
    assert state("metrics") == WRONG
    settings.METRICS_TOKEN = "t" * 40
    assert state("metrics") == OK


def test_cache(settings):
    assert state("cache") == OK
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert state("cache") == WRONG


def test_promises():
    proper = {
        "DEBUG": "0",
        "SECRET_KEY": "k7Qm" + "abcdefghijklmnopqrstuvwxyz" * 2,
        "ALLOWED_HOSTS": "find.example.org",
        "SITE_RUNNER": "Example County",
        "SITE_CONTACT": "site@find.example.org",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "ACCEPT_PROVISIONAL_PROTOCOL": "1",
        "DATABASE_URL": "sqlite:///:memory:",
    }
    code, found, _text = doctor("promises", **proper)
    assert (code, found["promises"]["state"]) == (0, "ok")
    code, found, _text = doctor("promises", **proper | {"SITE_RUNNER": ""})
    assert (code, found["promises"]["state"]) == (1, "wrong")
    assert "iopfinder.W001" in found["promises"]["said"]


# -- The database -----------------------------------------------------------------------------------
def test_database():
    assert state("database") == OK
    away = "postgres://site:opensesame@127.0.0.1:1/none"
    code, found, text = doctor(DATABASE_URL=away, DEBUG="0", SECRET_KEY="k" * 60)
    assert (code, found["database"]["state"]) == (1, "wrong")
    assert set(found) == set(ALWAYS)
    assert "opensesame" not in text
    assert "Traceback" not in text


def test_database_version(monkeypatch, settings):
    if connection.vendor == "sqlite":
        assert state("database-version") == WARNING
        settings.DEBUG = True
        assert state("database-version") == OK
        return
    assert state("database-version") == OK
    monkeypatch.setattr(of_database, "OLDEST", 99)
    assert state("database-version") == WRONG


def run_sql(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def only_postgresql(name):
    if connection.vendor == "sqlite":
        assert state(name) == SKIPPED
        return False
    return True


def test_database_role():
    if only_postgresql("database-role"):
        assert state("database-role") == WARNING  # the account that made this server
        run_sql("CREATE ROLE iopfinder_plain NOLOGIN", "SET LOCAL ROLE iopfinder_plain")
        assert state("database-role") == OK


def test_database_log():
    if only_postgresql("database-log"):
        assert state("database-log") == WARNING
        run_sql("SET LOCAL log_min_error_statement = panic")
        assert state("database-log") == OK
        run_sql("SET LOCAL log_min_duration_statement = 100")
        assert state("database-log") == WARNING


def test_database_text():
    if only_postgresql("database-text"):
        assert state("database-text") == OK
        if connection.pg_version >= 150000:
            run_sql("UPDATE pg_database SET datcollversion = '1.0' WHERE datname = current_database()")
            assert state("database-text") == WRONG


def test_database_time_zone():
    if only_postgresql("database-time-zone"):
        assert state("database-time-zone") == OK
        run_sql("SET LOCAL TIME ZONE 'America/Denver'")
        assert state("database-time-zone") == WRONG


def test_database_clock(monkeypatch):
    if only_postgresql("database-clock"):
        assert state("database-clock") == OK
        real = time.time
        for off in (60, -60):
            monkeypatch.setattr(of_database.time, "time", lambda off=off: real() + off)
            assert state("database-clock") == WRONG


@contextmanager
def another_database():
    """A database of this server that is not in a transaction, and how to run words in it."""
    import psycopg2

    at = connection.settings_dict
    name = f"{at['NAME']}_doctor"
    place = {
        "host": at["HOST"],
        "user": at["USER"],
        "password": at["PASSWORD"] or None,
        "port": at["PORT"] or None,
    }

    def run(database, *statements):
        with_it = psycopg2.connect(dbname=database, **place)
        with_it.autocommit = True
        try:
            for statement in statements:
                with_it.cursor().execute(statement)
        finally:
            with_it.close()

    run("postgres", f'CREATE DATABASE "{name}"')
    try:
        host = str(at["HOST"]).replace("/", "%2F")
        port = f":{at['PORT']}" if at["PORT"] else ""
        secret = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
        yield f"postgres://{at['USER']}{secret}@{host}{port}/{name}", lambda *words: run(name, *words)
    finally:
        run("postgres", f'DROP DATABASE "{name}"')


def test_database_statistics():
    if only_postgresql("database-statistics"):
        with another_database() as (address, run):
            run(
                "CREATE TABLE programs_listing (id int) WITH (autovacuum_enabled = false)",
                "INSERT INTO programs_listing SELECT generate_series(1, 5000)",
            )
            code, found, _text = doctor("database-statistics", DATABASE_URL=address)
            assert (code, found["database-statistics"]["state"]) == (2, "warning")
            run("ANALYZE programs_listing")
            code, found, _text = doctor("database-statistics", DATABASE_URL=address)
            assert (code, found["database-statistics"]["state"]) == (0, "ok")
            run("DELETE FROM programs_listing WHERE id > 500")
            code, found, _text = doctor("database-statistics", DATABASE_URL=address)
            assert (code, found["database-statistics"]["state"]) == (2, "warning")


def test_migrations():
    assert state("migrations") == OK
    recorder = MigrationRecorder(connection)
    recorder.record_applied("programs", "9999_of_the_next_release")
    assert state("migrations") == WARNING
    latest = MigrationRecorder.Migration.objects.filter(app="assessment").latest("name")
    recorder.record_unapplied("assessment", latest.name)
    assert state("migrations") == WRONG


@contextmanager
def primary_and_standby():
    """Two real servers, one of which follows the other."""
    quick = {"fsync": "off", "full_page_writes": "off"}
    primary, standby = Postgres(**quick), Postgres(**quick)
    try:
        primary.create()
        words = ("--host", str(primary.place), "--username", "iopfinder", "--pgdata", str(standby.data))
        standby.run("pg_basebackup", *words, "--write-recovery-conf", "--checkpoint", "fast")
        standby.start()
        yield primary, standby
    finally:
        standby.remove()
        primary.remove()


def psql(server, words):
    server.run("psql", "-h", str(server.place), "-U", "iopfinder", "-d", "postgres", "-qc", words)


def test_replica():
    assert looked(ALL["replica"]) == skipped("No replica is configured.")
    if connection.vendor == "sqlite":
        return
    with primary_and_standby() as (primary, standby):

        def found(replica):
            told = {"DATABASE_URL": primary.url, "DATABASE_REPLICA_URL": replica, "REPLICA_LAG_SECONDS": "1"}
            return doctor("replica", **told)[1]["replica"]["state"]

        psql(primary, "CREATE TABLE one (id int)")
        assert found(primary.url) == "wrong"  # it follows nobody
        until = time.monotonic() + 30
        while found(standby.url) != "ok" and time.monotonic() < until:
            time.sleep(0.2)
        assert found(standby.url) == "ok"
        psql(standby, "SELECT pg_wal_replay_pause()")
        psql(primary, "INSERT INTO one VALUES (1)")
        time.sleep(1.5)  # longer than it may lag
        assert found(standby.url) == "warning"
        standby.stop("immediate")
        assert found(standby.url) == "warning"


# -- What the site shows ----------------------------------------------------------------------------
@pytest.fixture
def questions(tmp_path, monkeypatch):
    """A copy of the published questions, that may be changed."""
    folder = tmp_path / load().version
    shutil.copytree(content_module.CONTENT / folder.name, folder)
    monkeypatch.setattr(content_module, "CONTENT", tmp_path)
    load.cache_clear()
    yield folder
    load.cache_clear()


def test_questions(questions, settings):
    def seen():
        load.cache_clear()
        return state("questions")

    assert seen() == WRONG  # nobody signed it off
    settings.ACCEPT_PROVISIONAL_PROTOCOL = True
    assert seen() == WARNING
    digest = whole(digests(questions))
    signed = SignOff("Dr. Example", date(2026, 1, 2), digest)
    (questions / "review.toml").write_text(sealed(questions, date(2026, 1, 1), signed))
    assert seen() == OK
    stale = SignOff("Dr. Example", date(2026, 1, 2), "0" * 64)
    (questions / "review.toml").write_text(sealed(questions, date(2026, 1, 1), stale))
    assert seen() == WRONG
    (questions / "rules.toml").write_text((questions / "rules.toml").read_text() + "\n")
    assert seen() == WRONG


def test_places(monkeypatch):
    assert state("places") == WRONG
    factories.ZipCodeFactory()
    monkeypatch.setattr(of_content, "PLACES", 1)
    assert state("places") == OK


def test_directory():
    assert state("directory") == WRONG
    factories.CenterFactory()
    assert state("directory") == WRONG  # the search knows it not
    factories.center()
    assert state("directory") == OK
    run = ImportRun.objects.create(read=0)
    assert state("directory") == OK
    ImportRun.objects.filter(pk=run.pk).update(finished_at=now() - timedelta(days=500))
    assert state("directory") == WARNING


def test_samples(settings):
    assert state("samples") == OK
    factories.center()
    Center.objects.update(is_sample=True)
    assert state("samples") == WRONG
    settings.DEBUG = True
    assert state("samples") == OK


def test_static_files(settings, tmp_path):
    assert state("static-files") == SKIPPED
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "hello.css").write_text("body { color: black }")
    settings.STATICFILES_DIRS = [ours]
    settings.STATICFILES_FINDERS = ["iopfinder.scripts.OwnFilesFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    assert state("static-files") == WRONG
    call_command("collectstatic", interactive=False, verbosity=0)
    assert state("static-files") == OK
    (ours / "hello.css").write_text("body { color: green }")
    os.utime(ours / "hello.css", (time.time() + 60, time.time() + 60))
    assert state("static-files") == WRONG
    call_command("collectstatic", interactive=False, verbosity=0)
    assert state("static-files") == OK
    for copy in settings.STATIC_ROOT.glob("hello.*.css"):
        copy.unlink()
    assert state("static-files") == WRONG


def test_languages(settings, tmp_path):
    folder = tmp_path / "es/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    settings.LOCALE_PATHS = [tmp_path]
    assert state("languages") == WRONG
    call_command("compile_catalogs", verbosity=0)
    assert state("languages") == OK
    os.utime(folder / "django.po", (time.time() + 60, time.time() + 60))
    assert state("languages") == WRONG


# -- The machine ------------------------------------------------------------------------------------
def test_writable(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert state("writable") == OK
    tmp_path.rmdir()
    assert state("writable") == WRONG


def test_disk(monkeypatch):
    monkeypatch.setattr(of_machine, "FREE_BYTES", 0)
    monkeypatch.setattr(of_machine, "FREE_SHARE", 0.0)
    assert state("disk") == OK
    monkeypatch.setattr(of_machine, "FREE_SHARE", 1.01)
    assert state("disk") == WRONG


def test_backups(settings, tmp_path):
    assert state("backups") == SKIPPED
    settings.BACKUPS = str(tmp_path / "none")
    assert state("backups") == WRONG
    settings.BACKUPS = str(tmp_path)
    assert state("backups") == WRONG
    (tmp_path / "iopfinder.dump").write_text("PGDMP")
    assert state("backups") == OK
    yesterday = time.time() - 30 * 3600
    os.utime(tmp_path / "iopfinder.dump", (yesterday, yesterday))
    assert state("backups") == WRONG
    (tmp_path / "iopfinder.dump.part").write_text("PGD")
    assert state("backups") == WRONG
    (tmp_path / "newer.dump").touch()
    assert state("backups") == WRONG


def test_nightly():
    assert state("nightly") == OK
    SavedAnswers.objects.create(locator="x", sealed=b"", gone_on=date.today() - timedelta(days=5))
    assert state("nightly") == WRONG
    call_command("forget_saved")
    assert state("nightly") == OK
    old = date.today() - timedelta(days=5)
    DoNotCall.objects.create(center=factories.CenterFactory(), digest="x", purge_on=old)
    found = looked(ALL["nightly"])
    assert found.state == WRONG
    assert "manage.py purge_visitors" in found.mend


def test_sessions():
    assert state("sessions") == OK
    ended = now() - timedelta(days=5)
    DeskSession.objects.bulk_create(
        DeskSession(session_key=str(number), expire_date=ended) for number in range(101)
    )
    assert state("sessions") == WARNING


@contextmanager
def proxy(status, **headers):
    """Something that stands where the site should be."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(
                    name.replace("_", "-"), value.format(path=self.path, host=self.headers["Host"])
                )
            self.end_headers()

        def log_message(self, *words):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (200, {}, "does not know that it is asked over HTTPS"),
        (301, {"Location": "http://{host}{path}"}, "for ever"),
        (302, {"Location": "/elsewhere/"}, "answers 302"),
        (400, {}, "does not take the name"),
        (502, {}, "answers 502"),
    ],
)
def test_what_stands_between_people_and_the_site_is_told_by_what_it_answers(settings, status, headers, says):
    settings.HTTPS = True
    with proxy(status, **headers) as settings.SITE_URL:
        found = looked(ALL["way-here"])
    assert found.state == WRONG
    assert says in found.said
    assert found.mend


def test_way_here(settings):
    settings.HTTPS = True
    with proxy(200, Strict_Transport_Security="max-age=1") as settings.SITE_URL:
        assert state("way-here") == OK
    assert state("way-here") == WRONG


# -- The command ------------------------------------------------------------------------------------
def test_a_check_that_breaks_is_a_finding_and_not_quoted():
    def breaks():
        raise ValueError("the password is opensesame")

    found = looked(breaks)
    assert found.state == WRONG
    assert "opensesame" not in f"{found}"


def test_it_prints_what_it_saw_and_how_to_mend_it(capsys, settings):
    settings.METRICS_TOKEN = "short"
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "metrics", "debug")
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert re.search(r"^WRONG  metrics  METRICS_TOKEN has 5 characters", said, re.MULTILINE)
    assert re.search(r"^ +→ Make one: ", said, re.MULTILINE)
    assert re.search(r"^ok     debug", said, re.MULTILINE)
    assert "2 looked at: 1 wrong, 0 to look at." in said


def test_it_ends_well_where_all_is_well(capsys):
    call_command("doctor", "debug", "database")
    assert "0 wrong" in capsys.readouterr().out


def test_the_way_through_the_proxy_is_tried_only_when_asked(monkeypatch, settings, capsys):
    settings.SITE_URL = "http://127.0.0.1:1"
    for words, tried in ((["--json"], False), (["--json", "--through"], True)):
        with pytest.raises(SystemExit):
            call_command("doctor", *words)
        assert ("way-here" in json.loads(capsys.readouterr().out)) == tried


def test_the_handbook_names_every_check():
    text = (Path(ROOT) / "docs/operations.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) >= set(ALL)
