"""`python -m bench [SIZE…]` measures on the database of DATABASE_URL (a new SQLite file without one).

Sizes: 21k (the directory as it is), 210k and 1050k (with copies of its centers, PostgreSQL only).
Figures go to build/bench/<database>-<size>.json; `python -m bench.report` makes docs/benchmarks.md of them.
The database must be empty: it is filled with the real directory where ../shared has it, or with the sample.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "bench"
FILES = sorted((ROOT.parent / "shared" / "data" / "samhsa").glob("national-directory-*-facilities-2023.xlsx"))

SIZES = {"21k": 0, "210k": 210_000, "1050k": 1_050_000}
"""How many centers a directory of each size has; 0: as many as were imported."""
UNSERVED = {"desk_search"}
"""Asked by staff now and then, too slow in a large directory for a queue of eight."""


def _prepare(folder: str) -> None:
    """The environment of a production server, with nothing of the caller's but the database."""
    os.environ |= {
        "BENCH_STATIC_ROOT": f"{folder}/static",
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": "only-for-this-run-" * 4,
        "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")


def _alone(what: str) -> dict[str, float]:
    """One part of the import as a process of its own."""
    command = [sys.executable, "-m", "bench.imported", what, *map(str, FILES)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _fill(*, is_measured: bool) -> dict[str, dict[str, float]]:
    """A database with a directory in it, and what importing took; nothing measured for the sample."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_places", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not FILES:
        call_command("load_sample", verbosity=0)
        return {}
    found = {"first": _alone("import")}
    if not is_measured:
        return {}
    found["again"] = _alone("import")
    return found | {"reading": _alone("reading"), "rows": _alone("rows")}


def measure(sizes: Sequence[str]) -> None:
    """Everything, on one database, at each size; figures are written down as soon as a size is done."""
    import django

    django.setup()
    from django.db import connection

    from programs.models import Center

    if "programs_center" in connection.introspection.table_names() and Center.objects.exists():
        sys.exit("The database has centers in it. The benchmark fills an empty one.")
    began, busy = time.monotonic(), os.getloadavg()[0]
    imports = _fill(is_measured="21k" in sizes)
    for size in sizes:
        figures = _at(size) | ({"imports": imports} if size == "21k" else {})
        _write(figures | {"size": size, "busy": busy, "seconds": time.monotonic() - began})
        began = time.monotonic()


def _at(size: str) -> dict[str, Any]:
    """Pages, steps, load and memory at one size; the desk and the recommendation at the first alone."""
    from django.db import connection

    from bench import assess, desk, plain, queries, replicas, served, visits, web
    from programs.models import Center

    began = time.monotonic()
    if SIZES[size]:
        replicas.grow(SIZES[size])
    grown = time.monotonic()
    facts = plain.fill()
    replicas.tidy()
    filled = time.monotonic()
    asked = visits.visits(desk.signed_in())
    steps = queries.steps(visits.zips())
    first = size == "21k"
    return {
        "database": connection.vendor,
        "version": ".".join(map(str, connection.get_database_version())),
        "centers": Center.objects.count(),
        "seconds_to": {"grow": grown - began, "fill": filled - grown},
        "facts": facts,
        "pages": {name: asdict(timing) for name, timing in web.pages(asked).items()},
        "queries": web.queries(asked),
        "steps": {name: asdict(timing) for name, timing in steps.timings.items()},
        "found": steps.found,
        "load": asdict(served.load({name: one for name, one in asked.items() if name not in UNSERVED})),
        **({"assess": assess.times(), "weights": web.weights(), "desk": desk.measured()} if first else {}),
    }


def _write(figures: dict[str, Any]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{figures['database']}-{figures['size']}.json"
    path.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: measured in {figures['seconds']:.0f} s", flush=True)


def main() -> None:
    sizes = sys.argv[1:] or ["21k"]
    if unknown := set(sizes) - set(SIZES):
        sys.exit(f"No such size: {', '.join(sorted(unknown))}. There are {', '.join(SIZES)}.")
    if not FILES and sizes != ["21k"]:
        print(
            "The real workbooks are not there: the sample is measured as it is, without copies.", flush=True
        )
        sizes = ["21k"]
    with tempfile.TemporaryDirectory() as folder:
        _prepare(folder)
        if "sqlite" in os.environ["DATABASE_URL"] and sizes != ["21k"]:
            sys.exit("SQLite is measured at 21k alone.")
        measure(sizes)


if __name__ == "__main__":
    main()
