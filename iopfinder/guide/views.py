"""The pages of the guide: read the content, show it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from iopfinder.guide.pages import Page
from iopfinder.guide.reading import guide
from iopfinder.guide.shown import ShownPage, groups, shown_page


def _shown(code: str) -> ShownPage:
    """A page of the guide in the active language. Http404 when it has none of this code."""
    whole = guide(get_language() or "en")
    page = whole.pages.get(code)
    if not isinstance(page, Page):
        raise Http404("no such page of the guide")
    return shown_page(whole, page, today=localdate())


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    whole = guide(get_language() or "en")
    return render(request, "guide/index.html", {"guide": whole, "groups": groups(whole)})


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One page. 404 for one that stands at an address of its own."""
    whole = guide(get_language() or "en")
    found = whole.pages.get(code)
    if isinstance(found, Page) and found.address:
        raise Http404("stands at an address of its own")
    return render(request, "guide/page.html", {"page": _shown(code)})


@require_safe
def families(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/families.html", {"page": _shown("families")})
