"""Run `ops/rehearse-backup`: backups made while people write, restored, and held against what was there."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.durable import postgres, site
from ops.durable.postgres import ROOT, MissingError, Postgres
from ops.durable.site import Site, manage

BEFORE = "0010_first_copies"
"""The last migration of the release whose backup is restored by this one."""
PAGES = ("/", "/programs/?zip=85004", "/readyz")
say = sys.stdout.write


class DiffersError(Exception):
    """What was restored is not what was there."""


def ops(environment: Mapping[str, str], *words: str) -> str:
    """Run one of the operator's commands; what it printed. CalledProcessError."""
    done = subprocess.run(
        [f"ops/{words[0]}", *words[1:]],
        cwd=ROOT,
        env={**environment, "VENV": str(Path(sys.executable).parent.parent)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def digest(environment: Mapping[str, str], *words: str) -> Any:
    return json.loads(manage(environment, "database_digest", *words))


LEFT_OUT = ("programs_tries",)
"""Tables whose rows `ops/backup` leaves out."""


def alike(there: Any, here: Any, *, but: Sequence[str] = ()) -> int:
    """How many rows both hold, but for LEFT_OUT. DiffersError names the tables that differ."""
    names = sorted((there["tables"].keys() | here["tables"].keys()) - {*but, *LEFT_OUT})
    wrong = [name for name in names if there["tables"].get(name) != here["tables"].get(name)]
    if wrong:
        found = [f"{name}: {there['tables'].get(name)} and {here['tables'].get(name)}" for name in wrong]
        raise DiffersError("; ".join(found))
    return sum(there["tables"][name][0] for name in names)


def step(words: str, begun: float) -> None:
    say(f"{words:<88} {time.monotonic() - begun:5.1f} s\n")
    sys.stdout.flush()


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="ops/rehearse-backup")
    parser.add_argument("--only", choices=list(PARTS), help="one part alone")
    only = parser.parse_args(words).only
    postgres.end_tidily()
    try:
        server = Postgres()
    except MissingError as error:
        sys.stderr.write(f"{error}\n")
        return postgres.UNAVAILABLE
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="iopfinder-backups-", dir="/tmp") as folder:
        try:
            archive = server.place / "archive"
            server.settings |= {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"}
            _folder(server, archive)
            server.create()
            environment = site.environment(server.url, BACKUPS=f"{folder}/backups")
            for name, part in PARTS.items():
                if only in (None, name):
                    part(server, environment, Path(folder))
        except (DiffersError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"FAILED: {error}\n")
            return 1
        finally:
            server.remove()
    say(f"All that was backed up came back. {time.monotonic() - begun:.0f} s in all.\n")
    return 0


def _folder(server: Postgres, path: Path) -> None:
    subprocess.run([*server.owner, "mkdir", "-p", str(path)], check=True)


def _while_people_write(server: Postgres, environment: dict[str, str], folder: Path) -> None:
    """A dump of one moment, made under writes, comes back as that moment was, and the site serves from it."""
    begun = time.monotonic()
    site.prepare(environment, ROOT, "load_sample")
    os.environ.update(environment)
    import django

    django.setup()
    known, file, there = _backup_under_writes(environment, folder, begun)
    begun = time.monotonic()
    server.run("createdb", "-h", str(server.place), "-U", "iopfinder", "restored")
    restored = environment | {"DATABASE_URL": server.url_of("restored")}
    ops(restored, "restore", file)
    rows = alike(there, digest(restored))
    here = digest(restored)
    behind = [name for name, last in there["numbering"].items() if here["numbering"].get(name, -1) < last]
    if behind or here["migrations"] != there["migrations"]:
        raise DiffersError(f"numbering {behind} or migrations differ")
    step(f"ops/restore into an empty database: {len(here['tables'])} tables, {rows} rows, equal", begun)
    begun = time.monotonic()
    _serves(restored, folder, known)
    step("served from it; codes and what visitors wrote from before the backup open", begun)
    begun = time.monotonic()
    if subprocess.run(["ops/restore", file], cwd=ROOT, env=restored, capture_output=True).returncode != 3:
        raise DiffersError("ops/restore overwrote a database that holds something")
    say(ops(restored, "check-backup", file) + "\n")
    step("ops/restore refuses a database that holds rows; ops/check-backup on a server of its own", begun)


def _backup_under_writes(
    environment: Mapping[str, str], folder: Path, begun: float
) -> tuple[list[Any], str, Any]:
    """What was acknowledged before a dump that was made while six people wrote, the dump, and its digest."""
    running = Site(environment, folder / "site.log")
    running.start()
    try:
        ledger, over, people = _people(running)
        step("a directory, and six people who write to it", begun)
        begun = time.monotonic()
        while min(ledger.counts()[kind] for kind in ("report", "inquiry", "private code")) < 2:
            time.sleep(0.2)
            if time.monotonic() - begun > 90:
                raise DiffersError(f"people cannot write: {ledger.strange}")
        known = list(ledger.entries)
        file, there = _dump_of_a_moment(environment)
        after = len(ledger.entries)
        over.set()
        for one in people:
            one.join(60)
    finally:
        running.stop()
    written = len(ledger.entries) - len(known)
    step(f"ops/backup while they wrote: {len(known)} acts before, {written} during and after", begun)
    if after == len(known):
        raise DiffersError("nobody wrote while the backup was made")
    return known, file, there


def _dump_of_a_moment(environment: Mapping[str, str]) -> tuple[str, Any]:
    """A dump and the digest of one and the same snapshot."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        there = digest(environment, "--snapshot", snapshot)
        file = ops({**environment, "PG_SNAPSHOT": snapshot}, "backup")
    connection.close()
    return file, there


def _people(running: Site) -> tuple[Any, threading.Event, list[Any]]:
    from django.db import connections

    from ops.durable import clients
    from ops.durable.ledger import Ledger
    from ops.durable.world import build

    world, ledger, over = build(links_of=40, pairs=40, mappings=1), Ledger(), threading.Event()
    connections.close_all()
    kinds: list[type[clients.Client]] = [clients.Editor, clients.Reporter, clients.Asker, clients.Saver]
    kinds += [clients.Confirmer, clients.Merger]
    people = [kind(world, ledger, over, running.port, f"{kind.kind} 1", 0.0) for kind in kinds]
    for one in people:
        one.start()
    return ledger, over, people


def _serves(environment: dict[str, str], folder: Path, known: Sequence[Any]) -> None:
    """The site answers from this database, and opens by code what was written before."""
    import random

    from django.urls import reverse

    from ops.durable.browser import Browser

    running = Site(environment, folder / "restored.log")
    try:
        running.start()
        for page in PAGES:
            if not running.answers(page, timeout=20):
                raise DiffersError(f"{page} does not answer")
        browser = Browser(running.port, random.Random(2))
        opened = {"private code": "assessment:come_back"}
        opened |= dict.fromkeys(("report", "inquiry"), "programs:by_code")
        seen = dict.fromkeys(opened, 0)
        for entry in known:
            if entry.kind not in opened or seen[entry.kind] == 5:
                continue
            seen[entry.kind] += 1
            browser.network()
            path = reverse(opened[entry.kind])
            token = browser.get(path).token
            answer = browser.post(path, {"code": entry.told["code"], "csrfmiddlewaretoken": token})
            if answer.status != (303 if entry.kind == "private code" else 200) or "errornote" in answer.text:
                raise DiffersError(f"{entry.kind} {entry.mark} does not open: {answer.status}")
            if (
                entry.kind != "private code"
                and reverse("programs:by_code") in answer.text.split("<main")[1][:200]
            ):
                raise DiffersError(f"{entry.kind} {entry.mark} is not known")
        say(f"  opened by code: {seen}\n")
    finally:
        running.stop()


def _older_release(server: Postgres, environment: dict[str, str], folder: Path) -> None:
    """A backup of the release before is restored by this one, which brings it to its own schema."""
    begun = time.monotonic()
    server.run("createdb", "-h", str(server.place), "-U", "iopfinder", "older")
    server.run("createdb", "-h", str(server.place), "-U", "iopfinder", "newer")
    older = environment | {"DATABASE_URL": server.url_of("older")}
    newer = environment | {
        "DATABASE_URL": server.url_of("newer"),
        "BACKUPS": f"{environment['BACKUPS']}-older",
    }
    site.prepare(older, ROOT, "load_sample", f"migrate --no-input --verbosity 0 programs {BEFORE}")
    there = digest(older)
    file = ops(older | {"BACKUPS": newer["BACKUPS"]}, "backup")
    ops(newer, "restore", file)
    here = digest(newer)
    new = sorted(set(here["migrations"]) - set(there["migrations"]))
    came = set(here["tables"]) - set(there["tables"])
    rows = alike(there, here, but=["django_migrations", "django_content_type", "auth_permission", *came])
    step(f"a backup from before {', '.join(new)}: {rows} rows as they were, and migrated", begun)
    if not new:
        raise DiffersError("the older release was not older")


def _point_in_time(server: Postgres, environment: dict[str, str], folder: Path) -> None:
    """A base backup and the archived log lead back to the moment before a mistake."""
    begun = time.monotonic()
    if not int(_sql(server, "SELECT count(*) FROM pg_tables WHERE tablename = 'programs_center'")):
        site.prepare(environment, ROOT, "load_sample")
    base = server.place / "base"
    words = ("-h", str(server.place), "-U", "iopfinder", "--checkpoint", "fast", "--pgdata", str(base))
    server.run("pg_basebackup", *words)
    _sql(server, "UPDATE programs_center SET name = 'After the base backup' WHERE id = 1")
    there = digest(environment)
    _sql(server, "SELECT pg_create_restore_point('before the mistake')")
    _sql(server, "DELETE FROM programs_listing")
    _sql(server, "SELECT pg_switch_wal()")
    server.stop("fast")
    server.data = base
    with (base / "postgresql.auto.conf").open("a") as file:
        file.write(f"restore_command = 'cp {server.place}/archive/%f %p'\n")
        file.write("recovery_target_name = 'before the mistake'\nrecovery_target_action = 'promote'\n")
    _touch(server, base / "recovery.signal")
    server.start()
    until = time.monotonic() + 60
    while _sql(server, "SELECT pg_is_in_recovery()") == "t" and time.monotonic() < until:
        time.sleep(0.1)
    rows = alike(there, digest(environment))
    step(f"pg_basebackup and the archive: {rows} rows as before the mistake", begun)


def _touch(server: Postgres, path: Path) -> None:
    subprocess.run([*server.owner, "touch", str(path)], check=True)


def _sql(server: Postgres, words: str) -> str:
    return server.run(
        "psql", "-h", str(server.place), "-U", "iopfinder", "-d", "postgres", "-Atc", words
    ).strip()


def _sqlite(server: Postgres, environment: dict[str, str], folder: Path) -> None:
    """The same on SQLite: rows that are written meanwhile are in the copy whole or not at all."""
    begun = time.monotonic()
    there = environment | {"DATABASE_URL": f"sqlite:///{folder}/there.sqlite3", "BACKUPS": f"{folder}/sqlite"}
    here = there | {"DATABASE_URL": f"sqlite:///{folder}/here.sqlite3"}
    site.prepare(there, ROOT, "load_sample")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], cwd=ROOT, env=there, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    before = int(writer.stdout.readline())
    file = ops(there, "backup")
    writer.terminate()
    writer.wait(20)
    ops(here, "restore", file)
    pairs = json.loads(manage(here, "shell", "--verbosity", "0", "--command", PAIRS))
    if pairs["whole"] is not True or pairs["count"] < before:
        raise DiffersError(f"SQLite: {pairs}, {before} before")
    quiet = ops(there, "backup")
    ops(here, "restore", quiet, "--replace")
    rows = alike(digest(there), digest(here))
    say(ops(here, "check-backup", quiet) + "\n")
    step(f"SQLite: VACUUM INTO under writes ({pairs['count']} whole pairs), and {rows} rows equal", begun)


WRITER = """
import django
django.setup()
from django.db import transaction
from programs.models import Organization
for number in range(10_000):
    with transaction.atomic():
        Organization.objects.create(name=f"pair {number} first", state="AZ")
        Organization.objects.create(name=f"pair {number} second", state="AZ")
    if number == 20:
        print(number, flush=True)
"""
PAIRS = """
import json
from programs.models import Organization
rows = Organization.objects.filter(name__startswith="pair ")
names = [name.split() for name in rows.values_list("name", flat=True)]
first, second = ({words[1] for words in names if words[2] == side} for side in ("first", "second"))
print(json.dumps({"whole": first == second, "count": len(first)}))
"""

PARTS = {
    "writing": _while_people_write,
    "older": _older_release,
    "moment": _point_in_time,
    "sqlite": _sqlite,
}
"""What is rehearsed, in order."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
