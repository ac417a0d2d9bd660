"""Reference pages: what Django needs for a page of this look when there is nothing to find out.

literal: the finished HTML of a search as one text in the frame of the site, of which the parts that never
change are kept. This is the least that any page of the site can cost.
cards: the frame, and twenty cards of fixed words, all of it rendered by Django templates, with no filters
beside them: the floor of a Django template, which does not move when the site learns to keep a part of it.
kept_cards: the same, with the parts of the frame kept as the site keeps them.
None asks the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.cache import CacheNode
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
    with nothing_kept():
        return kept_cards(request)


def kept_cards(request: HttpRequest) -> HttpResponse:
    return render(request, "bench/cards.html", {"cards": _page().cards, "title": _page().title})


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Templates are rendered as if nobody had thought of `{% cache %}`. One request at a time."""
    kept = CacheNode.render
    CacheNode.render = _rendered  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        CacheNode.render = kept  # type: ignore[method-assign]


def _rendered(node: CacheNode, context: Context) -> str:
    return node.nodelist.render(context)
