"""Pages for what went wrong work when nothing else does."""

import logging
import re
import sqlite3

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_protect

from iopfinder import urls as site
from iopfinder.logs import spoken


def broken(request: HttpRequest):
    raise ValueError("while reading zip 85004")


def away(request: HttpRequest):
    try:
        raise OperationalError("connection to the database lost while reading zip 85004")
    except OperationalError as error:
        raise RuntimeError("while drawing the page") from error


def cut_off(request: HttpRequest):
    """A server that dies in the middle of an answer: the driver has no better word for it."""
    raise DatabaseError("error with status PGRES_TUPLES_OK") from sqlite3.DatabaseError("cut off")


def twice(request: HttpRequest):
    raise IntegrityError("there is one already") from sqlite3.IntegrityError("there is one already")


@csrf_protect
def form(request: HttpRequest):
    raise AssertionError("the form must not be taken")


def reader(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST["words"][:3])


urlpatterns = [
    path("broken/", broken),
    path("away/", away),
    path("es/away/", away),
    path("api/away/", away),
    path("cut-off/", cut_off),
    path("twice/", twice),
    path("form/", form),
    path("reader/", reader),
    *site.urlpatterns,
]
handler400, handler500 = site.handler400, site.handler500

pytestmark = pytest.mark.urls(__name__)


def test_a_missing_page_says_so_with_ways_on(client):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert b"This page is not here" in response.content
    assert b"noindex" in response.content
    assert b"canonical" not in response.content


@pytest.mark.parametrize("debug", [False])
def test_a_broken_site_without_a_database_still_shows_who_to_call(debug, settings, caplog):
    settings.DEBUG = debug
    with connection.execute_wrapper(lambda *_: pytest.fail("the page asked the database")):
        response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "Something broke on our side" in page
    assert "tel:911" in page
    assert "tel:18006624357" in page
    assert "85004" not in page
    assert spoken(response["X-Request-ID"]) in page


def test_where_only_the_database_is_away_the_page_says_when_to_come_again(settings, caplog):
    settings.DEBUG = False
    response = Client(raise_request_exception=False).get("/away/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    assert "Try again in a minute or two" in page
    assert {"tel:911", "tel:988", "tel:18006624357"} <= set(re.findall(r'href="(tel:\d+)"', page))
    assert 'href="/assessment/"' in page
    assert "85004" not in page


def test_who_sent_something_is_told_to_look_whether_it_was_kept(settings, caplog):
    settings.DEBUG = False
    page = Client(raise_request_exception=False).post("/away/").content.decode()
    assert "What you just sent may not be saved" in page


def test_a_program_is_told_in_its_own_words(settings, caplog):
    settings.DEBUG = False
    response = Client(raise_request_exception=False).get("/api/away/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response["Retry-After"] == "30"
    assert response.json()["status"] == 503


def test_what_is_no_fault_of_the_database_is_not_laid_on_it(settings, caplog):
    settings.DEBUG = False
    assert "Retry-After" not in Client(raise_request_exception=False).get("/broken/").headers


@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}},
    STATIC_ROOT="/nonexistent",
    DEBUG=False,
)
def test_a_broken_site_without_its_list_of_static_files_answers_in_plain_text():
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert b"stylesheet" not in response.content
    assert b"tel:911" in response.content


def test_the_broken_page_speaks_the_language_of_the_address(settings):
    settings.DEBUG = False
    response = Client(raise_request_exception=False).get("/es/none/")
    assert b'<html lang="es">' in response.content


def test_a_host_that_is_not_ours_is_refused_in_words(client, settings, caplog):
    settings.DEBUG = False
    caplog.set_level(logging.CRITICAL, "django.security.DisallowedHost")
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert b"We could not read that" in response.content


def test_a_form_that_is_not_ours_is_refused_with_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/form/", {"a": 1})
    assert response.status_code == 403
    assert b"Please try once more" in response.content
    assert b'href="/form/"' in response.content


def test_a_form_larger_than_any_of_ours_is_refused(client, settings, caplog):
    settings.DEBUG = False
    caplog.set_level(logging.CRITICAL, "django.security.RequestDataTooBig")
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert client.post("/reader/", {"words": "x" * (limit // 2)}).content == b"xxx"
    assert client.post("/reader/", {"words": "x" * (limit + 1)}).status_code == 400


@pytest.mark.parametrize(("at", "status"), [("/cut-off/", 503), ("/twice/", 500)])
def test_a_server_that_dies_midway_is_away_and_one_that_refuses_is_not(at, status):
    assert Client(raise_request_exception=False).get(at).status_code == status
