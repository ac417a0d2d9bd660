"""Two small answers for whoever watches the machine. They name no version and no setting."""

from functools import cache

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessment.domain import ContentError, load


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


def _missing() -> str | None:
    """What there is to wait for: "database", "migrations", "content" (the questions) or "static" (styles)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _migrated()
        load()
        staticfiles_storage.url("css/site.css")
    except Error:
        return "database"
    except UnmigratedError:
        return "migrations"
    except ContentError:
        return "content"
    except ValueError:
        return "static"
    return None


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve people: the database answers and has every migration, the questions can be read,
    and pages have their styles. 503 and one word until then."""
    missing = _missing()
    return _say(missing, 503) if missing else _say("ok")
