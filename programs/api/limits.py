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


def limited(view: View) -> View:
    """429 with Retry-After for a network that asks more than API_REQUESTS_A_MINUTE times in this minute."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wait = asking.NOW.wait("api", network(request), settings.API_REQUESTS_A_MINUTE)
        if not wait:
            return view(request, *args, **kwargs)
        refusal = problem(429, "Too many requests. Please wait a minute.")
        refusal.headers["Retry-After"] = str(wait)
        return refusal

    return wrapper
