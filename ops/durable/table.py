"""Tells what was found, as a table to paste, and whether all of it is well. Needs Django."""

import subprocess
import sys
from collections.abc import Sequence

from django.db import connection

from ops.durable import kept, whole
from ops.durable.faults import Faults
from ops.durable.ledger import Ledger
from ops.durable.postgres import Postgres
from ops.durable.site import Site

say = sys.stdout.write
SHOWN = 10


def told(ledger: Ledger, faults: Faults, *, server: Postgres, running: Site, seconds: float) -> int:
    """Print everything; 0 where nothing is lost, doubled, half done or strange, and the site answers."""
    answers = running.answers("/readyz", timeout=10)
    say(f"\n{'fault':<36}{'times':>6}{'median s':>10}{'longest s':>11}  until pages answer again\n")
    for name in sorted(faults.kinds):
        took = sorted(faults.seconds[name])
        middle, longest = (f"{took[len(took) // 2]:.2f}", f"{took[-1]:.2f}") if took else ("–", "–")
        say(f"{name:<36}{len(took):>6}{middle:>10}{longest:>11}\n")
    say(f"{'altogether':<36}{sum(map(len, faults.seconds.values())):>6}; ")
    say(
        f"gunicorn started {running.starts} times; the site answers by itself: {'yes' if answers else 'NO'}\n"
    )
    found = kept.look(ledger)
    say(f"\n{'acknowledged':<20}{'count':>8}{'sent again':>12}{'lost':>6}{'doubled':>9}\n")
    for kind, one in found.items():
        again = ledger.again[kind]
        say(f"{kind:<20}{one.acknowledged:>8}{again:>12}{len(one.lost):>6}{len(one.doubled):>9}\n")
    total = sum(one.acknowledged for one in found.values())
    lost = [line for one in found.values() for line in one.lost]
    doubled = [line for one in found.values() for line in one.doubled]
    say(f"{'altogether':<20}{total:>8}{ledger.again.total():>12}{len(lost):>6}{len(doubled):>9}\n")
    say("\nwhat is half done\n")
    half = whole.half_done() | {"the database's own files": _files(server)}
    for name, lines in half.items():
        say(f"{name:<44}{len(lines):>6}\n")
    wrong = [line for lines in half.values() for line in lines]
    for title, lines in (
        ("LOST", lost),
        ("DOUBLED", doubled),
        ("HALF", wrong),
        ("STRANGE", [*ledger.strange, *faults.wrong]),
    ):
        _list(title, lines)
    idle = [kind for kind, one in found.items() if not one.acknowledged]
    _list("NOTHING ACKNOWLEDGED", idle)
    _list("NEVER INJECTED", faults.missing)
    bad = bool(lost or doubled or wrong or ledger.strange or faults.wrong or idle or faults.missing)
    bad = bad or not answers
    say(f"\n{total} acknowledged: lost {len(lost)}, doubled {len(doubled)}, half done {len(wrong)}; ")
    say(f"{seconds:.0f} s in all. {'FAILED' if bad else 'All is well.'}\n")
    return int(bad)


def _list(title: str, lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        say(f"{title}: {line}\n")
    if len(lines) > SHOWN:
        say(f"{title}: and {len(lines) - SHOWN} more\n")


def _files(server: Postgres) -> list[str]:
    """What PostgreSQL's own examination of tables and indexes finds."""
    connection.close()
    if not (server.binaries / "pg_amcheck").exists():
        return []
    words = (
        "-h",
        str(server.place),
        "-U",
        "iopfinder",
        "-d",
        "postgres",
        "--install-missing",
        "--heapallindexed",
    )
    try:
        server.run("pg_amcheck", *words)
    except subprocess.CalledProcessError as error:
        return str(error.stdout).splitlines()[:SHOWN]
    return []
