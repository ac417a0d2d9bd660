"""`python -m bench` measures on the database of DATABASE_URL (a new SQLite file without one).

Figures go to build/bench/<database>.json; `python -m bench.report` makes docs/benchmarks.md of them.
The database must be empty: it is filled with the real directory where ../shared has it, or with the sample.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "bench"
FILES = sorted((ROOT.parent / "shared" / "data" / "samhsa").glob("national-directory-*-facilities-2023.xlsx"))


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
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _fill() -> dict[str, dict[str, float]]:
    """A database with a directory in it, and what importing took; nothing measured for the sample."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_places", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not FILES:
        call_command("load_sample", verbosity=0)
        return {}
    found = {"first": _alone("import"), "again": _alone("import")}
    return found | {"reading": _alone("reading"), "rows": _alone("rows")}


def measure() -> dict[str, object]:
    """Everything, on one database."""
    import django

    django.setup()
    from django.db import connection

    from programs.models import Center

    if "programs_center" in connection.introspection.table_names() and Center.objects.exists():
        sys.exit("The database has centers in it. The benchmark fills an empty one.")
    imports = _fill()
    from bench import assess, desk, queries, web

    pages = web.pages()
    steps, total = queries.steps()
    weights, centers = web.weights(), Center.objects.count()
    grown = desk.grow()  # last: what was measured before is about the directory as it is
    return {
        "database": connection.vendor,
        "version": ".".join(map(str, connection.get_database_version())),
        "centers": centers,
        "found": total,
        "imports": imports,
        "pages": {name: asdict(timing) for name, timing in pages.items()},
        "steps": {name: asdict(timing) for name, timing in steps.items()},
        "assess": assess.times(),
        "weights": weights,
        "desk": {"rows": grown, "pages": desk.times()},
    }


def main() -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        _prepare(folder)
        figures = measure()
    figures["seconds"] = time.monotonic() - began
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{figures['database']}.json"
    path.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: measured in {figures['seconds']:.0f} s")


if __name__ == "__main__":
    main()
