"""What browsers report is taken, counted and written down without an address in it."""

import json
import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from iopfinder import reports
from iopfinder.metrics import policy_reports
from programs import asking

TOKEN = "7qx2-m0fa-zk3d-9t5h-wcre-4b8n-j6vp"
OLD, NEW = "application/csp-report", "application/reports+json"


def old(**said):
    body = {"document-uri": "https://testserver/crisis/", "effective-directive": "script-src-elem"}
    return {"csp-report": body | {"blocked-uri": "inline"} | said}


def new(**said):
    body = {"documentURL": "https://testserver/crisis/", "effectiveDirective": "script-src-elem"}
    return [{"type": "csp-violation", "age": 3, "url": "x", "body": body | {"blockedURL": "inline"} | said}]


def send(said, kind=OLD, client=None, **more):
    body = said if isinstance(said, str | bytes) else json.dumps(said)
    return (client or Client()).post(settings.REPORT_PATH, body, content_type=kind, **more)


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.WARNING, "iopfinder.reports")
    return lambda: [one.getMessage() for one in caplog.records if one.name == "iopfinder.reports"]


def test_the_policy_names_the_address_that_answers():
    assert reverse("policy_reports") == settings.REPORT_PATH
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-uri"] == [settings.REPORT_PATH]


@pytest.mark.parametrize(("said", "kind"), [(old(), OLD), (new(), NEW)])
def test_both_ways_of_writing_are_taken_without_a_token_or_a_cookie(said, kind, lines):
    client = Client(enforce_csrf_checks=True)
    answer = send(said, kind, client)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies
    assert lines() == ["policy: script-src-elem on /crisis/ stopped inline"]


@pytest.mark.parametrize(
    ("page", "pattern"),
    [
        ("https://testserver/programs/?place=85004&level=iop", "/programs/"),
        ("https://testserver/es/programs/?place=85004#x", "/es/programs/"),
        (f"https://testserver/confirm/{TOKEN}/", "/confirm/<link_token:token>/"),
        (f"https://testserver/admin/invitation/{TOKEN}/", "/admin/invitation/<str:token>/"),
        ("https://testserver/assessment/step-4/", "/assessment/step-<int:number>/"),
        ("https://testserver/nothing/like/85004", "none"),
        ("about:blank", "none"),
    ],
)
@pytest.mark.parametrize("kind", [OLD, NEW])
def test_of_our_page_only_the_pattern_is_written_down(page, pattern, kind, lines):
    said = old(**{"document-uri": page}) if kind == OLD else new(documentURL=page)
    assert send(said, kind).status_code == 204
    assert lines() == [f"policy: script-src-elem on {pattern} stopped inline"]


@pytest.mark.parametrize(
    ("stopped", "origin"),
    [
        ("https://tracker.example/85004?who=me", "https://tracker.example"),
        ("wss://me:secret@tracker.example:8443/85004", "wss://tracker.example:8443"),
        ("chrome-extension://abcdef/85004.js", "other"),
        ("https://line\nbreak.example/", "https://linebreak.example"),
        ('https://"}{.example/', "other"),
        ("https://xn--caf-dma.example/85004", "https://xn--caf-dma.example"),
        ("https://café.example/", "other"),
        ("data", "data"),
        ("eval", "eval"),
        ("", "unnamed"),
    ],
)
def test_of_what_was_stopped_only_the_origin_is_written_down(stopped, origin, lines):
    assert send(old(**{"blocked-uri": stopped})).status_code == 204
    assert lines() == [f"policy: script-src-elem on /crisis/ stopped {origin}"]


def test_the_directive_of_an_older_browser_is_read_without_its_sources(lines):
    said = {
        "document-uri": "https://testserver/",
        "violated-directive": "img-src 'self'",
        "blocked-uri": "data",
    }
    assert send({"csp-report": said}).status_code == 204
    assert lines() == ["policy: img-src on / stopped data"]


