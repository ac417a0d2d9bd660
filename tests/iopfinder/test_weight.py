"""What every kind of page weighs, in both languages: as it is sent, with its own styles and scripts.

No browser: the files are those that a page names, and the modules that these import.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import Count
from django.test import Client
from django.urls import URLPattern, URLResolver, resolve

from assessment.answers import Wishes
from iopfinder import urls, used_styles
from programs.models import Center
from tests.assessment.directory import add_sample_directory
from tests.assessment.walking import CALM, Walker

pytestmark = pytest.mark.django_db

FIRST_VISIT, NEXT_PAGE = 75_000, 15_000
WIDE = "/programs/?place=85004&radius=100"
TOKEN = "0123456789ABCDEFGHJKMNPQRSTVWX"
PAGES = (
    *("/", "/crisis/", "/privacy/", "/about/", "/data/", "/families/", "/left/"),
    *("/guide/", "/guide/ten-questions/", "/guide/levels/"),
    *("/programs/", WIDE, f"{WIDE}&page=2", "/programs/?place=zzz", "/programs/week/"),
    *("/programs/why-this-order/", "/programs/your-code/", f"/confirm/{TOKEN}/", "/confirm/thanks/"),
    *("/assessment/", "/assessment/helping/", "/assessment/come-back/"),
)
ANSWERED = tuple(
    f"/assessment/{page}/" for page in ("step-5", "change-5", "check", "result", "programs", "print", "save")
)
OF_A_CENTER = ("report/", "call-back/")
MAPS = {"map", "center_map"}
"""What they draw is their content; it is held to nothing here."""
NO_PAGES = {
    *("live", "ready", "icon", "robots", "sitemap", "sitemap_pages", "sitemap_centers"),
    *(
        "metrics",
        "policy_reports",
        "places",
        "send_question",
        "send_change",
        "summary_pdf",
        "summary_fhir",
        "questions",
    ),
}
AFTER_A_FORM = {"quick_exit", "withdraw", "interrupt", "forget", "erase_saved"}
"""Shown only after something was sent, or once: they bear less than the pages that lead to them."""


@pytest.fixture
def directory():
    add_sample_directory()


def walker() -> Walker:
    """Someone who answered everything and asked for programs, in a browser that takes compressed pages."""
    found = Walker(Client(headers={"accept-encoding": "gzip"}))
    found.remember(CALM, wishes=Wishes(zip="85004", payment=("pay_medicaid",)))
    return found


def of_centers() -> list[str]:
    """Pages of the centers that have most to say, and of the comparison of four."""
    most = Center.objects.published().annotate(said=Count("programs") + Count("statements"))
    four = [center.get_absolute_url() for center in most.order_by("-said", "pk")[:4]]
    ids = "&".join(f"center={url.rstrip('/').rpartition('-')[2]}" for url in four)
    forms = [four[0] + rest for rest in OF_A_CENTER]
    return [*four, *forms, f"/programs/compare/?{ids}", f"/programs/call/?{ids}"]


def every_page() -> list[str]:
    return [*PAGES, *of_centers(), *ANSWERED]


@cache
def weight_of(name: str) -> int:
    return len(gzip.compress(Path(finders.find(name)).read_bytes()))


def files(html: str) -> set[str]:
    """Static files that a browser fetches for this page, by name."""
    place = re.escape(f"/{settings.STATIC_URL.strip('/')}/")
    waiting = re.findall(rf'<(?:link|script|img)[^>]* (?:src|href)="{place}([^"]+)"', html)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name.endswith(".js"):
                text = Path(finders.find(name)).read_text(encoding="utf-8")
                others = re.findall(r'^import .*"\./([^"]+)"', text, re.MULTILINE)
                waiting += [f"js/{other}" for other in others]
    return found


def read(walker: Walker, url: str) -> tuple[str, int]:
    """The page, and the bytes it was sent in."""
    response = walker.client.get(url)
    assert response.status_code in {200, 404, 410}, (url, response.status_code)
    packed = response.get("Content-Encoding") == "gzip"
    html = gzip.decompress(response.content) if packed else response.content
    return html.decode(), len(response.content)


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_a_first_visit_and_a_next_page_are_light_and_have_their_styles(directory, prefix):
    someone = walker()
    cached = files(read(someone, f"{prefix}/")[0])
    assert cached == {"css/site.css", "js/site.js", "icons/icon.svg"}
    heavy, borne = [], set()
    for url in every_page():
        html, sent = read(someone, url if url == "/left/" else prefix + url)
        fetched = files(html)
        first = sent + sum(map(weight_of, fetched))
        following = sent + sum(map(weight_of, fetched - cached))
        if first > FIRST_VISIT or following > NEXT_PAGE:
            heavy.append((url, first, following, sorted(fetched)))
        borne |= {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}
    assert heavy == []
    theirs = used_styles.classes(settings.BOOTSTRAP_CSS.read_text(encoding="utf-8"))
    kept = used_styles.classes(Path(finders.find("css/site.css")).read_text(encoding="utf-8"))
    assert {"btn-primary", "form-check-input", "col-lg-8"} <= borne & theirs
    assert borne & theirs <= kept


def names(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """Of every address but those of the desk and for machines."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield str(one.name)
        elif not str(one.pattern).startswith(("admin/", "api/")):
            yield from names(one.url_patterns)


def test_no_kind_of_page_was_forgotten():
    of_a_center = [f"/programs/centers/any-0123456789/{rest}" for rest in ("", *OF_A_CENTER)]
    weighed = {resolve(url.partition("?")[0]).url_name for url in (*PAGES, *ANSWERED, *of_a_center)}
    weighed |= {"compare", "call_sheet"}
    assert set(names(urls.urlpatterns)) - weighed == NO_PAGES | AFTER_A_FORM | MAPS
