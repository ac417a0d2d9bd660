"""Requests no browser of a visitor sends are turned away with 400, before anything is kept."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import resolve_url
from django.test import Client

from iopfinder.wsgi import application
from tests.programs.accounts import client_of

pytestmark = pytest.mark.django_db


def status(method: str, address: str, kind: str, body: bytes = b"") -> str:
    """What a server that runs the site answers."""
    path, _, query = address.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind}
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), "HTTP_HOST": "testserver"}
    setup_testing_defaults(environ)
    said = []
    b"".join(application(environ, lambda line, headers, *_: said.append(line)))
    return said[0]


@pytest.mark.parametrize(
    "charset",
    ["hex", "rot13", "idna", "utf-7", "zlib", "punycode", '"rot_13"', "utf-16", "HEX;x=1", "nonsense"],
)
@pytest.mark.parametrize(
    "address", ["/", "/programs/?place=85004", "/assessment/step-1/", "/es/programs/?place=x"]
)
def test_another_character_set_is_refused(address, charset):
    assert status("GET", address, f"text/plain; charset={charset}") == "400 Bad Request"
    form = f"application/x-www-form-urlencoded;Charset = {charset}"
    assert status("POST", address, form, b"who=me") == "400 Bad Request"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"', "utf-8; boundary=x"])
def test_our_own_character_set_is_taken(charset):
    assert status("GET", "/?x=1", f"text/plain; charset={charset}") == "200 OK"
    assert status("GET", "/", "") == "200 OK"


@pytest.mark.parametrize("size", [10, 3_000_000])
@pytest.mark.parametrize("address", ["/assessment/step-1/send/", "/assessment/come-back/"])
def test_a_file_is_refused_before_it_reaches_the_disk(address, size, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    sent = SimpleUploadedFile("note.txt", b"x" * size)
    assert Client().post(address, {"who": "me", "file": sent}).status_code == 400
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_a_good_token_is_refused_too(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    sent = SimpleUploadedFile("note.txt", b"x" * 3_000_000)
    form = {"file": sent, "csrfmiddlewaretoken": token}
    assert client.post("/admin/login/", form).status_code == 400
    assert list(tmp_path.iterdir()) == []


def test_the_form_cookie_goes_when_the_browser_is_closed(client, settings):
    client.get("/assessment/step-1/")
    cookie = client.cookies[settings.CSRF_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_whoever_signs_in_without_a_way_on_comes_to_the_desk(admin_user):
    response = client_of(admin_user).get("/admin/login/")
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert resolve_url(settings.LOGIN_REDIRECT_URL) == "/admin/"
