"""How search engines find pages: every address is either listed with a canonical address, or says noindex."""

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode
from urllib.robotparser import RobotFileParser
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils.translation import override

from assessment.domain.content import CURRENT
from iopfinder import sitemaps
from iopfinder.guide.reading import guide
from programs import listings
from programs.models import Center, Statement
from tests.assessment.walking import CALM, Walker
from tests.programs import factories

ORIGIN = "http://testserver"
SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def patterns(resolver=None, namespace=""):
    """Every named address of the site, the admin's aside: that is for staff, behind a sign-in."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from patterns(
                    pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                )
        else:
            yield f"{namespace}{pattern.name}", pattern.pattern.converters or pattern.pattern.regex.groupindex


def addresses(center):
    """One path for each named address. KeyError for a part of an address that this test does not know."""
    own = {
        "slug": center.slug,
        "short_id": center.short_id,
        "number": 1,
        "code": "paying",
        "state": "az",
        "part": 1,
        "language": "en",
        "version": CURRENT,
        "wanted": str(center.public_id),
        "token": "7qx2-m0fa-zk3d-9t5h-wcre-4b8n-j6vp",
    }
    for name, converters in dict(patterns()).items():
        yield name, reverse(name, kwargs={part: own[part] for part in converters})


def fetched(client, path):
    """The answer, read to its end: a stream that is not holds its file open."""
    response = client.get(path)
    if response.streaming:
        assert sum(map(len, response.streaming_content))
    return response


def robots_of(response):
    """What the answer says to robots: its header, or the page itself."""
    if "X-Robots-Tag" in response.headers:
        return response.headers["X-Robots-Tag"]
    if not response.headers["Content-Type"].startswith("text/html"):
        return ""
    found = re.search(r'<meta name="robots" content="([^"]+)"', response.content.decode())
    return found[1] if found else ""


def canonical_of(response):
    if not response.headers["Content-Type"].startswith("text/html"):
        return ""
    found = re.findall(r'<link rel="canonical" href="([^"]+)"', response.content.decode())
    assert len(found) <= 1
    return unescape(found[0]) if found else ""


@pytest.fixture
def center(db):
    factories.ZipCodeFactory(zip="85004")
    return factories.center(["iop"], website="https://center.example/")


def locations(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    root = ElementTree.fromstring(body)
    return [(one.findtext("s:loc", "", SPACES), one.findtext("s:lastmod", "", SPACES)) for one in root]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_address_is_listed_with_a_canonical_address_or_says_noindex(client, center, language):
    walker = Walker(client)
    walker.remember(CALM)
    pages = {loc for loc, _ in locations(client.get("/sitemap-pages.xml"))}
    pages |= {loc for loc, _ in locations(client.get("/sitemap-centers-az-1.xml"))}
    seen = set()
    with override(language):
        for name, path in addresses(center):
            response = fetched(client, path)
            if response.status_code in {301, 302, 303, 304, 405}:
                continue
            robots = robots_of(response)
            seen.add(name)
            if "noindex" in robots:
                assert not canonical_of(response), name
                assert ORIGIN + path not in pages, name
            else:
                assert response.status_code == 200, name
                assert robots == "index, follow", name
                assert canonical_of(response) == ORIGIN + path, name
                assert ORIGIN + path in pages, name
    assert len(seen) > 20


def test_pages_made_of_answers_are_never_listed(client, center):
    walker = Walker(client)
    walker.remember(CALM)
    for name, path in addresses(center):
        if name.startswith("assessment:") and name != "assessment:helping":
            response = fetched(client, path)
            assert response.status_code >= 300 or "noindex" in robots_of(response), name


@pytest.mark.parametrize("path", ["/no-such-page/", "/es/guide/no-such-page/", "/left/"])
def test_what_is_no_page_says_noindex(client, db, path):
    response = client.get(path)
    assert "noindex" in robots_of(response)
    assert not canonical_of(response)


@pytest.mark.parametrize("path", ["/", "/guide/paying/", "/families/", "/guide/levels/", "/guide/"])
def test_both_languages_name_each_other_and_the_first_for_everybody_else(client, path):
    named = {
        ("en", f"{ORIGIN}{path}"),
        ("es", f"{ORIGIN}/es{path}"),
        ("x-default", f"{ORIGIN}{path}"),
    }
    for address in (path, f"/es{path}?from=somewhere"):
        page = client.get(address).content.decode()
        assert set(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page)) == named


@pytest.mark.parametrize("path", ["/", "/es/", "/guide/warning-signs/", "/es/families/", "center"])
def test_a_page_that_is_shared_shows_its_title_words_and_picture(client, center, path):
    path = center.get_absolute_url() if path == "center" else path
    page = client.get(path).content.decode()
    told = dict(re.findall(r'<meta property="og:([a-z:_]+)" content="([^"]*)"', page))
    assert told["title"] == re.search("<title>(.*)</title>", page)[1]
    assert told["description"] == re.search('<meta name="description" content="([^"]*)"', page)[1]
    assert told["url"] == f"{ORIGIN}{path}"
    assert told["locale"] == ("es_US" if path.startswith("/es") else "en_US")
    assert told["type"] == ("article" if "guide/" in path or "families" in path else told["type"])
    assert "<" not in told["title"] + told["description"]
    image = told["image"].removeprefix(ORIGIN)
    assert b"PNG" in b"".join(client.get(image).streaming_content)[:8]


def test_a_title_with_signs_of_html_is_escaped_once(client, db):
    made = factories.center(["iop"], name="Hope & <Home>", slug="hope")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Hope &amp; &lt;Home&gt;" in re.search("<title>(.*)</title>", page)[1]
    assert "&amp;amp;" not in page


def test_robots_may_read_what_is_listed_and_nothing_made_of_answers(client, center):
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    assert rules.site_maps() == [f"{ORIGIN}/sitemap.xml"]
    for address, _ in locations(client.get("/sitemap.xml")):
        for loc, _ in locations(client.get(address.removeprefix(ORIGIN))):
            assert rules.can_fetch("*", loc), loc
    for path in ("/assessment/", "/es/assessment/result/", "/assessment/summary.pdf", "/admin/"):
        assert not rules.can_fetch("*", ORIGIN + path), path


def test_the_sitemap_lists_the_guide_with_the_days_of_its_facts(client, db):
    told = dict(locations(client.get("/sitemap-pages.xml")))
    for page in guide("en").own():
        path = "/families/" if page.address else f"/guide/{page.id}/"
        assert told[ORIGIN + path] == told[f"{ORIGIN}/es{path}"] == str(page.last_checked)
    assert told[f"{ORIGIN}/"] == ""


def make_centers(count, **fields):
    """Many centers without programs, quickly; the days they changed are days of March 2026."""
    organization = factories.OrganizationFactory()
    made = Center.objects.bulk_create(
        Center(
            public_id=UUID(int=n + 1),
            organization=organization,
            name=f"Center {n}",
            slug=f"center-{n}",
            city="Mesa",
            zip="85201",
            **{"state": "AZ", **fields},
        )
        for n in range(count)
    )
    Center.objects.filter(pk__in=[one.pk for one in made]).update(updated_at="2026-03-05T12:00:00Z")


@pytest.mark.django_db
def test_many_centers_are_listed_in_parts_with_few_queries(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(sitemaps, "PART", 400)
    make_centers(1000)
    make_centers(0)
    factories.CenterFactory(state="OH", slug="ohio-one")
    with django_assert_num_queries(1):
        files = locations(client.get("/sitemap.xml"))
    names = [loc.rsplit("/", 1)[1] for loc, _ in files]
    assert names == [
        "sitemap-pages.xml",
        "sitemap-centers-az-1.xml",
        "sitemap-centers-az-2.xml",
        "sitemap-centers-az-3.xml",
        "sitemap-centers-oh-1.xml",
    ]
    assert files[1][1] == "2026-03-05"
    listed = []
    for loc, _ in files[1:4]:
        with django_assert_num_queries(2):
            listed += locations(client.get(loc.removeprefix(ORIGIN)))
    assert len(listed) == len(set(listed)) == 2000
    assert {day for _, day in listed} == {"2026-03-05"}
    with django_assert_num_queries(1):
        assert client.get("/sitemap-centers-az-4.xml").status_code == 404
    assert client.get("/sitemap-centers-az-0.xml").status_code == 404
    assert client.get("/sitemap-centers-zz-1.xml").status_code == 404
    assert client.get(f"/sitemap-centers-az-{2**63 - 1}.xml").status_code == 404
    assert client.get(f"/sitemap-centers-az-{'9' * 200}.xml").status_code == 404


@pytest.mark.django_db
def test_a_part_is_written_while_it_is_read(client):
    """Never the whole of it in memory: what is sent at a time is one center."""
    make_centers(50)
    response = client.get("/sitemap-centers-az-1.xml")
    assert response.streaming
    pieces = list(response.streaming_content)
    assert len(pieces) == 52
    assert max(map(len, pieces)) < 2_000


@pytest.mark.django_db
def test_each_address_names_its_other_language(client):
    made = factories.CenterFactory()
    root = ElementTree.fromstring(b"".join(client.get("/sitemap-centers-az-1.xml").streaming_content))
    path = made.get_absolute_url()
    for url in root:
        ways = {one.get("hreflang"): one.get("href") for one in url.findall("x:link", SPACES)}
        assert ways == {"en": ORIGIN + path, "es": f"{ORIGIN}/es{path}", "x-default": ORIGIN + path}
    assert [url.findtext("s:loc", "", SPACES) for url in root] == [ORIGIN + path, f"{ORIGIN}/es{path}"]


@pytest.mark.django_db
def test_drafts_closed_and_invented_centers_are_not_listed(client):
    for n, fields in enumerate(({"status": "draft"}, {"status": "closed"}, {"is_sample": True})):
        factories.CenterFactory(state="TX", slug=f"hidden-{n}", **fields)
    assert len(locations(client.get("/sitemap.xml"))) == 1
    assert client.get("/sitemap-centers-tx-1.xml").status_code == 404


def changed_on(center):
    center.refresh_from_db()
    return center.updated_at.date()


@pytest.mark.django_db
def test_a_center_counts_as_changed_when_something_was_said_and_not_when_lists_are_rebuilt():
    made = factories.center(["iop"])
    Center.objects.update(updated_at="2026-03-05T12:00:00Z")
    listings.rebuild_all()
    assert changed_on(made) == date(2026, 3, 5)
    Statement.objects.update(said_on=date(2026, 10, 1))
    listings.rebuild([made.pk])
    assert changed_on(made) > date(2026, 3, 5)


def search(**asked):
    return reverse("programs:search") + "?" + urlencode(asked, doseq=True)


LISTED = [{"place": "85004"}, {"place": "85004", "level": "iop"}, {"place": "Phoenix, AZ", "level": "iop"}]
NOT_LISTED = [
    {"place": "85004", "level": ["iop", "php"]},
    {"place": "85004", "pay": "pay_medicaid"},
    {"place": "85004", "age": "age_adults"},
    {"place": "85004", "radius": "50"},
    {"place": "85004", "level": "detox"},
    {"place": "33.45, -112.07"},
    {"place": "there is no such place"},
]


@pytest.mark.parametrize("asked", LISTED, ids=str)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_search_for_a_place_and_a_level_is_listed_under_one_address(client, center, asked, language):
    factories.CityFactory()
    with override(language):
        plain = client.get(search(**asked))
        assert robots_of(plain) == "index, follow"
        address = canonical_of(plain)
        assert address.startswith(f"{ORIGIN}{reverse('programs:search')}?place=")
        again = client.get(address.removeprefix(ORIGIN))
        assert canonical_of(again) == address
        assert robots_of(again) == "index, follow"
        ordered = client.get(search(**asked, order="name"))
        assert canonical_of(ordered) == address
    title = re.search("<title>(.*) · IOPFinder</title>", plain.content.decode())[1]
    assert ("IOP" in title) is ("level" in asked)
    assert "85004" in title or "Phoenix, AZ" in title


@pytest.mark.parametrize("asked", NOT_LISTED, ids=str)
def test_a_search_with_wishes_a_location_or_nothing_found_is_not_listed(client, center, asked):
    response = client.get(search(**asked))
    assert response.status_code == 200
    assert "noindex" in robots_of(response)
    assert not canonical_of(response)
