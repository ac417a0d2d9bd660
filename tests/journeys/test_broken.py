"""The pages for when the site is broken, as a reader sees them."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_protect

from iopfinder import urls as site


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<form method="post"><button>Send</button></form>')


urlpatterns = [path("broken/", broken), path("form/", form), *site.urlpatterns]
handler400, handler500 = site.handler400, site.handler500
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_broken_page_passes_axe_and_offers_every_line(
    live_server, page_at, axe, quiet, sideways, shot, width, dark
):
    page = page_at(width, dark=dark)
    page.goto(live_server.url + "/broken/")
    shot(page, f"broken-{width}-{'dark' if dark else 'light'}")
    assert page.get_by_role("heading", name="Something broke on our side").is_visible()
    assert page.get_by_role("link", name="Call 988").first.is_visible()
    axe(page)
    sideways(page)
    quiet(page, allow=("500 (Internal Server Error)",))


def test_quick_exit_works_on_a_broken_page(live_server, page_at):
    page = page_at(390)
    page.context.route("https://www.weather.gov/**", lambda route: route.fulfill(body="Sunny"))
    page.goto(live_server.url + "/broken/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("https://www.weather.gov/")


def test_a_form_that_waited_too_long_is_refused_in_words(live_server, page_at, axe, shot):
    page = page_at(390)
    page.goto(live_server.url + "/form/")
    page.get_by_role("button").click()
    assert page.get_by_role("heading", name="Please try once more").is_visible()
    shot(page, "csrf-390-light")
    axe(page)
