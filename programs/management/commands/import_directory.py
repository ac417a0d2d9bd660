"""Imports workbooks of the national directories."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from programs.importing.run import BusyError, NoPlacesError, run
from programs.importing.workbook import StructureError, Tick
from programs.management.outcome import add_arguments, check_refused, tell
from programs.models import Center


class Command(BaseCommand):
    help = (
        "Import workbooks of SAMHSA's national directories. All files are checked first: one that cannot be "
        "taken changes nothing. A row that cannot be taken is refused and written to a file with the reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an .xlsx workbook")
        add_arguments(parser)
        parser.add_argument(
            "--edition", type=int, metavar="YEAR", help="the edition, if the files' names do not tell it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refused_path: Path | None = options["refused"]
        check_refused(refused_path)
        progress = _Progress(self.stderr)
        try:
            result = run(
                options["files"],
                year=options["edition"],
                dry_run=options["dry_run"],
                watch=progress.watch,
                say=progress.say,
            )
        except (StructureError, NoPlacesError, BusyError) as error:
            raise CommandError(str(error)) from error
        finally:
            progress.close()
        tell(self, result, refused_path, as_json=options["json"])
        samples = 0 if options["dry_run"] else Center.objects.samples().count()
        if samples:
            self.stderr.write(
                f"{samples} invented sample centers are shown beside the real ones. "
                "`manage.py remove_sample` takes them out."
            )


class _Progress:
    """A bar a file, on a terminal only; lines that say why nothing moves, always."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._bar: tqdm[Any] | None = None

    def watch(self, file: str) -> Tick:
        self.close()
        # disable=None: tqdm finds out whether its stream is a terminal.
        self._bar = tqdm(desc=f"Reading {file}", unit=" rows", disable=None, leave=True)
        return self._bar.update

    def say(self, line: str) -> None:
        self.close()
        if self._stream.isatty() or "waiting" in line:
            self._stream.write(line)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
