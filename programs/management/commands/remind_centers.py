"""`manage.py remind_centers`: asks centers to confirm what is about to turn old. For every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from programs.confirming import reminders
from programs.confirming.reminders import BATCH, Outcome


class Command(BaseCommand):
    help = (
        "Send a one-time link to centers with an e-mail address whose confirmed facts turn old within three "
        "weeks. One mail for a center each time. Stopped at any point, it sends nobody a second one; what "
        "the mail server refused is tried again by the next run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="name the centers, send nothing")
        parser.add_argument(
            "--limit", type=int, default=BATCH, metavar="N", help=f"mails in this run (default: {BATCH})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit: at least 1")
        today = timezone.localdate()
        wanted = reminders.due(today)
        batch = wanted[: options["limit"]]
        self._tell_interrupted()
        if options["dry_run"]:
            for one in batch:
                self.stdout.write(f"center {one.center_id}: turns old on {one.expires_on:%Y-%m-%d}")
            self.stdout.write(f"{len(batch)} of {len(wanted)} would be asked. Nothing was sent.")
            return
        done: list[Outcome] = []
        down = False
        try:
            progress = tqdm(batch, disable=None, unit=" mails", leave=False)
            for outcome in reminders.send_all(batch, today):
                done.append(outcome)
                progress.update()
                if outcome.why:
                    self.stderr.write(f"center {outcome.center_id}: not sent ({outcome.why})")
            progress.close()
        except reminders.ServerDownError:
            down = True
        self._tell(done, left=len(wanted) - len(done), down=down)

    def _tell_interrupted(self) -> None:
        for center_id in reminders.interrupted():
            self.stderr.write(
                f"center {center_id}: an earlier run stopped while it sent this one. It may have arrived; "
                "it is not sent again by itself."
            )

    def _tell(self, done: list[Outcome], *, left: int, down: bool) -> None:
        failed = sum(bool(one.why) for one in done)
        skipped = sum(one.skipped for one in done)
        sent = len(done) - failed - skipped
        self.stdout.write(
            f"{sent} sent, {failed} not sent, {skipped} asked meanwhile, {left} left for later."
        )
        if down:
            raise CommandError(
                f"The mail server refused {reminders.GIVE_UP} in a row. The rest is left for the next run."
            )
        if failed:
            raise CommandError(f"{failed} not sent; the next run tries again.")
