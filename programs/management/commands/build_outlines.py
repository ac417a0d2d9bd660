"""`manage.py build_outlines`: makes the shipped outlines anew. Needed for newer borders only."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programs.outlines import build, shapefile, table

COUNTIES = "cb_*_us_county_500k"
"""What the Census calls its boundary file of counties, with the year in the middle."""


class Command(BaseCommand):
    help = (
        "Make programs/data/outlines.zip from a ZIP or wheel that holds the Census boundary file of counties "
        "(cb_<year>_us_county_500k.shp and .dbf), such as the Python package plotly-geo."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the ZIP or wheel")
        parser.add_argument("--to", type=Path, default=table.FILE, help="another file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with ZipFile(options["source"]) as file:
                shapes, rows = (_member(file, suffix) for suffix in (".shp", ".dbf"))
            made = build.build(shapefile.counties(shapes, rows))
        except (OSError, BadZipFile, shapefile.ShapeError) as error:
            raise CommandError(f"{options['source']}: {error}") from error
        options["to"].write_bytes(made)
        self.stdout.write(f"Outlines: {len(made):,} bytes in {options['to']}.")


def _member(file: ZipFile, suffix: str) -> bytes:
    names = [name for name in file.namelist() if Path(name).match(COUNTIES + suffix)]
    if len(names) != 1:
        raise CommandError(f"{len(names)} files {COUNTIES}{suffix} where one is expected")
    return file.read(names[0])