@pytest.mark.parametrize(
    "said",
    [
        old(**{"effective-directive": "85004"}),
        old(**{"document-uri": None}),
        old(**{"document-uri": "https://[broken/85004"}),
        old(**{"document-uri": "https://testserver:port85004/"}),
        old(**{"document-uri": {"a": ["85004"]}}),
        old(**{"blocked-uri": "https://x.example/" + "85004" * 2000}),
        old(**{"effective-directive": "img-src\nforged: 85004"}),
    ],
)
def test_what_does_not_hold_leaves_no_line(said, lines):
    """A page told as an object is taken as text, and is no page of ours."""
    assert send(said).status_code == 204
    assert all("85004" not in line for line in lines())
    assert len(lines()) <= 1


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (old(), "application/json", 415),
        (old(), "text/plain", 415),
        ("x" * (reports.LONGEST + 1), OLD, 413),
        ("[" * reports.LONGEST, OLD, 400),
        (b"\xff\xfe", OLD, 400),
        (" ", NEW, 400),
        ("7", NEW, 400),
        ("{}", OLD, 400),
        ('["a"]', NEW, 400),
        ('{"csp-report": 7}', OLD, 400),
        ("NaN", NEW, 400),
    ],
)
def test_what_is_no_report_is_refused(sent, kind, status, lines):
    assert send(sent, kind).status_code == status
    assert lines() == []


def test_other_kinds_of_report_are_passed_over(lines):
    assert send([{"type": "deprecation", "body": {"id": "85004"}}, *new()], NEW).status_code == 204
    assert len(lines()) == 1


def test_a_page_that_breaks_the_policy_everywhere_is_read_in_part(lines):
    assert send(new() * 40, NEW).status_code == 204
    assert len(lines()) == reports.AT_ONCE


def test_one_network_is_stopped_and_another_is_not(lines):
    for _ in range(reports.REQUESTS_A_MINUTE):
        assert send(old()).status_code == 204
    refused = send(old())
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert send(old(), REMOTE_ADDR="203.0.113.9").status_code == 204
    assert len(lines()) == reports.REQUESTS_A_MINUTE + 1


def test_many_networks_do_not_fill_the_log(lines):
    for number in range(reports.LINES_A_MINUTE + 20):
        assert send(old(), REMOTE_ADDR=f"203.0.113.{number}").status_code == 204
    assert len(lines()) == reports.LINES_A_MINUTE


def test_what_becomes_of_reports_is_counted():
    def counts():
        samples = [
            one for of in policy_reports.collect() for one in of.samples if one.name.endswith("_total")
        ]
        found = {one.labels["fate"]: one.value for one in samples}
        return [found.get(fate, 0) for fate in ("taken", "unreadable", "refused")]

    before = counts()
    send(old())
    send(old(**{"effective-directive": "85004"}))
    for _ in range(reports.REQUESTS_A_MINUTE - 1):
        send("{}")
    taken, unreadable, refused = (now - then for now, then in zip(counts(), before, strict=True))
    assert (taken, unreadable, refused) == (1, reports.REQUESTS_A_MINUTE - 1, 1)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nothing_can_be_read_there(method):
    assert getattr(Client(), method)(settings.REPORT_PATH).status_code == 405


# -- How requests are counted in memory ----------------------------------------------------------
def test_each_minute_counts_anew_under_a_key_of_its_own():
    minute = asking.Minute()
    assert [minute.wait("api", "203.0.113.7", 2, at=600.0 + one) for one in range(3)] == [0, 0, 58]
    before = set(minute._counts)
    assert minute.wait("api", "203.0.113.7", 2, at=660.0) == 0
    assert len(minute._counts) == 1
    assert not before & set(minute._counts), "the digest of one minute says nothing about the next"


def test_kinds_and_networks_are_counted_apart_and_no_address_is_kept():
    minute = asking.Minute()
    for kind, network in (("api", "203.0.113.7"), ("report", "203.0.113.7"), ("api", "203.0.113.8")):
        assert minute.wait(kind, network, 1, at=60.0) == 0
    assert len(minute._counts) == 3
    assert all(b"203" not in one for one in minute._counts)


def test_a_flood_of_networks_neither_grows_the_memory_nor_clears_a_count(monkeypatch):
    monkeypatch.setattr(asking, "NETWORKS", 50)
    minute = asking.Minute()
    assert [minute.wait("api", "203.0.113.7", 2, at=60.0) for _ in range(3)][-1] > 0
    for number in range(500):
        minute.wait("api", f"198.51.100.{number}", 2, at=60.0)
    assert len(minute._counts) == 51
    assert minute.wait("api", "203.0.113.7", 2, at=60.0) > 0
    assert minute.wait("api", "192.0.2.1", 2, at=60.0) > 0, "whoever comes after the flood shares its count"


def test_two_processes_count_apart():
    """As .env.example says: the limit holds in each server process."""
    one, other = asking.Minute(), asking.Minute()
    assert [one.wait("api", "203.0.113.7", 1, at=60.0), other.wait("api", "203.0.113.7", 1, at=60.0)] == [
        0,
        0,
    ]
    assert not set(one._counts) & set(other._counts)
