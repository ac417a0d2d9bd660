"""Run `ops/upgrade`: the release before serves on its own schema, then on ours, and nobody notices."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ops.durable import postgres, site
from ops.durable.postgres import ROOT, MissingError, Postgres
from ops.durable.readers import HEAD, Readers
from ops.durable.site import Site, free_port, manage

PAGES = ("/", "/programs/?zip=85004&radius=50", "/guide/levels/")
MIGRATIONS = ("programs/migrations", "assessment/migrations")
say = sys.stdout.write


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="ops/upgrade")
    parser.add_argument("revision", nargs="?", help="the release before: a commit or a tag")
    parser.add_argument("--quick", action="store_true", help="short looks")
    asked = parser.parse_args(words)
    begun = time.monotonic()
    postgres.end_tidily()
    try:
        server = Postgres()
    except MissingError as error:
        sys.stderr.write(f"{error}\n")
        return postgres.UNAVAILABLE
    with tempfile.TemporaryDirectory(prefix="iopfinder-upgrade-", dir="/tmp") as folder:
        old = Path(folder) / "old"
        revision = asked.revision or before_the_last_migration()
        _git("clone", "--quiet", "--shared", "--no-checkout", ".", str(old))
        _git("-C", str(old), "checkout", "--quiet", revision)
        say(f"from {_git('log', '-1', '--format=%h %s', revision)}\n")
        try:
            server.create()
            wrong = _upgrade(server, old, Path(folder), 4.0 if asked.quick else 15.0)
        finally:
            server.remove()
    verdict = "FAILED" if wrong else "Nobody noticed."
    say(f"{len(wrong)} errors; {time.monotonic() - begun:.0f} s in all. {verdict}\n")
    for line in wrong[:20]:
        say(f"WRONG: {line}\n")
    return int(bool(wrong))


def before_the_last_migration() -> str:
    """The commit before the one that brought the newest migration."""
    last = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", *MIGRATIONS)
    return _git("rev-parse", f"{last}^")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _upgrade(server: Postgres, old: Path, folder: Path, look: float) -> list[str]:
    environment = site.environment(server.url)
    site.prepare(environment, old, "load_sample")
    port, wrong = free_port(), list[str]()
    running = Site(environment, folder / "old.log", root=old, port=port)
    running.start()
    readers = Readers(port, PAGES)
    people = _People(environment, port, old)
    say(f"{HEAD}{'written':>9}\n")
    try:
        before = readers.begin("old code, old schema")
        time.sleep(look)
        _tell(readers, before, people, wrong)
        during = readers.begin("old code, migrating")
        pending = manage(environment, "showmigrations", "--plan").count("[ ]")
        manage(environment, "migrate", "--no-input", "--verbosity", "0")
        _tell(readers, during, people, wrong)
        after = readers.begin("old code, new schema")
        time.sleep(look)
        _tell(readers, after, people, wrong)
        manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
        running.stop()
        running = Site(environment, folder / "new.log", port=port)
        gap = time.monotonic()
        running.start()
        say(f"changed over: {time.monotonic() - gap:.1f} s until the new code answered\n")
        new = readers.begin("new code, new schema")
        people.lost()  # Between two releases one process ends and another begins.
        time.sleep(look)
        _tell(readers, new, people, wrong)
    finally:
        people.stop()
        readers.stop()
        running.stop()
    wrong += people.ledger.strange
    say(f"{pending} migrations ran under load\n")
    if not pending:
        wrong.append("no migration ran: name an older revision")
    return wrong


def _tell(readers: Readers, phase: Any, people: "_People", wrong: list[str]) -> None:
    readers.end()
    written = len(people.ledger.entries) - people.told
    people.told += written
    say(f"{phase}{written:>9}\n")
    wrong += phase.failed
    lost = people.lost()
    wrong += [f"{phase.name}: {lost} forms brought no answer"] if lost else []


class _People:
    """Visitors who send forms, and coordinators at work, whatever code serves."""

    def __init__(self, environment: dict[str, str], port: int, old: Path) -> None:
        # By the code that serves: its tables are those of its release.
        found = json.loads(manage(environment, "shell", "--verbosity", "0", "--command", WORLD, root=old))
        os.environ.update(environment)
        import django

        django.setup()
        from ops.durable import clients
        from ops.durable.ledger import Ledger
        from ops.durable.world import Account, World

        accounts = {name: Account(name, bytes.fromhex(key)) for name, key in found["accounts"].items()}
        world = World(
            edited=found["edited"], called=found["called"], visited=found["visited"], accounts=accounts
        )
        self.ledger, self.told, self.again = Ledger(), 0, 0
        self._over = threading.Event()
        kinds: list[type[clients.Client]] = [clients.Editor, clients.Caller, clients.Reporter, clients.Saver]
        self._threads = [kind(world, self.ledger, self._over, port, f"{kind.kind} 1", 0.0) for kind in kinds]
        for one in self._threads:
            one.start()

    def lost(self) -> int:
        """Forms that brought no answer since it was last asked."""
        now = self.ledger.again.total()
        lost, self.again = now - self.again, now
        return lost

    def stop(self) -> None:
        self._over.set()
        for one in self._threads:
            one.join(60)


WORLD = """
import json
from programs.models import AuthenticatorApp, Center
from tests.programs.accounts import account
names = ("editor", "caller")
users = {name: account("admin", name=name) for name in names}
keys = {name: bytes(AuthenticatorApp.objects.get(user=user).key()).hex() for name, user in users.items()}
centers = list(Center.objects.filter(status="published").order_by("id"))
print(json.dumps({
    "accounts": keys,
    "edited": [one.pk for one in centers[:5]],
    "called": [one.pk for one in centers[5:35]],
    "visited": [one.get_absolute_url() for one in centers[35:40]],
}))
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
