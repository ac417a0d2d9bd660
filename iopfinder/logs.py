"""What the site writes down about itself: one JSON object a line, and nothing about a person.

No query, no address of a browser, no cookie, no form field; of a page's address only the pattern, for it may
hold the token of a one-time link. An exception is logged by its kind and
place; its message is left out, because messages quote what people typed.
"""

import json
import logging
import time
import traceback
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

request_log = logging.getLogger("iopfinder.request")
_FIELDS = ("method", "route", "status", "ms")


def _failure(error: BaseException) -> list[str]:
    """Kinds and places, the cause first: ["ValueError", "programs/search.py:12 find", ...]."""
    earlier = error.__cause__ or error.__context__
    lines = _failure(earlier) if earlier else []
    lines.append(type(error).__name__)
    lines += [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
    return lines


def _route(request: HttpRequest) -> str:
    """The pattern of the address, never the address itself."""
    match = request.resolver_match
    return f"/{match.route}" if match else "none"


def _message(record: logging.LogRecord) -> str:
    """What is said. Django's own lines about a request name its address: the pattern stands there instead."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return record.getMessage()
    return record.getMessage().replace(request.path, _route(request))


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": _message(record),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line["failure"] = _failure(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def log_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """One line a request: the method, the pattern of the address (never the address itself), status, time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        request_log.info(
            "request",
            extra={
                "method": request.method,
                "route": _route(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            },
        )
        return response

    return middleware
