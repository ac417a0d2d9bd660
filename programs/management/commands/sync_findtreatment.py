"""Brings the directory up to date from the national locator's API."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programs.importing.crawl import ChangedError, Crawl
from programs.importing.fetching import Clock, Fetcher, FetchError
from programs.importing.findtreatment import read_pages
from programs.importing.load import state_boxes
from programs.importing.reading import Edition
from programs.importing.run import BusyError, NoPlacesError, require_places, take
from programs.importing.workbook import StructureError
from programs.management.outcome import add_arguments, check_refused, step_back, tell

PAGE_SIZE = 1000
MAX_PAGE_SIZE = 2000
"""What the locator's guide allows."""


class Command(BaseCommand):
    help = (
        "Read FindTreatment.gov page by page, then import it like a workbook: all of it or nothing. Stopped "
        "in the middle, it goes on with the next page when it is run again."
    )
    clock = Clock()

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.add_argument(
            "--stage", type=Path, default=Path("findtreatment-pages"), metavar="FOLDER",
            help="where pages wait until all are there (default: findtreatment-pages, here)",
        )  # fmt: skip
        parser.add_argument(
            "--page-size",
            type=int,
            default=PAGE_SIZE,
            metavar="N",
            help=f"rows a page, up to {MAX_PAGE_SIZE}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        step_back(self, options["nice"])
        check_refused(options["refused"])
        if not 1 <= options["page_size"] <= MAX_PAGE_SIZE:
            raise CommandError(f"--page-size: not between 1 and {MAX_PAGE_SIZE}")
        crawl = Crawl(options["stage"], _address(), options["page_size"], self.clock)
        try:
            require_places()
            crawl.collect(Fetcher(_agent(), clock=self.clock), self.stderr.write)
            result = take(_editions(crawl), dry_run=options["dry_run"], say=self._say)
        except ChangedError as error:
            raise CommandError(f"{error}. Nothing was imported. Run it again: it begins anew.") from error
        except FetchError as error:
            raise CommandError(
                f"{error}. Nothing was imported. Run it again: it goes on where it stopped."
            ) from error
        except (StructureError, NoPlacesError, BusyError) as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        except OSError as error:
            raise CommandError(f"{error.filename or options['stage']}: {error.strerror or error}") from error
        tell(self, result, options["refused"], as_json=options["json"])
        if not options["dry_run"]:
            crawl.clear()

    def _say(self, line: str) -> None:
        if "waiting" in line:
            self.stderr.write(line)


def _editions(crawl: Crawl) -> list[Edition]:
    """What the pages say. Pages of a format that we do not know are not kept for another try."""
    try:
        return read_pages(
            crawl.pages, year=timezone.localdate().year, boxes=state_boxes(), digest=crawl.digest
        )
    except StructureError:
        crawl.clear()
        raise


def _address() -> str:
    """The setting, if it is an address that can be asked."""
    address = str(settings.FINDTREATMENT_URL)
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise CommandError(f"FINDTREATMENT_URL is no address of an API: {address}")
    return address


def _agent() -> str:
    """The site's name, and where its people can be reached; a header is plain ASCII."""
    reach = settings.SITE_CONTACT or next((f"https://{host}" for host in settings.ALLOWED_HOSTS), "")
    agent = f"{settings.SITE_NAME} directory sync" + (f" (+{reach})" if reach else "")
    return "".join(sign for sign in agent if sign.isascii() and sign.isprintable())
