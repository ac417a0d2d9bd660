"""Two small answers for whoever watches the machine. They name no version and no setting."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def _say(word: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{word}\n", content_type="text/plain", status=status)


class UnmigratedError(Exception):
    """The database lacks a migration of this release."""


@cache
def _migrated() -> bool:
    """True once every migration is applied. Raises until then: only the good answer is remembered."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UnmigratedError
    return True


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _say("ok")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve people: the database answers and has every migration. 503 until then."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _migrated()
    except DatabaseError:
        return _say("database", 503)
    except UnmigratedError:
        return _say("migrations", 503)
    return _say("ok")
