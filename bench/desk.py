"""Every page of the directory desk that can be opened, on 25,000 centers with their histories."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse
from simple_history.utils import bulk_create_with_history

from bench.measure import race
from programs import listings
from programs.models import Center, Program
from tests.programs.accounts import client_of

CENTERS = 25_000
HISTORY = 60_000
ROUNDS = 12
SECONDS = 60
LEAVES = {"logout", "jsi18n", "autocomplete", "view_on_site"}
"""Addresses of the desk that are not pages."""


def measured() -> dict[str, Any]:
    """The desk on CENTERS centers: `rows` and `pages`. Afterwards the directory is as it was."""
    with transaction.atomic():
        found = {"rows": grow(), "pages": times()}
        transaction.set_rollback(True)
    return found


def grow() -> dict[str, int]:
    """Copies of centers until there are CENTERS, each with a program and both with a history."""
    missing = CENTERS - Center.objects.count()
    models = list(Center.objects.order_by("id")[: max(missing, 0)])
    if models:
        copies = [_copy(models[number % len(models)]) for number in range(missing)]
        made = bulk_create_with_history(copies, Center, batch_size=1000)
        programs = [Program(center=center, level="iop") for center in made]
        bulk_create_with_history(programs, Program, batch_size=1000)
        listings.rebuild([center.pk for center in made])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "centers": Center.objects.count(),
        "history": sum(model.history.count() for model in (Center, Program)),
    }


def _copy(center: Center) -> Center:
    fields = {field.attname: getattr(center, field.attname) for field in Center._meta.concrete_fields}
    return Center(**fields | {"id": None, "public_id": uuid4()})


def signed_in() -> Client:
    """A browser of a platform admin, second factor and all."""
    name = f"bench-{uuid4().hex[:8]}"
    return client_of(User.objects.create_superuser(name, "bench@example.org", uuid4().hex))


def addresses() -> Iterator[tuple[str, str]]:
    """Name and address of each page: lists, forms, histories, rooms; with a row where one is asked for."""
    for pattern in _patterns(admin.site.get_urls()):
        name = pattern.name or ""
        if not name or name in LEAVES:
            continue
        row = _row_for(name)
        for arguments in ([], [row.pk] if row else [], [Center.objects.order_by("id").first().pk]):  # type: ignore[union-attr]
            try:
                yield name, reverse(f"admin:{name}", args=arguments)
            except NoReverseMatch:
                continue
            break


def _patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def _row_for(name: str) -> Any:
    """The first row of the table a name of the admin speaks of."""
    for model in admin.site._registry:
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return model._default_manager.order_by("pk").first()
    return None


def times() -> dict[str, dict[str, float]]:
    """For every page that answers: milliseconds and queries."""
    client = signed_in()
    found: dict[str, str] = {}
    queries: dict[str, int] = {}
    for name, address in addresses():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            status = client.get(address).status_code
        if status == 200:
            found[name], queries[name] = address, len(asked)
    timings = race(
        {name: _get(client, url) for name, url in found.items()}, rounds=ROUNDS, warm_up=1, seconds=SECONDS
    )
    return {
        name: {"least": one.least, "median": one.median, "p99": one.p99, "queries": queries[name]}
        for name, one in timings.items()
    }


def _get(client: Client, url: str) -> Any:
    return lambda: client.get(url)
