"""How often one network may ask: counted a server process by itself, and no address is kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from programs import asking
from programs.api.refusals import problem
from programs.networks import network

View = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


WHOLE = 30
"""How many pages of the API one file of the whole directory counts for: it keeps a thread busy as long."""


def limited(view: View) -> View:
    """429 with Retry-After for a network that asks more than API_REQUESTS_A_MINUTE times in this minute."""
    return _at_most(view, "api", weight=1)


def limited_files(view: View) -> View:
    """The same for files of the whole directory, of which a network may have fewer; one at least."""
    return _at_most(view, "files", weight=WHOLE)


def _at_most(view: View, kind: str, weight: int) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        most = max(1, settings.API_REQUESTS_A_MINUTE // weight)
        wait = asking.NOW.wait(kind, network(request), most)
        if not wait:
            return view(request, *args, **kwargs)
        refusal = problem(429, "Too many requests. Please wait a minute.")
        refusal.headers["Retry-After"] = str(wait)
        return refusal

    return wrapper
