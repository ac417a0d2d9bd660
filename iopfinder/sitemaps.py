"""Which pages there are, for search engines: an index, the pages around, and the centers state by state.

Every address stands once for each language, with its other languages beside it. `lastmod` is when what a
page says last changed, and is left out where nothing tells. A file is written while the rows are read, a
bounded part of a state at a time, so that neither memory nor a query grows with the directory.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from iopfinder.guide.pages import Page
from iopfinder.guide.reading import guide
from iopfinder.guide.shown import address_of
from programs import guide as levels
from programs.models import Center

PART = 5_000
"""Centers in one file, at most. The protocol allows 50,000 addresses, and each center has one a language."""
LAST_PART = 10_000
"""More parts than any state can have; a larger number is a mistake or a machine."""
CHUNK = 500
"""Rows read, and written out, at a time."""
PLAIN = (
    "home",
    "about",
    "privacy",
    "crisis",
    "data",
    "guide:index",
    "programs:search",
    "programs:why_order",
    "assessment:helping",
)
"""Pages without a day of their own, by the names of their addresses."""
_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_SHUT = "</urlset>\n"
_XML = "application/xml"


class Entry(NamedTuple):
    """A page: its path in each language, and the day it last changed."""

    paths: dict[str, str]
    changed: date | None


@require_safe
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    """The files there are. One query."""
    origin = _origin(request)
    files = [(reverse("sitemap_pages"), _newest_page())]
    listed = Center.objects.listed_publicly().order_by("state").values_list("state")
    for state, count, newest in listed.annotate(count=Count("id"), newest=Max("updated_at")):
        parts = range(1, -(-count // PART) + 1)
        files += [(reverse("sitemap_centers", args=[state.lower(), n]), newest.date()) for n in parts]
    lines = [f"<sitemap><loc>{origin}{path}</loc>{_lastmod(changed)}</sitemap>\n" for path, changed in files]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{"".join(lines)}'
    return HttpResponse(f"{head}{body}</sitemapindex>\n", content_type=_XML)


@require_safe
@cache_control(public=True, max_age=3600)
def pages(request: HttpRequest) -> HttpResponse:
    """The pages that are no center. No query."""
    origin = _origin(request)
    body = "".join(_urls(origin, entry) for entry in page_entries())
    return HttpResponse(f"{_OPEN}{body}{_SHUT}", content_type=_XML)


@require_safe
@cache_control(public=True, max_age=3600)
def centers(request: HttpRequest, state: str, part: int) -> StreamingHttpResponse:
    """The centers of a part of a state. 404 for a part that holds none. Two queries."""
    found = Center.objects.listed_publicly().filter(state=state.upper()).order_by("id")
    start = (part - 1) * PART
    if not 1 <= part <= LAST_PART or not found[start : start + 1].exists():
        raise Http404("no such part")
    rows = found[start : start + PART].values_list("slug", "public_id", "updated_at")
    origin = _origin(request)

    def body() -> Iterator[str]:
        yield _OPEN
        for slug, public_id, updated in rows.iterator(chunk_size=CHUNK):
            center = Center(slug=slug, public_id=public_id)
            yield _urls(origin, Entry(_in_each(center), updated.date()))
        yield _SHUT

    return StreamingHttpResponse(body(), content_type=_XML)


def page_entries() -> Iterator[Entry]:
    """Every page that is no center and that search engines may list."""
    for name in PLAIN:
        yield Entry(_named(name), None)
    yield Entry(_named("programs:levels"), levels.CHECKED)
    for code, page in guide(settings.LANGUAGE_CODE).pages.items():
        if isinstance(page, Page):
            yield Entry(_guide_page(code), page.last_checked)


def _newest_page() -> date | None:
    return max((entry.changed for entry in page_entries() if entry.changed), default=None)


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _named(name: str) -> dict[str, str]:
    paths = {}
    for code in _languages():
        with override(code):
            paths[code] = reverse(name)
    return paths


def _guide_page(page: str) -> dict[str, str]:
    paths = {}
    for code in _languages():
        with override(code):
            paths[code] = address_of(guide(code).pages[page])
    return paths


def _in_each(center: Center) -> dict[str, str]:
    paths = {}
    for code in _languages():
        with override(code):
            paths[code] = center.get_absolute_url()
    return paths


def _origin(request: HttpRequest) -> str:
    return escape(f"{request.scheme}://{request.get_host()}")


def _lastmod(changed: date | None) -> str:
    return f"<lastmod>{changed:%Y-%m-%d}</lastmod>" if changed else ""


def _urls(origin: str, entry: Entry) -> str:
    """One <url> a language; each names all languages, and the first for everybody else."""
    named = [*entry.paths.items(), ("x-default", entry.paths[settings.LANGUAGE_CODE])]
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{origin}{escape(path)}"/>'
        for code, path in named
    )
    return "".join(
        f"<url><loc>{origin}{escape(path)}</loc>{_lastmod(entry.changed)}{others}</url>\n"
        for path in entry.paths.values()
    )
