"""`manage.py remove_sample`: the invented centers leave; everything else stays."""

from typing import Any

from django.core.management.base import BaseCommand

from programs.sample import loading


class Command(BaseCommand):
    help = "Take the sample directory out. Real centers are not touched."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = loading.remove()
        self.stdout.write(
            f"Removed {removed.centers} sample centers of {removed.organizations} organizations."
        )
        if removed.kept_organizations:
            self.stdout.write(
                f"{removed.kept_organizations} organizations stay: real centers belong to them now."
            )
