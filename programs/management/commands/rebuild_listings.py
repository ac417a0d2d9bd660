"""`manage.py rebuild_listings`: the rows the search reads, written anew."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from programs import listings
from programs.models import Center


class Command(BaseCommand):
    help = "Write every row that the search reads anew from centers, programs and statements."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            ids = list(Center.objects.order_by("id").values_list("id", flat=True))
            written = 0
            for start in range(0, len(ids), listings.CHUNK):
                written += listings.rebuild(ids[start : start + listings.CHUNK])
                self._progress(min(start + listings.CHUNK, len(ids)), len(ids))
        self.stdout.write(f"Listings: {written:,} programs of {len(ids):,} centers.")

    def _progress(self, done: int, total: int) -> None:
        """One line that overwrites itself, on a terminal only."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} centers", ending="\n" if done == total else "")
