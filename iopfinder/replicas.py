"""Reading public pages from a copy of the database that follows the primary, while it is there and keeps up.

Off unless DATABASE_REPLICA_URL is set. A request decides once, by the name of its page: pages that anybody
may read and that write nothing read from the replica, everything else from the primary, and so does whoever
is signed in at the desk, who must see what they just did. A page asks nothing for this: a thread of each
process looks after the replica every other second, and pages read what it found.

Where a read fails all the same, the page is made once more from the other database. So a page is lost only
where both are. See docs/adr/0014-reading-from-a-replica.md.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)
REPLICA = "replica"
PUBLIC = frozenset(
    {
        *(f"programs:{name}" for name in ("search", "places", "map", "week", "compare", "call_sheet")),
        *(f"programs:{name}" for name in ("why_order", "center", "center_map", "levels")),
        "assessment:programs",
        "sitemap",
        "sitemap_pages",
        "sitemap_centers",
    }
)
"""Pages that write nothing to the database, by name. All of PUBLIC_ROOMS are, too."""
PUBLIC_ROOMS = frozenset({"programs_api"})
LOOK_EVERY = 2.0
"""Seconds between two looks at the replica."""
OUTDATED = 4 * LOOK_EVERY
"""Seconds after which what was seen says nothing any more: the look itself hangs."""
LONGEST = 5.0
"""Seconds after which a query on the replica is cut off: a machine that froze never answers."""
STANDBY = """
SELECT pg_is_in_recovery(),
       EXISTS (SELECT FROM pg_stat_wal_receiver),
       CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END
"""
"""Whether it follows at all, whether it hears its primary, by how many seconds it is behind what it heard."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found. at: by the monotonic clock. primary: whether it answers; asked where it matters."""

    at: float
    answers: bool
    keeps_up: bool = False
    primary: bool = True

    @property
    def serves(self) -> bool:
        """Pages read from it. An old answer is better than none, where the primary is away as well."""
        return self.answers and (self.keeps_up or not self.primary)


UNSEEN = Seen(0.0, answers=False)
_reading: ContextVar[str] = ContextVar("database this request reads from", default=DEFAULT_DB_ALIAS)


@contextmanager
def reading(alias: str) -> Iterator[None]:
    """Within this, models are read from this database. What is written goes to the primary in any case."""
    before = _reading.set(alias)
    try:
        yield
    finally:
        _reading.reset(before)


class Router:
    """Where Django reads and writes a model."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _reading.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA


class Watch:
    """Looks after the replica from a thread of its own. `seen` may be read by any thread at any time."""

    def __init__(self) -> None:
        self.seen = UNSEEN
        self._pid = 0
        self._lock = threading.Lock()
        self._over = threading.Event()

    def serves(self) -> bool:
        """Whether pages read from the replica now. Costs no query; the first call starts the looks."""
        if self._pid != os.getpid():
            self._start()
        seen = self.seen
        return seen.serves and time.monotonic() - seen.at < OUTDATED

    def lost(self) -> None:
        """A page could not read from it: nobody tries again before the next look."""
        self._found(Seen(time.monotonic(), answers=False))

    def look(self) -> None:
        self._found(_look())

    def end(self) -> None:
        """No more looks; the next call of `serves` begins anew."""
        self._over.set()
        self._pid, self._over, self.seen = 0, threading.Event(), UNSEEN

    def _start(self) -> None:
        with self._lock:
            if self._pid != os.getpid():
                # A worker is a copy of its parent, without the parent's threads.
                self._pid, self.seen = os.getpid(), UNSEEN
                threading.Thread(target=self._run, args=[self._over], name="replica", daemon=True).start()

    def _run(self, over: threading.Event) -> None:
        pause = 0.0
        while not over.wait(pause):
            began = time.monotonic()
            self.look()
            _cut_off(began)
            pause = max(0.0, LOOK_EVERY - (time.monotonic() - began))

    def _found(self, seen: Seen) -> None:
        before, self.seen = self.seen, seen
        if seen.serves != before.serves:
            log.warning("reading from the replica" if seen.serves else "reading from the primary alone")


def _look() -> Seen:
    """Asks the replica by a new connection, so that one it would not let in is no replica."""
    if not settings.REPLICA_LAG_SECONDS:
        answers = _ask(REPLICA, "SELECT 1") is not None
        return Seen(time.monotonic(), answers=answers, keeps_up=answers)
    answer = _ask(REPLICA, STANDBY)
    keeps_up = answer is not None and _keeps_up(*answer)
    primary = keeps_up or _ask(DEFAULT_DB_ALIAS, "SELECT 1") is not None
    return Seen(time.monotonic(), answers=answer is not None, keeps_up=keeps_up, primary=primary)


def _keeps_up(follows: bool, hears: bool, behind: float | None) -> bool:
    """One that follows nobody was promoted, or is the primary itself: it is as new as can be. One that hears
    nothing of its primary cannot know how far behind it is."""
    if not follows:
        return True
    return hears and behind is not None and behind <= settings.REPLICA_LAG_SECONDS


def _ask(alias: str, question: str) -> tuple[Any, ...] | None:
    """The one row that answers; None where the database cannot."""
    connection = connections.create_connection(alias)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row: tuple[Any, ...] = cursor.fetchone()
            return row
    except Error:
        return None
    finally:
        with suppress(Error):
            connection.close()


# -- Queries that never come back -----------------------------------------------------------------
_asked: dict[int, tuple[float, Any]] = {}
"""Queries on the replica under way, by thread: since when, and on which connection."""
_asked_lock = threading.Lock()


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Runs a query so that it can be cut off."""
    me = threading.get_ident()
    with _asked_lock:
        _asked[me] = (time.monotonic(), context["connection"])
    try:
        return execute(sql, params, many, context)
    finally:
        with _asked_lock:
            del _asked[me]


