"""Sends requests away that waited too long, at once and in few words, so that the others are served in time.

What waits, waits where no middleware sees it: behind gunicorn's threads. So the proxy writes down when a
request arrived (`X-Request-Start`), and how long it waited is known once its turn comes. Whoever waited
longer than they can be asked to is told so for a fraction of what a page costs: the row gets shorter.
A process that serves nobody else serves whoever comes, however long they waited: no time is left unused, and
a proxy whose clock is wrong closes no quiet site. See docs/adr/0013-shed-by-waiting-time.md.
"""

import gzip
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from threading import Lock
from types import TracebackType

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from iopfinder import metrics
from iopfinder.errors import unavailable

ARRIVED = re.compile(r"t=(\d{9,11}(?:\.\d{1,6})?)")
"""Seconds since 1970, as nginx writes them: "t=${msec}"."""
ALWAYS = ("crisis", "quick_exit", "left", "live", "ready", "metrics", "icon", "assessment:interrupt")
"""Pages nobody is sent away from: help right now, leaving, a safety page, and who watches the machine."""
LONGER = 4
"""How much longer somebody waits who would lose the thread: amid the questions, or at the desk."""
SHORTER = 0.5
"""How much shorter a program waits: it asks again by itself."""


class Served(AbstractContextManager["Served"]):
    """How many requests this process is serving at this moment."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = Lock()

    def __enter__(self) -> "Served":
        with self._lock:
            self.count += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self.count -= 1


@cache
def _always(prefix: str) -> frozenset[str]:
    """The addresses of ALWAYS in every language."""
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.update(reverse(name) for name in ALWAYS)
    return frozenset(found)


def waited(request: HttpRequest) -> float:
    """Seconds since the proxy took this request; 0 where no proxy says."""
    told = ARRIVED.fullmatch(request.headers.get("X-Request-Start", ""))
    return max(0.0, time.time() - float(told[1])) if told else 0.0


def patience(request: HttpRequest) -> float:
    """Seconds that this request may wait; `inf` for what is never sent away."""
    prefix = get_script_prefix()
    if request.path in _always(prefix):
        return float("inf")
    root, _sep, rest = request.path.removeprefix(prefix).partition("/")
    if root == translation.get_language_from_path(request.path_info):
        root = rest.partition("/")[0]
    if root == "assessment" and settings.ANSWER_COOKIE_NAME in request.COOKIES:
        return settings.SHED_AFTER_SECONDS * LONGER
    if root == "admin" and settings.SESSION_COOKIE_NAME in request.COOKIES:
        return settings.SHED_AFTER_SECONDS * LONGER
    return settings.SHED_AFTER_SECONDS * (SHORTER if root == "api" else 1)


Kept = dict[tuple[str, bool], tuple[HttpResponse, bytes]]
GetResponse = Callable[[HttpRequest], HttpResponse]


def shed(get_response: GetResponse) -> GetResponse:
    """503 for a request that waited longer than it has patience, unless this process serves nobody else."""
    served, kept = Served(), Kept()

    def middleware(request: HttpRequest) -> HttpResponse:
        # One that can serve one at a time only is never idle while others wait.
        busy = served.count > 0 or not request.META.get("wsgi.multithread", True)
        if settings.SHED_AFTER_SECONDS and busy and waited(request) > patience(request):
            return _sent_away(request, kept)
        with served:
            return get_response(request)

    return middleware


def _sent_away(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The page that says so, made once for each language, and sent compressed where that is understood."""
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    metrics.turned_away()
    which = (language, request.path.startswith(f"{get_script_prefix()}api/"))
    if which not in kept:
        with translation.override(language):
            page = unavailable(request, TITLE, WORDS, settings.SHED_RETRY_SECONDS, still_works=False)
        kept[which] = (page, gzip.compress(page.content, mtime=0))
    page, small = kept[which]
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(small if packed else page.content, status=page.status_code, headers=page.headers)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    # Django would write an error into the log for each; the line of the request says it already.
    setattr(response, "_has_been_logged", True)  # noqa: B010
    return response


TITLE = _("Very many people are here right now")
WORDS = _(
    "We could not open this page in time. Wait ten seconds, then load it again. What you sent just now was "
    "not taken; answers from before are still in your browser."
)
