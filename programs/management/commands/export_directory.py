"""``manage.py export_directory FILE``: the whole directory as CSV, GeoJSON or XLSX, by the name's ending."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import override
from tqdm import tqdm

from programs.api import bulk
from programs.api.rows import rows
from programs.models import Listing


class Command(BaseCommand):
    help = "Write every listed program to a file, .csv, .geojson or .xlsx: whole or not at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--site", default="", help="The site's address, for links: https://example.org")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        kinds = {".csv": self._csv, ".geojson": self._geojson, ".xlsx": self._xlsx}
        if path.suffix not in kinds:
            raise CommandError(f"{path}: the name must end in .csv, .geojson or .xlsx")
        part = path.with_name(f"{path.name}.part")
        site, at = options["site"].rstrip("/"), now()
        total = Listing.objects.count()
        with override("en"):
            found = tqdm(rows(lambda there: f"{site}{there}", at=at), total=total, disable=None)
            try:
                kinds[path.suffix](found, part, at)
                part.replace(path)
            except OSError as error:
                raise CommandError(f"{path}: cannot be written ({error.strerror})") from error
            finally:
                part.unlink(missing_ok=True)
        self.stdout.write(f"{total:,} programs written to {path}")

    def _csv(self, found: Any, part: Path, at: Any) -> None:
        with part.open("w", encoding="utf-8", newline="") as out:
            out.writelines(bulk.csv_lines(found))

    def _geojson(self, found: Any, part: Path, at: Any) -> None:
        with part.open("w", encoding="utf-8") as out:
            out.writelines(bulk.geojson(found, at=at))

    def _xlsx(self, found: Any, part: Path, at: Any) -> None:
        with part.open("wb") as out:
            bulk.xlsx(found, out, at=at)
