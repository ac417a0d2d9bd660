"""``manage.py reseal_visitors``: seals anew, under SECRET_KEY, what still opens with a fallback only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.visitors.resealing import reseal


class Command(BaseCommand):
    help = "Seal what visitors wrote under SECRET_KEY, so that an older key can be given up."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reseal()
        self.stdout.write(f"Sealed anew: {done.resealed} of {done.looked_at}")
        if done.broken:
            raise CommandError(
                f"{done.broken} open with no key: {', '.join(done.names)}. They were changed, or their key "
                "is gone. Put it back into SECRET_KEY_FALLBACKS, or let them lapse."
            )
