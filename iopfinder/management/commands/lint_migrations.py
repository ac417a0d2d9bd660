"""Refuses migrations that would stop a serving site, or the release before."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.loader import MigrationLoader

from iopfinder.migration_rules import BASELINE, new_ones, refusals


class Command(BaseCommand):
    help = "Hold every migration after the last release to the rules of CONTRIBUTING.md."
    requires_system_checks: list[Any] = []

    def handle(self, *args: Any, **options: Any) -> None:
        loader = MigrationLoader(None)
        found = refusals(BASELINE, loader)
        if found:
            raise CommandError("\n".join(map(str, found)))
        self.stdout.write(f"{len(new_ones(BASELINE, loader))} new migrations, all safe while the site serves")
