"""The directory's pages: read, ask, render."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from programs import fit
from programs.center_page import center_page, closed_page, find_center
from programs.forms import SearchForm
from programs.levels import LEVELS
from programs.models import CenterStatus
from programs.pages import search_page
from programs.why_order import ranked_example


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Programs near a place. htmx gets the part that changes, everyone else the whole page."""
    page = search_page(SearchForm(request.GET), today=localdate())
    wants_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "programs/_search.html" if wants_part else "programs/search.html"
    response = render(request, template, {"page": page, "is_part": wants_part})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def center(request: HttpRequest, slug: str, short_id: str) -> HttpResponse:
    """One center. 301 from an old name, 404 for an unknown one, 410 with others nearby for a closed one."""
    found = find_center(short_id)
    if found.slug != slug:
        query = request.META.get("QUERY_STRING", "")
        there = found.get_absolute_url()
        return HttpResponsePermanentRedirect(f"{there}?{query}" if query else there)
    form = SearchForm(request.GET)
    if found.status == CenterStatus.CLOSED:
        page = closed_page(found, today=localdate())
        return render(request, "programs/closed.html", {"page": page}, status=410)
    return render(request, "programs/center.html", {"page": center_page(found, form, today=localdate())})


@require_safe
def why_order(request: HttpRequest) -> HttpResponse:
    return render(request, "programs/why_order.html", {"fit": fit, "example": ranked_example()})


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    return render(request, "programs/levels.html", {"levels": LEVELS})
