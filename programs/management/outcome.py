"""Says what an import did, for the commands that import: the same words, files and JSON for every source."""

import gc
import json
import os
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programs.duplicates.finding import search_around
from programs.importing import report
from programs.importing.run import Result

NICE = 10
"""How far an import steps back behind those who serve pages on the same machine."""


def add_arguments(parser: CommandParser) -> None:
    """Options that every import has."""
    parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument(
        "--refused", type=Path, metavar="CSV", help="where refused rows go (default: here, by date)"
    )
    parser.add_argument(
        "--nice",
        type=int,
        default=NICE,
        help=f"how far to step back behind the site, 0 to 19 (usually {NICE})",
    )


def step_back(command: BaseCommand, nice: int) -> None:
    """Let the site's processes go first on the machine. A process that calls the command is left as it is."""
    if _is_alone(command) and nice > 0:
        os.nice(min(nice, 19))


def keep_all(command: BaseCommand) -> None:
    """Look for no garbage in a process that ends with the command: that took a tenth of an import's time."""
    if _is_alone(command):
        gc.disable()


def _is_alone(command: BaseCommand) -> bool:
    return bool(getattr(command, "_called_from_command_line", False))


def check_refused(path: Path | None) -> None:
    """CommandError where refused rows could not be written in the end."""
    if path and not path.parent.is_dir():
        raise CommandError(f"--refused: no such folder: {path.parent}")


def tell(command: BaseCommand, result: Result, refused_path: Path | None, *, as_json: bool) -> None:
    """Warnings and the way to the refused rows on stderr, the outcome on stdout."""
    for warning in result.plan.warnings:
        command.stderr.write(f"warning: {warning}")
    if result.refused:
        path = refused_path or Path(f"refused-{datetime.now():%Y%m%d-%H%M%S}.csv")
        try:
            report.write_refused(path, result.refused)
        except OSError as error:
            raise CommandError(f"{path}: refused rows could not be written ({error.strerror})") from error
        command.stderr.write(f"{len(result.refused):,} refused rows, with reasons: {path}")
    if as_json:
        command.stdout.write(json.dumps(report.as_dict(result)))
    else:
        for line in report.lines(result):
            command.stdout.write(line)
    if result.import_id is not None:
        _look_for_duplicates(command, result)


def _look_for_duplicates(command: BaseCommand, result: Result) -> None:
    """What an import brought may be there already, under another name."""
    found = search_around(result.plan.touched)
    if found.new or found.asked_again:
        command.stderr.write(f"{found.new + found.asked_again:,} new possible duplicates to look at")
