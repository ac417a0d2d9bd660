"""What the site writes down about itself: one JSON object a line, and nothing about a person.

No query, no address of a browser, no cookie, no form field; of a page's address only the pattern, for it may
hold the token of a one-time link. An exception is logged by its kind and
place; its message is left out, because messages quote what people typed.

Every line of a request bears its name, drawn anew for each: it leads from the code on an error page to what
broke, and from one request to no other.
"""

import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse

request_log = logging.getLogger("iopfinder.request")
_FIELDS = ("method", "route", "status", "ms")
_NAME = re.compile(r"[0-9a-fA-F-]{16,64}")
"""What a proxy may call a request: hexadecimal digits or a UUID. No word fits in."""
_name: ContextVar[str] = ContextVar("name of the request", default="")


def request_name() -> str:
    """The name of the request this thread serves; "" where it serves none yet."""
    return _name.get()


def spoken(name: str) -> str:
    """A name as eight digits, "0123 4567": short enough to be read over the phone, in any language."""
    digits = f"{int(sha256(name.encode()).hexdigest()[:12], 16) % 10**8:08d}"
    return f"{digits[:4]} {digits[4:]}"


def _named_by(request: HttpRequest) -> str:
    """The proxy's name for a request where an operator vouches for the proxy; else one of our own."""
    told = request.headers.get("X-Request-ID", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return told.lower() if _NAME.fullmatch(told) else secrets.token_hex(16)


def _failure(error: BaseException) -> list[str]:
    """Kinds and places, the cause first: ["ValueError", "programs/search.py:12 find", ...].

    Places in our own code, and the innermost whosever it is: a database that is away must not fill a disk.
    """
    earlier = error.__cause__ or error.__context__
    lines = _failure(earlier) if earlier else []
    lines.append(type(error).__name__)
    places = traceback.extract_tb(error.__traceback__)
    ours = [at for at in places if "site-packages" not in at.filename or at is places[-1]]
    root = f"{settings.BASE_DIR}/"
    return lines + [f"{at.filename.removeprefix(root)}:{at.lineno} {at.name}" for at in ours]


def _route(request: HttpRequest) -> str:
    """The pattern of the address, never the address itself."""
    match = request.resolver_match
    return f"/{match.route}" if match else "none"


def _message(record: logging.LogRecord) -> str:
    """What is said. Django's own lines about a request name its address: the pattern stands there instead.

    What Django refuses as an attack it quotes; the last part of the logger's name says what it was.
    """
    if record.name.startswith("django.security."):
        return "refused: " + record.name.removeprefix("django.security.")
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return record.getMessage()
    return record.getMessage().replace(request.path, _route(request))


_BREAKS = re.compile(r"[\x7f-\x9f\u2028\u2029]")
"""What JSON leaves as it is and many a reader of logs takes for the end of a line."""


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": _message(record),
        }
        if name := request_name():
            line["request"] = name
            if record.levelno >= logging.ERROR:
                line["code"] = spoken(name)
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line["failure"] = _failure(record.exc_info[1])
        return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(line, ensure_ascii=False))


def name_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Gives each request its name, and says it in the answer's X-Request-ID.

    The name stays until the thread takes its next request: a streamed answer is written after this returned.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        name = _named_by(request)
        _name.set(name)
        response = get_response(request)
        response.headers["X-Request-ID"] = name
        return response

    return middleware


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
