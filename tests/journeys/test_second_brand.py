"""The site under another name, in a real browser: readable, silent, and with nothing of the first."""

import pytest

from programs.models import ZipCode
from tests.assessment.test_result import DETOX
from tests.assessment.walking import CALM
from tests.brands import brand_of, wear
from tests.programs import factories

PAGES = {
    "home": "/",
    "home-es": "/es/",
    "crisis": "/crisis/",
    "search": "/programs/",
    "near": "/programs/?place=52772",
    "beyond": "/programs/?place=85004",
    "result": "/assessment/result/",
    "result-es": "/es/assessment/result/",
    "desk": "/admin/login/",
}


@pytest.fixture
def cedar(live_server, settings, tmp_path):
    wear(settings, brand_of(), tmp_path)
    for code, city, state, county, lat, lon in (
        ("52772", "Tipton", "IA", "Cedar County", 41.7419, -91.1547),
        ("85004", "Phoenix", "AZ", "Maricopa County", 33.4515, -112.0686),
    ):
        ZipCode.objects.create(zip=code, city=city, state=state, county=county, lat=lat, lon=lon)
        factories.center(["iop"], name=f"{city} Clinic", city=city, state=state, zip=code, lat=lat, lon=lon)
    return live_server.url


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_page_is_readable_in_the_brands_colors(
    cedar, page_at, axe, quiet, sideways, shot, remembered, width, scheme
):
    page = page_at(width, dark=scheme == "dark")
    remembered(page, CALM | DETOX)
    paper = {"light": "rgb(246, 247, 251)", "dark": "rgb(20, 22, 31)"}[scheme]
    for name, address in PAGES.items():
        page.goto(cedar + address)
        shot(page, f"brand-{name}-{width}-{scheme}")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper, name
        assert "IOPFinder" not in page.content(), name
        if name != "desk":
            axe(page)
            sideways(page)
            logo = page.locator("header.mast img")
            assert logo.evaluate("picture => picture.complete && picture.naturalWidth > 0"), name
            dark = scheme == "dark"
            assert logo.evaluate("picture => picture.currentSrc").endswith("dark.svg" if dark else "logo.svg")
        quiet(page)


def test_a_small_phone_without_scripts_has_the_counties_lines_and_footer(
    cedar, page_at, sideways, small_targets
):
    page = page_at(320, js=False)
    page.goto(cedar + "/es/crisis/")
    assert page.get_by_role("link", name="Llame al 1-319-555-0142").is_visible()
    assert page.get_by_role("contentinfo").get_by_role("link", name="Oficinas del condado").is_visible()
    sideways(page)
    assert small_targets(page) == []
