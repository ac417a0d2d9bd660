"""How often one network may ask. Counted in memory, a server process by itself; no address is kept.

The key of a counter is a keyed hash of the network and the minute, so that nothing can be read back from it.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now

from programs.api.refusals import problem
from programs.networks import network

WINDOW = 60
"""Seconds."""
View = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def limited(view: View) -> View:
    """429 with Retry-After for a network that asks more than API_REQUESTS_A_MINUTE times in this minute."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        second = int(now().timestamp())
        said = f"{second // WINDOW}|{network(request)}".encode()
        who = hmac.new(settings.SECRET_KEY.encode(), b"api|" + said, hashlib.sha256).hexdigest()
        cache.add(who, 0, timeout=WINDOW)
        try:
            count = cache.incr(who)
        except ValueError:  # thrown out between the two lines, for lack of room
            count = 1
        if count <= settings.API_REQUESTS_A_MINUTE:
            return view(request, *args, **kwargs)
        refusal = problem(429, "Too many requests. Please wait a minute.")
        refusal.headers["Retry-After"] = str(WINDOW - second % WINDOW)
        return refusal

    return wrapper
