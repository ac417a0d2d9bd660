"""Lists what the guide states, where it stands, what it rests on, and when that was checked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from iopfinder.guide.claims import claims
from iopfinder.guide.reading import LANGUAGES, guide


class Command(BaseCommand):
    help = "List the guide's facts with their sources and the day each was checked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--old", action="store_true", help="only what was checked over a year ago")

    def handle(self, *args: Any, old: bool, **options: Any) -> None:
        today = localdate()
        every = list(claims(guide(LANGUAGES[0])))
        for claim in sorted(every, key=lambda claim: (claim.checked, claim.page)):
            if claim.is_old(today) or not old:
                self.stdout.write(
                    f"{claim.checked}  {claim.page}/{claim.id}  [{', '.join(claim.sources)}]  {claim.words}"
                )
        count = sum(claim.is_old(today) for claim in every)
        self.stdout.write(f"{len(every)} facts, {count} of them checked over a year ago.")
