"""``manage.py old_keys``: tells what still hangs on SECRET_KEY_FALLBACKS; ``--move`` seals it anew."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from iopfinder import old_keys


class Command(BaseCommand):
    help = "Tell what would be lost with the keys in SECRET_KEY_FALLBACKS; --move seals it under SECRET_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--move", action="store_true", help="seal anew what can be, then tell what is left"
        )

    def handle(self, *args: Any, move: bool, **options: Any) -> None:
        broken = old_keys.move() if move else []
        count = len(settings.SECRET_KEY_FALLBACKS)
        self.stdout.write(f"SECRET_KEY_FALLBACKS holds {count} key{'' if count == 1 else 's'}.")
        for one in old_keys.held():
            self.stdout.write(self._line(one))
        if broken:
            raise CommandError(
                f"{len(broken)} open with no key: {', '.join(broken)}. They were changed, or their key is "
                "gone. Put it back into SECRET_KEY_FALLBACKS, or let them go."
            )

    def _line(self, one: old_keys.Held) -> str:
        said = f"{one.what}: {one.rows}"
        if one.old is None and one.rows:
            said += ", of which nobody can tell the key"
        elif one.old is not None:
            said += f", {one.old} under an old key"
        if one.broken:
            said += f", {one.broken} that no key opens"
        return said + (f"; gone by {one.gone_by:%Y-%m-%d}" if one.gone_by else "")
