"""Whether a database that was restored from a backup can be served from."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import RequestFactory
from django.test.client import Client
from django.urls import reverse

from programs.models import Center, Inquiry, Listing, Program, Report, ZipCode
from programs.sealing import BrokenSealError
from programs.visitors.contents import wanted_of, words_of


class Command(BaseCommand):
    help = "Look whether the database is whole: migrations, rows, references, seals, and pages made from it."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        wrong = [
            f"not migrated: {one}" for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
        ]
        connection.check_constraints()
        centers = Center.objects.published().count()
        if not ZipCode.objects.exists():
            wrong.append("no places: this is an empty database")
        if not centers:
            self.stderr.write("It holds no published center. Is it of the right database?")
        wrong += _seals()
        wrong += _pages()
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(
            f"Whole: {centers} published centers, {Program.objects.count()} programs, "
            f"{Listing.objects.count()} rows of the search, {Report.objects.count()} reports and "
            f"{Inquiry.objects.count()} call-back requests that open, pages answer."
        )


def _seals() -> list[str]:
    """What visitors wrote opens under the keys of this environment."""
    wrong = 0
    opening: tuple[tuple[Any, Any], ...] = ((Report, words_of), (Inquiry, wanted_of))
    for model, words in opening:
        for row in model._default_manager.all():
            try:
                words(row)
            except BrokenSealError:
                wrong += 1
    return [f"{wrong} reports or requests do not open: is SECRET_KEY the one of that day?"] if wrong else []


def _pages() -> list[str]:
    """A search and a center's page, made as for a visitor."""
    center = Center.objects.published().order_by("pk").first()
    paths = [reverse("programs:search"), *([center.get_absolute_url()] if center else [])]
    client, news = Client(headers={"host": _host()}), logging.getLogger("iopfinder.request")
    before = news.level
    # Nobody asked for these pages: they are no news.
    news.setLevel(logging.ERROR)
    try:
        return [f"{path}: no page" for path in paths if client.get(path, secure=True).status_code != 200]
    finally:
        news.setLevel(before)


def _host() -> str:
    from django.conf import settings

    allowed = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    return allowed[0] if allowed else RequestFactory().request().get_host()
