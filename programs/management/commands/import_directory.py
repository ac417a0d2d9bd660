"""Imports workbooks of the national directories."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from programs.importing.load import state_boxes
from programs.importing.mapped import read_mapped
from programs.importing.mapping import read_mapping
from programs.importing.run import BusyError, NoPlacesError, Result, require_places, run, take
from programs.importing.workbook import StructureError, Tick
from programs.management.outcome import add_arguments, check_refused, keep_all, step_back, tell
from programs.models import Center


class Command(BaseCommand):
    help = (
        "Import workbooks of SAMHSA's national directories, or, with a mapping, any other list. All files "
        "are checked first: one that cannot be taken changes nothing. "
        "A row that cannot be taken is refused and written to a file with the reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a workbook or a CSV")
        add_arguments(parser)
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="TOML",
            help="what the columns of another list mean: docs/importing.md",
        )
        parser.add_argument(
            "--edition", type=int, metavar="YEAR", help="the edition, if the files' names do not tell it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        step_back(self, options["nice"])
        keep_all(self)
        refused_path: Path | None = options["refused"]
        check_refused(refused_path)
        progress = _Progress(self.stderr)
        try:
            result = _imported(options, progress)
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


def _imported(options: dict[str, Any], progress: "_Progress") -> Result:
    dry_run: bool = options["dry_run"]
    if options["mapping"] is None:
        return run(
            options["files"],
            year=options["edition"],
            dry_run=dry_run,
            watch=progress.watch,
            say=progress.say,
        )
    if options["edition"] is not None:
        raise CommandError("--edition: the mapping says the date of the list")
    mapping = read_mapping(options["mapping"])
    require_places()
    editions = read_mapped(options["files"], mapping, boxes=state_boxes(), watch=progress.watch)
    return take(editions, dry_run=dry_run, say=progress.say)


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
