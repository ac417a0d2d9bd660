"""`manage.py find_duplicates`: pairs of centers that may be one, for coordinators to look at."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from programs.duplicates.finding import Found, regions, search


class Command(BaseCommand):
    help = (
        "Look for centers that may be one, and keep the list of pairs that wait for somebody. "
        "Decisions stay. It may be stopped at any time and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="start", default="", metavar="ZIP", help="go on from these first digits of a ZIP"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        total = Found()
        # disable=None: tqdm finds out whether its stream is a terminal.
        bar = tqdm(regions(options["start"]), unit=" regions", disable=None)
        for region in bar:
            try:
                total.add(search(region))
            except KeyboardInterrupt:
                self.stderr.write(f"Stopped. Go on with --from {region}")
                raise
        self.stdout.write(
            f"Possible duplicates: {total.open:,} to look at ({total.new:,} new, {total.asked_again:,} asked "
            f"again, {total.gone:,} gone), from {total.compared:,} comparisons."
        )
