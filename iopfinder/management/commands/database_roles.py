"""``manage.py database_roles``: the SQL that gives the site a role of its own on PostgreSQL."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from iopfinder import database_roles


def plain_name(text: str) -> str:
    """A name that needs no quoting, in SQL or elsewhere."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", text):
        raise ArgumentTypeError("small letters, numbers and _ alone")
    return text


class Command(BaseCommand):
    help = "The SQL for two roles on PostgreSQL: one that owns the tables, one that the site runs as."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--owner", type=plain_name, default="iopfinder_owner", help="who migrates and purges"
        )
        parser.add_argument("--site", type=plain_name, default="iopfinder", help="whom the site runs as")
        parser.add_argument(
            "--grants", action="store_true", help="only what the owner runs after a migration"
        )
        parser.add_argument(
            "--apply", action="store_true", help="run it on DATABASE_URL instead of printing it"
        )
        parser.add_argument("--check", action="store_true", help="say what the role of DATABASE_URL lacks")

    def handle(self, *args: Any, owner: str, site: str, grants: bool, check: bool, **options: Any) -> None:
        """`options["apply"]`: whether to run the statements."""
        if connection.vendor != "postgresql":
            raise CommandError("Roles are for PostgreSQL: set DATABASE_URL.")
        if owner == site:
            raise CommandError("The owner and the site are two roles: the site must not own its tables.")
        if check:
            return self._check()
        statements = list(database_roles.grants(site))
        if not grants:
            database = str(connection.settings_dict["NAME"])
            statements = [*database_roles.roles(plain_name(database), owner, site), *statements]
        if options["apply"]:
            return self._apply(statements)
        self.stdout.write("BEGIN;")
        for one in statements:
            self.stdout.write(f"{one};")
        self.stdout.write("COMMIT;")
        return None

    def _apply(self, statements: list[str]) -> None:
        """All of it or nothing."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for one in statements:
                    cursor.execute(one)
        except DatabaseError as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        self.stdout.write(f"Done: {len(statements)} statements.")

    def _check(self) -> None:
        lacking = database_roles.missing(connection)
        if lacking:
            raise CommandError(
                f"This role lacks: {'; '.join(lacking)}. Run the SQL of database_roles --grants."
            )
        more = database_roles.beyond(connection)
        self.stdout.write(f"Nothing is missing. This role is {more or 'no more than the site needs'}.")
