"""The site under another name: nothing of the first shows, anywhere, in either language."""

import re

import pytest
from django.conf import settings as real
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override
from pypdf import PdfReader

from assessment.answers import COOKIE
from assessment.safety import SAFETY
from iopfinder import errors
from programs.confirming import links, sending
from programs.models import CenterStatus, ZipCode
from programs.staff import post, second_factor
from tests.assessment.take_along.conftest import kept
from tests.assessment.test_result import DETOX
from tests.assessment.walking import CALM, Walker
from tests.brands import brand_of, wear
from tests.programs import factories
from tests.programs.accounts import account, client_of

NAMES = {"": "Cedar County Care Finder", "/es": "Guía de Atención del Condado de Cedar"}
OTHERS = {"": NAMES["/es"], "/es": NAMES[""]}
FIRST = re.compile(r"iopfinder|#0b4f5[25]|#fbf6ec|#191714|#93d6cb", re.IGNORECASE)
"""What only the first brand says: its name, and its colors of paper and action."""


@pytest.fixture
def brand(settings, tmp_path):
    worn = brand_of()
    wear(settings, worn, tmp_path / "built")
    return worn


@pytest.fixture
def cedar(brand, db):
    """A county with three centers, one of them closed, and a city far away with one."""
    for code, city, state, county, lat, lon in (
        ("52772", "Tipton", "IA", "Cedar County", 41.7419, -91.1547),
        ("85004", "Phoenix", "AZ", "Maricopa County", 33.4515, -112.0686),
    ):
        ZipCode.objects.create(zip=code, city=city, state=state, county=county, lat=lat, lon=lon)
        factories.CityFactory(name=city, state=state, county=county, lat=lat, lon=lon)
    at_home = {"lat": 41.75, "lon": -91.15, "state": "IA", "city": "Tipton", "zip": "52772"}
    return [
        factories.center(
            ["iop", "detox"], name="Kite Clinic", yes=["pay_medicaid"], takes_inquiries=True, **at_home
        ),
        factories.center(["outpatient"], name="Lark House", **at_home),
        factories.center(["iop"], name="Closed House", status=CenterStatus.CLOSED, **at_home),
        factories.center(["iop"], name="Desert Clinic", lat=33.45, lon=-112.07, state="AZ"),
    ]


def held(text, prefix=""):
    """The words of a page that has nothing of the first brand, nor its own name in the other language."""
    assert not FIRST.search(text), FIRST.search(text)[0]
    assert OTHERS[prefix] not in text
    return text


def page(client, address, prefix="", status=200):
    response = client.get(prefix + address)
    assert response.status_code == status
    return held(b"".join(response).decode(), prefix)


def answered(answers, prefix=""):
    person = Walker(prefix=prefix)
    person.remember(kept(answers), seen=frozenset(SAFETY))
    return person.client


ADDRESSES = (
    "/",
    "/crisis/",
    "/privacy/",
    "/about/",
    "/families/",
    "/data/",
    "/guide/",
    "/guide/levels/",
    "/guide/ten-questions/",
    "/programs/",
    "/programs/why-this-order/",
    "/programs/week/",
    "/programs/your-code/",
    "/programs/?place=52772",
    "/programs/?place=85004",
    "/programs/?place=Tipton",
    "/programs/map/?place=52772",
    "/programs/?place=nowhere+at+all",
    "/programs/?place=52772&level=detox",
    "/programs/compare/",
    "/programs/call/",
    "/assessment/",
    "/assessment/step-1/",
    "/assessment/helping/",
    "/assessment/come-back/",
    "/confirm/thanks/",
)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/es"])
def test_every_public_page_says_its_own_name_lines_and_footer(client, cedar, prefix):
    for address in ADDRESSES:
        text = page(client, address, prefix)
        head, _, rest = text.partition("</head>")
        assert NAMES[prefix] in head, address
        top = rest.partition("</header>")[0]
        assert 'href="tel:911"' in top, address
        assert 'href="tel:988"' in top, address
        if not address.startswith("/confirm/"):
            assert ("A service of the people" if not prefix else "Un servicio de la gente") in rest, address
            assert 'href="https://www.cedarcounty.example/offices/"' in rest, address
            assert "brand/logo.svg" in top, address
        assert '<meta name="theme-color" content="#f6f7fb"' in head
        assert "og:image" not in head
    for found in cedar:
        status = 410 if found.status == CenterStatus.CLOSED else 200
        with override(prefix[1:] or "en"):
            address = found.get_absolute_url()
        assert NAMES[prefix] in page(client, address.removeprefix(prefix), prefix, status)
    with override("en"):
        kite = cedar[0].get_absolute_url()
    for more in ("report/", "call-back/", "map/"):
        assert NAMES[prefix] in page(client, kite + more, prefix)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("answers", [CALM, CALM | DETOX], ids=["iop", "detox"])
