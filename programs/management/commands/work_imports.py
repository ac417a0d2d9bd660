"""Goes on with imports that were sent in the browser, for sites that run a worker beside the pages."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from programs.models import StagedImport
from programs.models.staging import StageStatus
from programs.staging.work import work


class Command(BaseCommand):
    help = (
        "Read and plan the imports that wait in the browser, step by step. Nothing is applied: a person does "
        "that. Killed anywhere, it goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="do not end: look again after this time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            waiting = StagedImport.objects.filter(status=StageStatus.READING).order_by("created_at")
            # Not in the database: an import that was just sent has no step yet, and would be left out.
            for staged in (one for one in waiting if one.progress.get("step") != "mapping"):
                done = work(staged, seconds=float("inf"))
                self.stdout.write(
                    f"{done}: {done.get_status_display()}, {done.read} rows {done.message}".strip()
                )
            if not options["every"]:
                return
            time.sleep(options["every"])
