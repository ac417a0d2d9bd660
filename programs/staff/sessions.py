"""Where sessions are kept, and when they end: after a while without a click, after a working day at most,
when the browser closes, and whenever all of an account's are ended.

Django's own store in the database, with a column that says whose a session is, and with digests in place of
the keys that browsers hold.
"""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from programs.models import DeskSession

_BEGAN = "began"
_SEEN = "seen"
_NOTICE_SECONDS = 60
"""A click is written down at most once a minute: pages stay quick, and an idle end is that much early."""


class SessionStore(db.SessionStore):
    """Only what is not asynchronous: no view of the desk is."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        return DeskSession

    def _get_session_from_db(self) -> DeskSession | None:
        found = DeskSession.objects.filter(
            session_key=_digest(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(_digest(session_key))

    def save(self, must_create: bool = False) -> None:
        """As Django's, which takes a database that is away for a session that somebody has ended, and tells
        the browser that it sent nonsense: what the database said comes first."""
        try:
            super().save(must_create)
        except UpdateError as error:
            said = error.__context__
            # A server that dies may say so by any kind of error. Behind each is the driver's own; behind
            # Django's word that the row is not there any more is none.
            if isinstance(said, DatabaseError) and said.__cause__ is not None:
                raise said from said.__cause__
            raise

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            DeskSession.objects.filter(session_key=_digest(key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> DeskSession:
        if SESSION_KEY in data:
            data.setdefault(_BEGAN, int(time.time()))
        return DeskSession(
            session_key=_digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=_end(data.get(_BEGAN)),
            user_id=data.get(SESSION_KEY),
        )


def notice(request: HttpRequest) -> None:
    """Somebody is still there: the time without a click begins anew."""
    now = int(time.time())
    if now - request.session.get(_SEEN, 0) >= _NOTICE_SECONDS:
        request.session[_SEEN] = now


def end_all(user: Any, *, but: HttpRequest | None = None) -> None:
    """Signs an account out everywhere, at once; `but` in the browser that asked."""
    rows = DeskSession.objects.filter(user=user)
    if but is not None and but.session.session_key:
        rows = rows.exclude(session_key=_digest(but.session.session_key))
    rows.delete()


def forget_ended() -> None:
    """Deletes what is left of sessions that are over."""
    DeskSession.objects.filter(expire_date__lt=timezone.now()).delete()


def _end(began: int | None) -> datetime:
    idle = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if began is None:
        return idle
    return min(idle, datetime.fromtimestamp(began, UTC) + timedelta(seconds=settings.SESSION_LONGEST))


def _digest(key: str) -> str:
    return hashlib.sha256(f"iopfinder session 1|{key}".encode()).hexdigest()[:40]
