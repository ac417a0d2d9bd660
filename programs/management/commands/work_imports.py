"""Goes on with imports that were sent in the browser, for sites that run a worker beside the pages."""

import time
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser

from programs.management.outcome import NICE, step_back
from programs.models import StagedImport
from programs.models.staging import StageStatus
from programs.staging import aside
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
        parser.add_argument("--only", type=UUID, metavar="IMPORT", help="this one alone")
        parser.add_argument(
            "--seconds", type=float, default=float("inf"), help="begin no step of an import after this time"
        )
        parser.add_argument(
            "--apply-for",
            type=int,
            metavar="ACCOUNT",
            help="with --only: somebody has looked at this import and applies it; the desk asks so",
        )
        parser.add_argument(
            "--nice", type=int, default=NICE, help=f"how far to step back, 0 to 19 (usually {NICE})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        step_back(self, options["nice"])
        if options["apply_for"] is not None:
            staged = StagedImport.objects.get(public_id=options["only"])
            by = User.objects.get(pk=options["apply_for"])
            self.stdout.write(aside.words_of(staged, by))
            return
        while True:
            self._read(options["only"], options["seconds"])
            if not options["every"]:
                return
            time.sleep(options["every"])

    def _read(self, only: UUID | None, seconds: float) -> None:
        waiting = StagedImport.objects.filter(status=StageStatus.READING).order_by("created_at")
        if only is not None:
            waiting = waiting.filter(public_id=only)
        # Not in the database: an import that was just sent has no step yet, and would be left out.
        for staged in (one for one in waiting if one.progress.get("step") != "mapping"):
            done = work(staged, seconds)
            self.stdout.write(f"{done}: {done.get_status_display()}, {done.read} rows {done.message}".strip())
