"""What makes a page private: it gets the draft of the person who asks, and nobody keeps anything of it."""

from collections.abc import Callable, ItemsView
from functools import wraps
from types import FrameType
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.debug import SafeExceptionReporterFilter

from assessment import notices
from assessment.answers import AnswerStore
from assessment.onward import SeeOther, by_script

Private = Callable[Concatenate[HttpRequest, AnswerStore, ...], HttpResponse]

PIECE = 16 * 1024
"""Pages and files made from answers have a multiple of this many bytes: encryption hides no length."""
LONGEST_ADDRESS = 96
SEND_PLAINLY = 409


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


def private(view: Private) -> Callable[..., HttpResponse]:
    """Gives a view the draft, unless there is something to say about it first (lost, renewed)."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.exception_reporter_filter = NothingTold()
        store = AnswerStore(request)
        if store.loss or store.draft.renewal:
            return _notice(request, store)
        response = view(request, store, **kwargs)
        store.write(response)
        return sealed(response)

    return wrapper


def whatever_happened(view: Private) -> Callable[..., HttpResponse]:
    """As `private`, for pages that ask for a code: a lost draft does not stand in their way, and what
    somebody put behind the address (a code, by mistake) is dropped unread."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.exception_reporter_filter = NothingTold()
        if request.META.get("QUERY_STRING"):
            return sealed(SeeOther(request.path))
        store = AnswerStore(request)
        if store.draft.renewal:
            return _notice(request, store)
        response = view(request, store, **kwargs)
        store.write(response)
        return sealed(response)

    return wrapper


def _notice(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """The page about the draft. The script is told to send its form the plain way, so that the page is
    seen; the cookie stays as it is until then."""
    renewal = store.draft.renewal
    if by_script(request):
        return sealed(HttpResponse(status=SEND_PLAINLY))
    if renewal and request.method == "POST":
        notices.keep_what_was_sent(request, store)
    response = notices.renewed(request, store, renewal) if renewal else notices.lost(request, str(store.loss))
    store.write(response)
    return sealed(response)


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
