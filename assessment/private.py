"""What makes a page private: it gets the draft of the person who asks, and nobody keeps anything of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse

from assessment import notices
from assessment.answers import AnswerStore
from assessment.onward import SeeOther, by_script
from programs.discreet import NothingTold, sealed

Private = Callable[Concatenate[HttpRequest, AnswerStore, ...], HttpResponse]

SEND_PLAINLY = 409


def private(view: Private) -> Callable[..., HttpResponse]:
    """Gives a view the draft, unless there is something to say about it first (lost, renewed).

    What stands behind the address is dropped unread: it may be a stranger's, and no page is to repeat it.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.exception_reporter_filter = NothingTold()
        request.META["QUERY_STRING"] = ""
        store = AnswerStore(request)
        if store.loss or store.draft.renewal:
            return _notice(request, store)
        response = view(request, store, **kwargs)
        store.write(response)
        return sealed(response, request)

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
        return sealed(response, request)

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
    return sealed(response, request)
