"""`manage.py load_places`: ZIP codes and cities with their middles."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programs import gazetteer

SHOWN = 10
"""Refused rows that are named one by one; a file that is all wrong would fill the screen."""


class Command(BaseCommand):
    help = "Load the ZIP codes and cities that come with the site. May run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="write every row anew")
        parser.add_argument("--file", type=Path, default=gazetteer.FILE, help="another file of that format")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = gazetteer.load(options["file"], force=options["force"])
        except gazetteer.GazetteerError as error:
            raise CommandError(str(error)) from error
        if loaded.changed:
            for line in loaded.refused[:SHOWN]:
                self.stderr.write(f"Refused: {line}")
            if len(loaded.refused) > SHOWN:
                self.stderr.write(f"Refused: {len(loaded.refused) - SHOWN} more rows")
        changed = f"{loaded.changed:,} rows written" if loaded.changed else "unchanged"
        self.stdout.write(f"Places: {loaded.zips:,} ZIP codes, {loaded.cities:,} cities ({changed}).")
