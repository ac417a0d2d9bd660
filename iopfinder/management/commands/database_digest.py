"""What a database holds, as one number a table: two with the same numbers hold the same rows."""

import hashlib
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

WORDS = 1 << 64


class Command(BaseCommand):
    help = "Print rows and digest of every table, where numbering stands, and the last migrations, as JSON."
    requires_system_checks: list[Any] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--snapshot", default="", help="PostgreSQL: look at what this exported snapshot sees"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _hold_still(options["snapshot"])
            names = sorted(connection.introspection.table_names())
            applied = MigrationRecorder(connection).applied_migrations()
            found = {
                "tables": {name: _digest(name) for name in names},
                "numbering": _numbering(),
                "migrations": sorted(".".join(key) for key in applied),
            }
        self.stdout.write(json.dumps(found, indent=1))


def _hold_still(snapshot: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if snapshot:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])


def _digest(table: str) -> list[Any]:
    """Rows, and the sum of their digests: in any order the same, and no two rows make up for each other."""
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            each = "('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric"
            # nosemgrep: sql-built-by-hand - a table of this database, quoted
            cursor.execute(f"SELECT count(*), coalesce(sum({each}), 0) FROM {name} t")  # noqa: S608
            count, total = cursor.fetchone()
            return [count, f"{int(total) % WORDS:016x}"]
        # nosemgrep: sql-built-by-hand - a table of this database, quoted
        cursor.execute(f"SELECT * FROM {name}")  # noqa: S608
        count = total = 0
        for row in cursor.fetchall():
            count += 1
            total += int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8).digest())
        return [count, f"{total % WORDS:016x}"]


def _numbering() -> dict[str, int]:
    """The last number that each table gave."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences ORDER BY 1")
        else:
            cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY 1")
        return dict(cursor.fetchall())
