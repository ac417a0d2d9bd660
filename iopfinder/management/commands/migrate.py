"""Django's `migrate`, that does not make a serving site wait.

A change of a table waits for whoever is reading it, and everybody else then waits behind it. So it gives up
after LOCK_SECONDS, lets the others through, and tries again.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections

LOCK_SECONDS = 3
TRIES = 20
PAUSE = 1.0
_NOT_AVAILABLE = "55P03"


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-seconds",
            type=int,
            default=LOCK_SECONDS,
            help="on PostgreSQL, seconds to wait for a table before letting others through; 0 waits for ever",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        seconds: int = options.pop("lock_seconds", LOCK_SECONDS)
        if connection.vendor != "postgresql" or not seconds:
            super().handle(*args, **options)
            return
        for _ in range(TRIES):
            try:
                with _lock_timeout(connection, seconds):
                    super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != _NOT_AVAILABLE:
                    raise
                self.stderr.write("Somebody is using a table: they go first. Trying again …")
                time.sleep(PAUSE)
            else:
                return
        raise CommandError(
            f"A table was in use each of {TRIES} times. What was begun last was taken back whole. "
            "Look in pg_stat_activity who uses it, and run this again."
        )


@contextmanager
def _lock_timeout(connection: Any, seconds: int) -> Iterator[None]:
    """Within, a statement waits so long for a lock, and afterwards as long as it likes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
