"""The page behind a link: what we list, a button that all of it is right, and what should be different.

Looking at it changes nothing, so that a mail filter which opens links uses none up; sending does, once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from programs import throttle
from programs.confirming import links, taking
from programs.confirming.as_listed import AsListed, as_listed
from programs.confirming.forms import ActForm, CorrectionForm, SaidForm
from programs.confirming.page import confirming_page
from programs.discreet import discreet
from programs.models import CenterLink

UNKNOWN_LINKS = 30
"""Links that do not work, in an hour from one network; one that works is not counted."""
SENT = 60
"""Forms sent in an hour from one network."""
TOO_MANY = 429
HOUR = 60 * 60


def no_referrer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address holds a secret: no page that is opened from here is told it, not even one of ours."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapper


# Without a referrer browsers send `Origin: null`, which CSRF protection turns away. There is nothing here to
# protect by it: no cookie stands for the center, only the secret in the address, which a stranger lacks.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@no_referrer
@discreet
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """404, the same for a link that expired, was used or withdrawn, or never was; 429 after too many."""
    link = links.find(token)
    if link is None:
        return _not_found(request)
    if request.method != "POST":
        return _page(request, as_listed(link.center))
    if not throttle.gate(request, "confirming", SENT).enter():
        return _too_many(request)
    return _take(request, link, as_listed(link.center))


def _take(request: HttpRequest, link: CenterLink, listed: AsListed) -> HttpResponse:
    act = ActForm(request.POST)
    if act.is_valid() and act.cleaned_data["act"] == "right":
        right = SaidForm(listed, request.POST, auto_id="right_%s")
        if not right.is_valid():
            return _page(request, listed, right=right)
        return _done(request) if taking.all_right(right, link=link) else _not_found(request)
    correct = CorrectionForm(listed, request.POST)
    if not correct.is_valid():
        return _page(request, listed, correct=correct)
    return _done(request) if taking.corrected(correct, link=link) else _not_found(request)


def _page(
    request: HttpRequest,
    listed: AsListed,
    *,
    right: SaidForm | None = None,
    correct: CorrectionForm | None = None,
) -> HttpResponse:
    page = confirming_page(
        listed,
        right=right or SaidForm(listed, auto_id="right_%s"),
        correct=correct or CorrectionForm(listed),
        today=localdate(),
    )
    return render(request, "confirming/confirm.html", {"page": page, "days": links.VALID_FOR.days})


def _done(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("programs:confirmed"), status=303)


def _not_found(request: HttpRequest) -> HttpResponse:
    if not throttle.gate(request, "link", UNKNOWN_LINKS).enter():
        return _too_many(request)
    return render(request, "confirming/not_found.html", {"days": links.VALID_FOR.days}, status=404)


def _too_many(request: HttpRequest) -> HttpResponse:
    answer = render(request, "confirming/too_many.html", status=TOO_MANY)
    answer.headers["Retry-After"] = str(HOUR)
    return answer


@require_safe
@discreet
def confirmed(request: HttpRequest) -> HttpResponse:
    """Thanks, at an address that tells nothing."""
    return render(request, "confirming/thanks.html")
