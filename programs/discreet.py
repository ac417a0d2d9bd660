"""What makes a page somebody's own: kept by nobody, found by nobody, of a length that tells little, and
silent about what was typed when it breaks.
"""

import gzip
from collections.abc import Callable, ItemsView
from functools import wraps
from types import FrameType
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.views.debug import SafeExceptionReporterFilter

PIECE = 16 * 1024
"""Pages and files made from answers have a multiple of this many bytes: encryption hides no length."""
PACKED_PIECE = 8 * 1024
"""Compressed pages have a multiple of this many: so all of them but the longest lists have one length."""
LONGEST_ADDRESS = 96
FLAGS, HEAD, NAMED = 3, 10, b"\x08"
"""Of gzip's first ten bytes (RFC 1952) the fourth says by this bit that the name of a file follows."""
TEXTS = frozenset({"text/html", "application/json", "application/fhir+json"})


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
        return sealed(view(request, **kwargs), request)

    return wrapper


def sealed(response: HttpResponse, request: HttpRequest | None = None) -> HttpResponse:
    """For the person who asked alone: kept by nobody, found by nobody, and of a length that tells little.

    With `request`, compressed where the browser can. Only for pages that hold nothing of a stranger's: who
    can put words into a page and see how much longer it gets, learns in many tries what else stands there.
    """
    if request is not None and _packs(request, response):
        response.content = packed(response.content)
        response.headers["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept-Encoding"])
    else:
        _even_out(response)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _packs(request: HttpRequest, response: HttpResponse) -> bool:
    accepted = request.headers.get("Accept-Encoding", "")
    return "gzip" in accepted and _kind(response) in TEXTS


def packed(content: bytes) -> bytes:
    """Compressed, and filled up to whole pieces by the name of a file, which gzip allows and nobody reads."""
    bare = gzip.compress(content, compresslevel=6, mtime=0)
    name = b"." * (-(len(bare) + 1) % PACKED_PIECE)
    return bare[:FLAGS] + NAMED + bare[FLAGS + 1 : HEAD] + name + b"\0" + bare[HEAD:]


def _kind(response: HttpResponse) -> str:
    return response.get("Content-Type", "").split(";")[0]


def _even_out(response: HttpResponse) -> None:
    """Blanks after the end of a page or of JSON mean nothing; a PDF bears comments before its last lines."""
    if isinstance(response, HttpResponseRedirect):
        response.headers["X-Padding"] = "." * (LONGEST_ADDRESS - len(response.url))
        return
    kind, missing = _kind(response), -len(response.content) % PIECE
    if kind == "application/pdf":
        response.content = with_comment(response.content, missing)
    elif kind in TEXTS:
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
