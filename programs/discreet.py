"""What makes a page somebody's own: kept by nobody, found by nobody, of a length that tells little, and
silent about what was typed when it breaks.
"""

from collections.abc import Callable, ItemsView
from functools import wraps
from types import FrameType
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.debug import SafeExceptionReporterFilter

PIECE = 16 * 1024
"""Pages and files made from answers have a multiple of this many bytes: encryption hides no length."""
LONGEST_ADDRESS = 96


class NothingTold(SafeExceptionReporterFilter):
    """A report of an error on these pages names the place in the code, never what somebody answered."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request else {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()


def discreet(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of somebody's own. What was put behind its address (a code, by mistake) is dropped unread."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.exception_reporter_filter = NothingTold()
        if request.META.get("QUERY_STRING"):
            return sealed(HttpResponseRedirect(request.path, status=303))
        return sealed(view(request, **kwargs))

    return wrapper


def sealed(response: HttpResponse) -> HttpResponse:
    """For the person who asked alone: kept by nobody, found by nobody, and of a length that tells little."""
    _even_out(response)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _even_out(response: HttpResponse) -> None:
    """Blanks after the end of a page or of JSON mean nothing; a PDF bears comments before its last lines."""
    if isinstance(response, HttpResponseRedirect):
        response.headers["X-Padding"] = "." * (LONGEST_ADDRESS - len(response.url))
        return
    kind, missing = response.get("Content-Type", "").split(";")[0], -len(response.content) % PIECE
    if kind == "application/pdf":
        response.content = with_comment(response.content, missing)
    elif kind in {"text/html", "application/json", "application/fhir+json"}:
        response.content += b" " * missing


LAST_LINES = b"\nstartxref"
"""What stands before the address of a PDF's index, at its very end."""


def with_comment(pdf: bytes, missing: int) -> bytes:
    """The PDF, longer by so many bytes. Readers find the index from the end, and its address stays true."""
    if missing == 1:  # too short for a comment
        missing += PIECE
    body, mark, end = pdf.rpartition(LAST_LINES)
    comment = b"\n%" + b"." * (missing - 2) if missing else b""
    return body + comment + mark + end
