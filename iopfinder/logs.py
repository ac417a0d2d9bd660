"""What the site writes down about itself: one JSON object a line, and nothing about a person.

No query, no address of a browser, no cookie, no form field. An exception is logged by its kind and
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


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": record.getMessage(),
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
        match = request.resolver_match
        request_log.info(
            "request",
            extra={
                "method": request.method,
                "route": f"/{match.route}" if match else "none",
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            },
        )
        return response

    return middleware