def test_the_result_and_what_goes_along_are_the_brands(cedar, prefix, answers):
    person = answered(answers, prefix)
    for address in ("/assessment/check/", "/assessment/result/", "/assessment/print/", "/assessment/save/"):
        assert NAMES[prefix] in page(person, address, prefix)
    near = person.post(prefix + "/assessment/programs/", {"zip": "52772"}, follow=True)
    assert "Kite Clinic" in held(near.content.decode(), prefix)
    made = person.get(prefix + "/assessment/summary.pdf")
    reader = PdfReader(_bytes(made))
    text = held(" ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split()), prefix)
    assert NAMES[prefix] in text
    assert "1-319-555-0142" in text
    assert reader.metadata.author == NAMES[prefix]
    # The color of headings, as a PDF writes it: 59, 45 and 131 of 255.
    drawn = b"".join(sheet.get_contents().get_data() for sheet in reader.pages)
    assert re.search(rb"0\.231\d* 0\.176\d* 0\.51\d* (sc|rg)", drawn)


def _bytes(response):
    import io

    return io.BytesIO(b"".join(response))


@pytest.mark.django_db
def test_a_hidden_level_changes_no_result_and_every_page_says_where_else(cedar, settings):
    for prefix, says in (("", "keeps no list of this level of care"), ("/es", "no mantiene una lista")):
        person = answered(CALM | DETOX, prefix)
        result = page(person, "/assessment/result/", prefix)
        sheet = page(person, "/assessment/print/", prefix)
        near = person.post(prefix + "/assessment/programs/", {"zip": "52772"}, follow=True).content.decode()
        for text in (result, near, sheet):
            assert says in text
            assert "FindTreatment.gov" in text
            assert "1-319-555-0144" in text
        assert "Kite Clinic" in near
        settings.LEVELS_LISTED = (*real.BRAND.levels, "residential", "detox")
        listed = page(answered(CALM | DETOX, prefix), "/assessment/result/", prefix)
        assert says not in listed
        heading = re.compile(r"<h1>.*?</h1>", re.DOTALL)
        assert heading.search(result)[0] == heading.search(listed)[0]
        settings.LEVELS_LISTED = real.BRAND.levels
    assert says not in page(answered(CALM), "/assessment/result/")


@pytest.mark.django_db
def test_the_search_offers_its_levels_and_still_answers_for_the_others(client, cedar):
    start = page(client, "/programs/")
    boxes = re.findall(r'name="level" value="(\w+)"', start)
    assert boxes == ["outpatient", "iop", "php"]
    detox = page(client, "/programs/?place=52772&level=detox")
    assert "Kite Clinic" in detox
    assert "keeps no list of this level of care" in detox
    assert re.findall(r'name="level" value="(\w+)"', detox)[:4] == ["outpatient", "iop", "php", "detox"]
    assert "keeps no list" not in page(client, "/programs/?place=52772&level=iop")


@pytest.mark.django_db
def test_care_beyond_the_region_is_shown_and_said_to_be_beyond(client, cedar):
    beyond = page(client, "/programs/?place=85004")
    assert "Desert Clinic" in beyond
    assert "This place is outside Cedar County, the area" in beyond
    assert 'href="https://findtreatment.gov/"' in beyond
    assert 'href="tel:13195550144"' in beyond
    assert "outside Cedar County" not in page(client, "/programs/?place=52772")
    person = answered(CALM)
    for code, is_beyond in (("85004", True), ("52772", False)):
        near = person.post("/assessment/programs/", {"zip": code}, follow=True).content.decode()
        assert ("outside Cedar County" in near) is is_beyond
    assert "(Condado de Cedar)" in page(client, "/programs/?place=85004", "/es")


@pytest.mark.django_db
def test_the_region_comes_first_when_somebody_types(client, cedar):
    for state, county, count in (
        ("IA", "Cedar County", 1),
        ("MO", "Polk County", 3),
        ("IL", "Cook County", 90),
    ):
        factories.CityFactory(
            name="Springfield", search_name="springfield", state=state, county=county, zip_count=count
        )
    found = client.get("/programs/places/?q=Spring").json()["places"]
    assert [place["query"] for place in found] == ["Springfield, IA", "Springfield, IL", "Springfield, MO"]
    there = page(client, "/programs/?place=Springfield")
    assert "within 25 miles of Springfield, IA</h1>" in there
    assert "Another place of that name:" in there
    start = page(client, "/programs/?level=iop")
    assert "Places in Cedar County:" in start
    assert 'href="/programs/?place=Tipton%2C+IA&amp;radius=25&amp;level=iop"' in start


@pytest.mark.django_db
def test_without_a_region_a_name_of_many_cities_is_still_asked_back(client, db):
    for state in ("IA", "MO"):
        factories.CityFactory(name="Springfield", search_name="springfield", state=state)
    text = client.get("/programs/?place=Springfield").content.decode()
    assert "Which Springfield do you mean?" in text
    assert "Places in" not in text


@pytest.mark.django_db
def test_mails_are_signed_by_the_brand(cedar, settings, mailoutbox):
    staff = account("coordinator")
    for name, context in (
        ("reset", {"link": "https://x.example/"}),
        ("invitation", {"link": "x", "by": staff, "days": 7}),
    ):
        for language, prefix in (("en", ""), ("es", "/es")):
            with override(language):
                assert post.send(name, staff, context)
            said = held(f"{mailoutbox[-1].subject}\n{mailoutbox[-1].body}", prefix)
            assert NAMES[prefix] in said
            assert ("Cedar County Health Office" if not prefix else "Oficina de Salud") in said
        assert mailoutbox[-1].from_email == "care@cedarcounty.example"
    assert "issuer=Cedar%20County%20Care%20Finder" in second_factor.address(staff, b"k" * 20)
    link, token = links.make(cedar[0])
    letter = sending.written(link, token)
    assert not FIRST.search(letter.subject + letter.body)
    for name in NAMES.values():
        assert name in letter.body
    assert NAMES[""] in page(Client(), f"/confirm/{token}/")


@pytest.mark.django_db
def test_the_desk_and_its_door_wear_the_brand(cedar):
    for address, client in (("/admin/login/", Client()), ("/admin/", client_of(account("coordinator")))):
        text = page(client, address)
        assert "Cedar County Care Finder: Directory desk" in text


@pytest.mark.django_db
def test_what_machines_read_is_the_brands(client, cedar):
    document = page(client, "/api/openapi.json")
    assert "Cedar County Care Finder: programs" in document
    for address in (
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-pages.xml",
        "/api/bulk/programs.csv",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        held(b"".join(response).decode())


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_error_pages_are_the_brands(brand, prefix):
    request = RequestFactory().get(prefix + "/")
    assert NAMES[prefix] in page(Client(), "/there-is-no-such-page/", prefix, status=404)
    with override(prefix[1:] or "en"):
        for made in (errors.bad_request(request, Exception()), errors.server_error(request)):
            text = held(made.content.decode(), prefix)
            assert NAMES[prefix] in text
            assert "1-319-555-0142" in text
        for template in ("403.html", "403_csrf.html"):
            text = held(render_to_string(template, request=request), prefix)
            assert NAMES[prefix] in text


def test_the_files_browsers_get_are_the_brands(brand, settings):
    for name in (
        "css/site.css",
        "css/admin-theme.css",
        "icons/icon.svg",
        "brand/logo.svg",
        "brand/logo-dark.svg",
    ):
        with open(finders.find(name)) as file:  # noqa: PTH123  (the finder gives a text)
            text = file.read()
        assert not FIRST.search(text), name
        assert "#3b2d83" in text or "#b9b3f5" in text, name
    settings.BRAND = settings.BRAND.__class__(palette=brand.palette, key="x")
    settings.BUILT_STATIC = settings.BUILT_STATIC / "other"
    with open(finders.find("icons/icon.svg")) as file:  # noqa: PTH123
        painted = file.read()
    assert 'fill="#3b2d83"' in painted
    assert not FIRST.search(painted)


def test_the_house_finds_none_of_a_brands_files():
    assert finders.find("brand/logo.svg") is None
    assert finders.find("icons/icon.svg") == str(real.BASE_DIR / "static" / "icons" / "icon.svg")


def test_the_cookie_of_answers_has_no_name_of_ours():
    assert "iop" not in COOKIE.lower()
