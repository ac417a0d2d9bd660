"""The pages with a map. A script asks for the map alone and puts it into the page it stands on."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from programs import map_page
from programs.center_page import MergedError, find_center
from programs.forms import SearchForm
from programs.models import CenterStatus
from programs.other_searches import url
from programs.pages import search_page


@require_safe
@conditional_page
@cache_control(no_cache=True)
def search_map(request: HttpRequest) -> HttpResponse:
    """The programs of a page of results on a map. A search that finds none leads to its list, which helps."""
    form = SearchForm(request.GET)
    page = search_page(form, today=localdate())
    if page.results is None or not page.cards:
        return HttpResponseRedirect(url(form.pairs()) if form.asks else url(()))
    return _answer(request, map_page.search_map(page))


@require_safe
@conditional_page
@cache_control(no_cache=True)
def center_map(request: HttpRequest, slug: str, short_id: str) -> HttpResponse:
    """Where a center is. 404 when nobody knows; 301 to the map of what a merged one became; 302 to the page
    of a closed one, which names others.
    """
    query = request.META.get("QUERY_STRING", "")
    try:
        center = find_center(short_id)
    except MergedError as error:
        there = f"{error.center.get_absolute_url()}map/"
        return HttpResponsePermanentRedirect(f"{there}?{query}" if query else there)
    if center.status == CenterStatus.CLOSED:
        there = center.get_absolute_url()
        return HttpResponseRedirect(f"{there}?{query}" if query else there)
    found = map_page.center_map(center, SearchForm(request.GET))
    if found is None:
        raise Http404("nobody knows where this center is")
    return _answer(request, found)


def _answer(request: HttpRequest, found: map_page.Map) -> HttpResponse:
    wants_part = request.htmx  # type: ignore[attr-defined]
    template = "programs/_map.html" if wants_part else "programs/map.html"
    response = render(request, template, {"map": found, "is_part": wants_part})
    patch_vary_headers(response, ["HX-Request"])
    return response
