"""Run `ops/durability`: acknowledged writes under kills, then a look at everything."""

import argparse
import faulthandler
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.durable import postgres, site
from ops.durable.postgres import MissingError, Postgres
from ops.durable.site import Site

QUICK, LONG = 35.0, 300.0
"""Seconds of faults; more where not every kind has come by then."""
ROUND = 240.0
"""Seconds after which no kind of fault is waited for any more."""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
say = sys.stdout.write


@dataclass(frozen=True)
class Plan:
    seconds: float
    seed: int
    loses: float
    every: tuple[float, float]


def read_plan(words: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="ops/durability", description="Nothing acknowledged is lost?")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:.0f} seconds of faults")
    parser.add_argument("--seconds", type=float, help=f"how long faults go on (usually {LONG:.0f})")
    parser.add_argument("--seed", type=int, default=1, help="decides what is done and killed when")
    parser.add_argument("--loses", type=float, default=0.1, help="share of answers lost on their way")
    asked = parser.parse_args(words)
    seconds = asked.seconds or (QUICK if asked.quick else LONG)
    return Plan(seconds, asked.seed, asked.loses, (1.0, 3.0) if seconds < 60 else (3.0, 9.0))


def main(words: Sequence[str]) -> int:
    plan = read_plan(words)
    postgres.end_tidily()
    faulthandler.register(signal.SIGUSR1)
    begun = time.monotonic()
    try:
        server = Postgres(**DURABLE, log_min_error_statement="panic")
    except MissingError as error:
        sys.stderr.write(f"{error}\n")
        return postgres.UNAVAILABLE
    with tempfile.TemporaryDirectory(prefix="iopfinder-durable-") as folder:
        log = Path(folder) / "site.log"
        try:
            return _rehearse(plan, server, log, begun)
        finally:
            server.remove()


def _rehearse(plan: Plan, server: Postgres, log: Path, begun: float) -> int:
    server.create()
    environment = site.environment(server.url)
    site.prepare(environment)
    os.environ.update(environment)
    import django

    django.setup()
    from ops.durable.table import told

    switches = {name: server.setting(name) for name in DURABLE}
    say(f"PostgreSQL {server.setting('server_version')}, {switches}; seed {plan.seed}\n")
    running = Site(environment, log)
    say(f"gunicorn {' '.join(running.command[1:])}\n")
    try:
        running.start()
        found = _trouble(plan, server, running, environment)
        return told(*found, server=server, running=running, seconds=time.monotonic() - begun)
    finally:
        running.stop()


def _trouble(plan: Plan, server: Postgres, running: Site, environment: dict[str, str]) -> tuple[Any, Any]:
    """Clients at work while things are killed; then everybody brings to its end what was begun."""
    from django.db import connections

    from ops.durable import clients, importers
    from ops.durable.faults import Faults
    from ops.durable.ledger import Ledger
    from ops.durable.world import build

    # Enough for everybody to have something to do until the end.
    many = max(150, int(plan.seconds))
    world = build(links_of=many, pairs=many, mappings=many, calls=many)
    ledger, over = Ledger(), threading.Event()
    connections.close_all()
    importers.CommandImporter.environment = environment
    kinds: list[type[clients.Client]] = [clients.Editor, clients.Adder, clients.Caller, clients.Reporter]
    kinds += [clients.Asker, clients.Confirmer, clients.Saver, clients.Merger]
    kinds += [importers.BrowserImporter, importers.CommandImporter]
    people = [
        kind(world, ledger, over, running.port, f"{kind.kind} {plan.seed}", plan.loses) for kind in kinds
    ]
    command = next(one for one in people if isinstance(one, importers.CommandImporter))
    calm = threading.Event()
    faults = Faults(server, running, command, calm, plan.seed, plan.every)
    for thread in (*people, faults):
        thread.start()
    time.sleep(plan.seconds)
    calm.set()
    faults.join(ROUND)
    over.set()
    if faults.is_alive():
        faults.wrong.append(f"no end of faults within {ROUND:.0f} s")
    for one in people:
        one.join(clients.GIVE_UP)
        if one.is_alive():
            ledger.is_strange(f"{one.name} did not come to an end")
    return ledger, faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
