"""Reference pages: what Django needs for a page of this look when there is nothing to find out.

literal: the finished HTML of a search as one text in the frame of the site. Only the frame is rendered, so
this is the least that any page of the site can cost.
cards: the frame, and twenty cards of fixed words rendered by a Django template, with no filters beside them.
Neither asks the database.
"""

from functools import cache

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localdate

from bench.questions import SEARCH
from iopfinder.context import site
from programs.forms import SearchForm
from programs.pages import SearchPage, search_page


@cache
def _page() -> SearchPage:
    return search_page(SearchForm(QueryDict(SEARCH)), today=localdate())


@cache
def _html() -> str:
    # What the context processor reads of a request: nothing.
    context = {"page": _page(), "is_part": False, **site(HttpRequest())}
    return render_to_string("programs/_search.html", context)


def literal(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/literal.html", {"html": _html(), "title": _page().title})


def cards(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/cards.html", {"cards": _page().cards, "title": _page().title})
