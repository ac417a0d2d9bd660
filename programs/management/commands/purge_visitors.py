"""``manage.py purge_visitors``: deletes what visitors wrote and whose day has come. Run it every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.visitors.keeping import NotTheOwnerError, purge


class Command(BaseCommand):
    help = "Delete what visitors wrote and whose day has come. Run it every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what would go, delete nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        try:
            gone = purge(dry_run=dry_run)
        except NotTheOwnerError as error:
            raise CommandError(
                "The rows are deleted, but the files of the database still hold them: this role does not own "
                'the tables. Run this as the role that does; see "Database roles" in docs/operations.md.'
            ) from error
        said = "Would erase" if dry_run else "Erased"
        self.stdout.write(
            f"{said}: {gone.reports} reports, {gone.inquiries} call-back requests, "
            f"{gone.do_not_call} do-not-call entries"
        )
        if gone.held:
            raise CommandError(
                f"{gone.held} old versions of rows are still in the files of the database: another "
                "connection (a backup, a long report) looks at the moment before. Run this again when it "
                "has ended."
            )