def _cut_off(now: float) -> None:
    """Hangs up on queries that have been asked for too long: whoever waits for them gets an error at once."""
    with _asked_lock:
        for since, connection in _asked.values():
            if now - since > LONGEST:
                with suppress(OSError, connection.Database.Error), _socket_of(connection) as one:
                    one.shutdown(socket.SHUT_RDWR)


def _socket_of(connection: Any) -> socket.socket:
    return socket.socket(fileno=os.dup(connection.connection.fileno()))


# -- The request ----------------------------------------------------------------------------------
watch = Watch()
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_public(request: HttpRequest) -> bool:
    """Whether this page may come from the replica. By the name of its address; nobody signed in."""
    match = request.resolver_match
    if match is None or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return False
    return match.view_name in PUBLIC or bool(PUBLIC_ROOMS.intersection(match.namespaces))


class ReadFromReplica:
    """The middleware. It stands last, next to the pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _reading.set(DEFAULT_DB_ALIAS)
        try:
            response = self.get_response(request)
            if response.streaming and _reading.get() != DEFAULT_DB_ALIAS:
                _keep_reading(response)
            return response
        finally:
            _reading.reset(before)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if is_public(request) and watch.serves():
            _read_from(REPLICA)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The page from the other database, and last from a new connection to the first."""
        if not isinstance(error, Error) or not is_public(request) or request.resolver_match is None:
            return None
        first = _reading.get()
        if first == REPLICA:
            _forget(error)
        other = DEFAULT_DB_ALIAS if first == REPLICA else REPLICA
        for alias in (other, first):
            _read_from(alias)
            match = request.resolver_match
            with suppress(Error):
                response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
                return response
        return None


def _read_from(alias: str) -> None:
    _reading.set(alias)
    if alias == REPLICA:
        wrappers = connections[REPLICA].execute_wrappers
        if _timed not in wrappers:  # Once for each thread's connection, and for as long as it lives.
            wrappers.append(_timed)
    connections[alias].close_if_unusable_or_obsolete()


def _forget(error: Error) -> None:
    """Gives the replica up until the next look, unless it only had to make room for the primary's changes."""
    if isinstance(error, OperationalError | InterfaceError) and not connections[REPLICA].is_usable():
        watch.lost()


def _keep_reading(response: Any) -> None:
    """What is sent bit by bit is read after the middleware is left: from where it began."""
    alias, parts = _reading.get(), response.streaming_content

    def read() -> Iterator[bytes]:
        with reading(alias):
            yield from parts

    response.streaming_content = read()
