"""An import as a process of its own: `python -m bench.imported (import|reading|rows) FILE…` prints JSON."""

import io
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django


def _import(files: list[Path]) -> None:
    """As an operator does it, and with the niceness of everything else here."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "import_directory", "--nice", "0", *map(str, files)])


def _reading(files: list[Path]) -> None:
    """The first reference: both files read and checked, nothing planned and nothing written."""
    from programs.importing.reading import read_files

    read_files(files)


def _rows(_: list[Path]) -> None:
    """The second reference: every flat row with its facts in masks, written by the fastest way there is."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM programs_listing")
        rows = cursor.fetchall()
        cursor.execute("CREATE TEMPORARY TABLE copied AS SELECT * FROM programs_listing WHERE program_id < 0")
        if connection.vendor == "postgresql":
            cursor.copy_expert("COPY copied FROM STDIN", io.StringIO("".join(map(_line, rows))))
        else:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO copied VALUES ({marks})", rows)


def _line(row: tuple[object, ...]) -> str:
    """A row as COPY reads it."""
    fields = (r"\N" if value is None else str(value).translate(_ESCAPES) for value in row)
    return "\t".join(fields) + "\n"


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_WORK: dict[str, Callable[[list[Path]], None]] = {"import": _import, "reading": _reading, "rows": _rows}


def _peak_megabytes() -> float | None:
    """What this process held at most. Not getrusage: that begins with what the parent held when it forked."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else None


def main() -> None:
    django.setup()
    work = _WORK[sys.argv[1]]
    began = time.perf_counter()
    work([Path(name) for name in sys.argv[2:]])
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "processor": time.process_time(), "megabytes": _peak_megabytes()}))


if __name__ == "__main__":
    main()
