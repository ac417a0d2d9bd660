"""The log says what happened, never to whom or about what."""

import io
import json
import logging
import re
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from iopfinder.logs import JsonFormatter, spoken
from tests.iopfinder.test_without_database import addresses


def lines(caplog):
    return [json.loads(JsonFormatter().format(record)) for record in caplog.records]


def test_a_request_is_one_line_without_its_query(client, caplog):
    caplog.set_level(logging.INFO, "iopfinder.request")
    client.get("/families/?zip=85004", REMOTE_ADDR="203.0.113.9", headers={"user-agent": "Old Phone 4"})
    (line,) = lines(caplog)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/families/", 200)
    assert line["ms"] >= 0
    for private in ("85004", "203.0.113.9", "Old Phone"):
        assert private not in json.dumps(line)


def test_an_address_that_leads_nowhere_is_not_written_down(client, caplog):
    caplog.set_level(logging.INFO)
    client.get("/my-name-is-pat/")
    assert [line["route"] for line in lines(caplog)] == ["none"]
    assert "pat" not in json.dumps(lines(caplog))


def test_a_failure_is_told_by_kind_and_place_not_by_its_message():
    try:
        try:
            int("zip 85004")
        except ValueError as error:
            raise RuntimeError("while reading zip 85004") from error
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "went wrong", (), sys.exc_info())
    text = JsonFormatter().format(record)
    failure = json.loads(text)["failure"]
    assert [part for part in failure if part.endswith("Error")] == ["ValueError", "RuntimeError"]
    assert any("test_logs.py" in part for part in failure)
    assert "85004" not in text


def test_what_django_says_of_a_request_names_the_pattern_of_its_address(rf):
    """An address may hold the token of a one-time link, and a page that broke is logged by its address."""
    request = rf.get("/guide/paying/")
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "%s: %s", ("Internal Server Error", request.path), None
    )
    record.request = request
    assert json.loads(JsonFormatter().format(record))["message"] == "Internal Server Error: none"
    request.resolver_match = resolve(request.path)
    said = json.loads(JsonFormatter().format(record))["message"]
    assert said == f"Internal Server Error: /{request.resolver_match.route}"
    assert "paying" not in said


@pytest.mark.parametrize(
    ("name", "level"), [("django.server", logging.ERROR), ("django.request", logging.WARNING)]
)
def test_django_writes_no_line_per_request_of_its_own(name, level):
    assert not logging.getLogger(name).isEnabledFor(level)
    assert not logging.getLogger(name).handlers


def test_logs_go_to_standard_error_alone():
    assert {handler["class"] for handler in settings.LOGGING["handlers"].values()} == {
        "logging.StreamHandler"
    }


def test_a_request_is_named_in_its_lines_and_in_its_answer(client, caplog):
    caplog.set_level(logging.INFO, "iopfinder.request")
    formatter = JsonFormatter()
    caplog.handler.setFormatter(formatter)
    named = [client.get("/crisis/")["X-Request-ID"] for _ in range(2)]
    assert named[0] != named[1]
    assert [json.loads(line)["request"] for line in caplog.text.splitlines()] == named


@pytest.mark.parametrize("named", ["0af7651916cd43dd8448eb211c80319c", "A6E5B0E4-6b1f-4d1b-9d0e-1c2f3a4b"])
def test_a_name_that_a_trusted_proxy_gave_is_kept(client, settings, named):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client.get("/crisis/", headers={"x-request-id": named})["X-Request-ID"] == named.lower()


@pytest.mark.parametrize("proxy", [True, False])
@pytest.mark.parametrize("named", ["short", "word-of-somebody-else", "0" * 65, 'a" , "level": "none', ""])
def test_a_name_that_is_none_is_replaced(client, settings, named, proxy):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxy else None
    ours = client.get("/crisis/", headers={"x-request-id": named})["X-Request-ID"]
    assert ours != named
    assert len(ours) == 32


def test_a_visitor_names_no_request(client, settings):
    settings.SECURE_PROXY_SSL_HEADER = None
    theirs = "0af7651916cd43dd8448eb211c80319c"
    assert client.get("/crisis/", headers={"x-request-id": theirs})["X-Request-ID"] != theirs


def test_what_is_refused_as_an_attack_is_named_by_kind_and_not_quoted(client, settings, caplog):
    settings.DEBUG = False
    caplog.handler.setFormatter(JsonFormatter())
    client.get("/", headers={"host": "pat-lives-here.example"})
    assert "refused: DisallowedHost" in caplog.text
    assert "pat-lives" not in caplog.text


def test_a_name_is_read_over_the_phone_as_eight_digits():
    assert spoken("0af7651916cd43dd8448eb211c80319c") == spoken("0af7651916cd43dd8448eb211c80319c")
    assert len({spoken(str(number)) for number in range(500)}) > 490
    assert all(re.fullmatch(r"\d{4} \d{4}", spoken(str(number))) for number in range(500))


MARK = "zq7marked"


@pytest.mark.django_db
def test_no_line_of_any_page_says_who_asked_or_what(settings):
    """Every public page and form is given marked words wherever a browser can put any; the log is read."""
    settings.DEBUG = False
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.77")
    client.cookies[settings.ANSWER_COOKIE_NAME] = client.cookies["other"] = MARK
    asked = {"q": MARK, "place": MARK, "zip": "85747", "code": MARK, "words": f"{MARK} 602-555-0177"}
    told = {"user-agent": MARK, "referer": f"https://{MARK}.example/", "accept-language": MARK}
    try:
        for _name, address in addresses():
            client.get(address, asked, headers=told).getvalue()
            client.post(f"{address}?q={MARK}", asked, headers=told).getvalue()
            client.get(f"{address}{MARK}", headers=told).getvalue()
    finally:
        logging.getLogger().removeHandler(handler)
    text = written.getvalue()
    assert text.count("\n") > 100
    for private in (MARK, "203.0.113.77", "85747", "555-0177", "0af7651916", "some-center"):
        assert private not in text, private
    assert all(json.loads(line)["request"] for line in text.splitlines())


def test_the_marks_would_be_found(settings):
    """The same handler, and a line that says what it should not."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger("iopfinder.somewhere").addHandler(handler)
    logging.getLogger("iopfinder.somewhere").warning("looked for %s", MARK)
    logging.getLogger("iopfinder.somewhere").removeHandler(handler)
    assert MARK in written.getvalue()
