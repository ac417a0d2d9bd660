"""The directory's pages: read, ask, render.

A search and a center may be kept by the browser and are asked for again with their tag: who goes back to a
list that has not changed gets 304 and no page over a weak signal.
"""

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django_htmx.http import HttpResponseClientRedirect

from programs import fit, guide
from programs.center_page import MergedError, center_page, closed_page, find_center
from programs.forms import PlaceForm, SearchForm
from programs.models import CenterStatus
from programs.other_searches import url
from programs.pages import search_page
from programs.places import starting
from programs.week_page import WeekForm, week_page
from programs.why_order import asked, other_orders, ranked_example

AN_HOUR = 60 * 60
"""Seconds that names of places may be kept by whoever passes them on."""


@require_safe
@conditional_page
@cache_control(no_cache=True)
def search(request: HttpRequest) -> HttpResponse:
    """Programs near a place. htmx gets the part that changes, everyone else the whole page.

    302 from an address that tells a location finer than we want to know.
    """
    form = SearchForm(request.GET)
    if form.asks and form.was_finer:
        return HttpResponseRedirect(url(form.pairs()))
    page = search_page(form, today=localdate())
    wants_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "programs/_search.html" if wants_part else "programs/search.html"
    response = render(request, template, {"page": page, "is_part": wants_part})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


@require_safe
@cache_control(public=True, max_age=AN_HOUR)
def places(request: HttpRequest) -> JsonResponse:
    """Places that start with what was typed so far, for the search field to propose."""
    form = PlaceForm(request.GET)
    found = starting(form.cleaned_data["q"]) if form.is_valid() else ()
    return JsonResponse({"places": [{"query": place.query, "label": place.label} for place in found]})


@require_safe
@conditional_page
@cache_control(no_cache=True)
def center(request: HttpRequest, slug: str, short_id: str) -> HttpResponse:
    """One center. 404 for an unknown one, 410 with others nearby for a closed one.

    301 from an old name, and from a center to the one of which it is part now.
    """
    try:
        found = find_center(short_id)
    except MergedError as error:
        return moved(request, error.center.get_absolute_url())
    if found.slug != slug:
        return moved(request, found.get_absolute_url())
    if found.status == CenterStatus.CLOSED:
        closed = closed_page(found, today=localdate())
        return render(request, "programs/closed.html", {"page": closed}, status=410)
    form = SearchForm(request.GET)
    address = request.build_absolute_uri(found.get_absolute_url())
    page = center_page(found, form, today=localdate(), address=address)
    return render(request, "programs/center.html", {"page": page})


def moved(request: HttpRequest, there: str) -> HttpResponse:
    """301 to another path, with the query of the request."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{there}?{query}" if query else there)


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """The visitor's week, to mark hours on; 302 into their search once they are done."""
    form = WeekForm(request.GET)
    if form.is_valid() and form.cleaned_data["done"]:
        return HttpResponseRedirect(form.search_url())
    if request.htmx:  # type: ignore[attr-defined]  # Asked for by a button of the search form: a page of its own.
        return HttpResponseClientRedirect(request.get_full_path())
    return render(request, "programs/week.html", {"page": week_page(form)})


@require_safe
def why_order(request: HttpRequest) -> HttpResponse:
    context = {"fit": fit, "example": ranked_example(), "asked": asked(), "orders": other_orders()}
    return render(request, "programs/why_order.html", context)


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    context = {
        "rows": guide.rows(),
        "columns": guide.columns(),
        "sources": guide.SOURCES.values(),
        "checked": guide.CHECKED,
    }
    return render(request, "programs/levels.html", context)
