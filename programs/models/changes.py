"""How the history of a table is kept: a copy of the row as it then was, with its author.

An author is a person (`history_user`) or a reason: `import:<id of the run>`, `link:<id of the link>`,
`merge:<id>`, `undo:<what was taken back>`, `revert:<id of the older copy>`. `programs.history` reads these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Author(NamedTuple):
    """Who is at work now, and by way of what."""

    reason: str | None = None
    by: Any = None


_NOBODY = Author()
_NOW: ContextVar[Author | None] = ContextVar("author", default=None)


@contextmanager
def because(reason: str | None, *, by: Any = None) -> Iterator[None]:
    """All that is saved, deleted or recorded within has this reason and author, rows deleted along included.

    A row's own `_change_reason` comes first. Without `by` the author is who was at work before: of a block
    around this one, or who is signed in.
    """
    token = _NOW.set(Author(reason, by or _now().by))
    try:
        yield
    finally:
        _NOW.reset(token)


def author_now() -> Author:
    """The reason and the account that whatever is recorded now shall have."""
    reason, by = _now()
    request = getattr(HistoricalRecords.context, "request", None)
    user = by or getattr(request, "user", None)
    return Author(reason, user if user is not None and user.is_authenticated else None)


def _now() -> Author:
    return _NOW.get() or _NOBODY


class Records(HistoricalRecords):  # type: ignore[misc]
    """As simple-history keeps them, with the author of the block that is at work."""

    def get_change_reason_for_object(self, instance: Any, history_type: str, using: Any) -> str | None:
        own: str | None = super().get_change_reason_for_object(instance, history_type, using)
        return own or _now().reason

    def get_history_user(self, instance: Any) -> Any:
        return getattr(instance, "_history_user", None) or author_now().by


def kept(**options: Any) -> Records:
    """The history of a model. An import is undone by its reason, so that reasons are indexed."""
    reason = models.CharField(_("by way of"), max_length=100, null=True, db_index=True)
    return Records(history_change_reason_field=reason, user_db_constraint=False, **options)
