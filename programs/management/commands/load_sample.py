"""`manage.py load_sample`: the invented centers of the sample directory."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programs.gazetteer import GazetteerError
from programs.models import Center
from programs.sample import loading
from programs.sample.fields import SampleError


class Command(BaseCommand):
    help = (
        "Load the sample directory: invented centers in real cities, marked as samples. May run again: "
        "the sample is then as in its files again, with dates counted back from today."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="load it although real centers are listed: for trying out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["force"] and Center.objects.published().filter(is_sample=False).exists():
            raise CommandError(
                "Real centers are listed here, and invented ones beside them could be taken for real. "
                "Use --force on a site that nobody seeks care on."
            )
        try:
            loaded = loading.load(today=timezone.localdate())
        except (SampleError, GazetteerError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Sample directory: {loaded.centers} centers "
            f"({loaded.created} new, {loaded.changed} changed, {loaded.removed} removed)."
        )
