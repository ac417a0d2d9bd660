"""A real browser reports what the policy stopped, to our own origin, and our log holds no address of it."""

import logging
import time

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from iopfinder import urls as site

BAD_PAGE = """<!doctype html><html lang="en"><title>Breaks the policy</title>
<p style="color: red">inline style</p><script>document.title = "inline script ran"</script>
<img src="https://tracker.example/85004.png?who=me" alt="">"""


def bad(request: HttpRequest, token: str) -> HttpResponse:
    """A page as none of ours is."""
    return HttpResponse(BAD_PAGE)


urlpatterns = [path("broken-page/<str:token>/", bad), *site.urlpatterns]
handler400, handler500 = site.handler400, site.handler500


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls(__name__)
def test_a_page_that_breaks_the_policy_is_stopped_and_reported(live_server, page_at, caplog):
    caplog.set_level(logging.WARNING, "iopfinder.reports")
    page = page_at()
    page.goto(f"{live_server.url}/broken-page/7qx2-secret/?place=85004")
    assert page.title() == "Breaks the policy", "the inline script must not have run"

    def lines():
        return {one.getMessage() for one in caplog.records if one.name == "iopfinder.reports"}

    where = "on /broken-page/<str:token>/ stopped"
    wanted = {
        f"policy: style-src-attr {where} inline",
        f"policy: script-src-elem {where} inline",
        f"policy: img-src {where} https://tracker.example",
    }
    deadline = time.monotonic() + 20
    while lines() != wanted and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert lines() == wanted
    assert not any(secret in one.getMessage() for one in caplog.records for secret in ("85004", "7qx2"))
    assert settings.REPORT_PATH not in page.content()
