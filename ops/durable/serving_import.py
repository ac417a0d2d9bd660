"""Run `ops/import_while_serving`: what an import of a whole directory does to those who read pages."""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from ops.durable import postgres, site
from ops.durable.lists import mapping_of
from ops.durable.postgres import ROOT, MissingError, Postgres
from ops.durable.readers import HEAD, Phase, Readers
from ops.durable.site import Site, manage

REAL = ROOT.parent / "shared" / "data" / "samhsa"
ROWS, FEW = 25_000, 3_000
TARGET = 2.0
say = sys.stdout.write


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="ops/import_while_serving")
    parser.add_argument("--quick", action="store_true", help=f"{FEW} centers, and short looks")
    parser.add_argument("--rows", type=int, help=f"centers of the list (usually {ROWS})")
    parser.add_argument("--workers", type=int, default=2, help="of gunicorn")
    parser.add_argument("--only", choices=["command", "browser"], help="one way of importing alone")
    asked = parser.parse_args(words)
    rows, calm = asked.rows or (FEW if asked.quick else ROWS), 8.0 if asked.quick else 20.0
    begun = time.monotonic()
    postgres.end_tidily()
    try:
        server = Postgres()
    except MissingError as error:
        sys.stderr.write(f"{error}\n")
        return postgres.UNAVAILABLE
    with tempfile.TemporaryDirectory(prefix="iopfinder-import-", dir="/tmp") as folder:
        try:
            server.create()
            environment = site.environment(server.url)
            _directory(environment, Path(folder), quick=asked.quick)
            running = Site(environment, Path(folder) / "site.log", workers=asked.workers)
            try:
                running.start()
                wrong = _measure(running, environment, Path(folder), rows, calm, asked.only)
            finally:
                running.stop()
        finally:
            server.remove()
    say(f"{time.monotonic() - begun:.0f} s in all. {'FAILED' if wrong else 'Nothing failed.'}\n")
    return int(bool(wrong))


def _directory(environment: dict[str, str], folder: Path, *, quick: bool) -> None:
    """A directory as large as the real one: the real one where it is at hand."""
    site.prepare(environment)
    workbooks = sorted(REAL.glob("*.xlsx"))
    if workbooks and not quick:
        manage(environment, "import_directory", "--edition", "2023", *map(str, workbooks))
    else:
        _import_by_command(environment, _list(folder, "standing", FEW if quick else 20_000, environment))
    os.environ.update(environment)
    import django

    django.setup()


def _list(folder: Path, name: str, rows: int, environment: dict[str, str]) -> tuple[Path, Path]:
    """A list of made-up centers all over the country, and its mapping."""
    places = manage(environment, "shell", "--verbosity", "0", "--command", PLACES).splitlines()
    chance = random.Random(name)
    lines = ["Name,Mark,Street,City,Zip,Phone"]
    for number in range(rows):
        code, city = chance.choice(places).split("\t")
        street = f"{number} {name} Street"
        lines.append(f"{name} house {number},{name},{street},{city},{code},602-555-{number % 10_000:04d}")
    table, mapping = folder / f"{name}.csv", folder / f"{name}.toml"
    table.write_text("\n".join(lines))
    mapping.write_text(mapping_of(name))
    return table, mapping


PLACES = """
from programs.models import ZipCode
for code, city in ZipCode.objects.filter(state="AZ").values_list("zip", "city"):
    print(code, city, sep="\\t")
"""


def _import_by_command(environment: dict[str, str], files: tuple[Path, Path]) -> None:
    table, mapping = files
    manage(environment, "import_directory", "--mapping", str(mapping), str(table))


def _measure(
    running: Site, environment: dict[str, str], folder: Path, rows: int, calm: float, only: str | None
) -> list[str]:
    from programs.models import ZipCode

    codes = list(ZipCode.objects.order_by("zip").values_list("zip", flat=True)[::173])
    paths = [f"/programs/?zip={code}&radius=50" for code in codes]
    readers, wrong = Readers(running.port, paths), list[str]()
    time.sleep(calm / 2)
    say(f"{len(paths)} searches, {running.command[running.command.index('--workers') + 1]} workers, ")
    say(f"{os.cpu_count()} cores, {rows} centers a list; load before {os.getloadavg()[0]:.1f}\n{HEAD}\n")
    try:
        for way in ("command", "browser") if only is None else (only,):
            files = _list(folder, f"by-{way}", rows, environment)
            sending = _Desk(running) if way == "browser" else _import_by_command
            before = _look(readers, f"before ({way})", calm)
            during = readers.begin(f"import ({way})")
            sending(environment, files)
            readers.end()
            after = _look(readers, f"after ({way})", calm)
            for phase in (before, during, after):
                say(f"{phase}\n")
                wrong += phase.failed
            ratio = during.percentile(0.95) / before.percentile(0.95)
            verdict = "met" if ratio <= TARGET else "NOT met"
            say(
                f"p95 during the import by {way}: {ratio:.2f} times before; at most {TARGET:.0f}: {verdict}\n"
            )
            there = _centers(f"by-{way}")
            if there != rows:
                wrong.append(f"{there} of {rows} centers")
    finally:
        readers.stop()
    for line in wrong[:10]:
        say(f"WRONG: {line}\n")
    return wrong


def _look(readers: Readers, name: str, seconds: float) -> Phase:
    phase = readers.begin(name)
    time.sleep(seconds)
    readers.end()
    return phase


def _centers(mark: str) -> int:
    from django.db import connection

    from programs.models import Center

    count: int = Center.objects.filter(name_detail=mark).count()
    connection.close()
    return count


class _Desk:
    """A platform admin at the desk, who sends a list and goes on with it until it is applied."""

    def __init__(self, running: Site) -> None:
        from django.db import connections

        from ops.durable.importers import BrowserImporter
        from ops.durable.ledger import Ledger
        from ops.durable.world import build

        self.ledger = Ledger()
        world = build(links_of=0, pairs=0, mappings=0)
        self.person = BrowserImporter(world, self.ledger, threading.Event(), running.port, "import 1", 0.0)
        connections.close_all()

    def __call__(self, environment: dict[str, str], files: tuple[Path, Path]) -> None:
        from programs.models import SavedMapping

        table, mapping = files
        saved = SavedMapping.objects.create(name=table.stem, document=mapping.read_text())
        if not self.person.load(saved.pk, table.name, table.read_bytes()):
            raise RuntimeError(f"the import in the browser did not end: {self.ledger.strange}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
