"""What people can still do while the database is away. What needs it says so, and whom to call meanwhile."""

import re
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from tests.assessment.walking import CALM, Walker
from tests.iopfinder.addresses import names, public

FILLED = {
    "number": 2,
    "part": 1,
    "state": "az",
    "language": "es",
    "version": "iop-2026.1",
    "wanted": "0af76519-16cd-43dd-8448-eb211c80319c",
    "slug": "some-center",
    "short_id": "0af7651916",
    "token": "x" * 43,
    "code": "paying",
}
NEEDS_IT = {
    "ready",
    "sitemap",
    "sitemap_centers",
    "programs_api:bulk_csv",
    "programs_api:bulk_geojson",
    "programs_api:bulk_xlsx",
    "programs_api:services",
    "programs_api:service",
    "programs_api:at_locations",
    "programs_api:at_location",
    "programs_api:organizations",
    "programs_api:organization",
    "programs_api:search",
    "programs:places",
    "programs:center",
    "programs:center_map",
    "programs:report",
    "programs:call_back",
    "programs:confirm",
}
"""Pages that are made from the directory, or from what somebody wrote. All others come."""

ASKED = {"programs:places": {"q": "pho"}, "programs_api:search": {"place": "85004"}}

pytestmark = pytest.mark.django_db


@contextmanager
def no_database():
    """Every query fails, as it does when the server is away."""

    def away(*_):
        raise OperationalError("could not connect to server at 10.0.0.7 while asking for 85004")

    with connection.execute_wrapper(away):
        yield


@pytest.fixture
def visitor(settings):
    settings.DEBUG = False
    return Client(raise_request_exception=False)


def addresses():
    for name, takes in names():
        if public(name):
            yield name, reverse(name, kwargs={word: FILLED[word] for word in takes})


def test_every_public_page_comes_without_it_or_says_when_to_come_again(visitor):
    away = set()
    with no_database():
        for name, address in addresses():
            response = visitor.get(address, ASKED.get(name, {}))
            assert response.status_code in {200, 301, 302, 303, 404, 405, 503}, (name, response.status_code)
            if response.status_code == 503:
                away.add(name)
                if name != "ready":
                    assert response["Retry-After"] == "30", name
                assert b"10.0.0.7" not in response.content
            response.getvalue()  # a file is written while it is sent
    assert away == NEEDS_IT


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize(
    "path", ["/", "/crisis/", "/privacy/", "/about/", "/families/", "/guide/", "/guide/levels/", "/programs/"]
)
def test_pages_that_need_none_are_whole(visitor, prefix, path):
    with no_database():
        response = visitor.get(prefix + path)
    assert response.status_code == 200
    assert b"tel:988" in response.content


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/es", "es")])
def test_a_search_says_what_is_wrong_and_whom_to_call(visitor, prefix, language):
    with no_database():
        response = visitor.get(f"{prefix}/programs/", {"place": "85004"})
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    with override(language):
        assert f"<h1>{gettext('We cannot look that up right now')}</h1>" in page
    assert f'<html lang="{language}">' in page
    assert {"tel:911", "tel:988", "tel:18006624357"} <= set(re.findall(r'href="(tel:\d+)"', page))
    assert f'href="{prefix}/assessment/"' in page
    assert "85004" not in page
    assert visitor.get(f"{prefix}/programs/", {"place": "85004"}).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_somebody_answers_all_questions_and_reads_their_result_without_it(prefix, settings):
    settings.DEBUG = False
    with no_database():
        walker = Walker(prefix=prefix)
        walker.walk()
        for page in ("check", "result", "print", "summary.pdf", "summary.json"):
            address = f"{prefix}/assessment/{page}{'' if '.' in page else '/'}"
            assert walker.get(address).status_code == 200, address


def test_a_safety_page_comes_first_without_it_too(settings):
    settings.DEBUG = False
    walker = Walker()
    with no_database():
        walker.remember({**CALM, "suicidal_thoughts": "method"})
        assert walker.get("/assessment/result/")["Location"] == "/assessment/pause/"
        page = walker.get("/assessment/pause/")
    assert page.status_code == 200
    assert b"tel:988" in page.content


def test_programs_near_the_person_wait_for_the_database_and_the_answers_stay(settings):
    settings.DEBUG = False
    walker = Walker(Client(raise_request_exception=False))
    with no_database():
        walker.remember(CALM)
        sent = walker.post("/assessment/programs/", {"zip": "85004"})
        assert sent.status_code == 503
        assert b"Your answers to the questions are still in your browser" in sent.content
    assert walker.get("/assessment/result/").status_code == 200
