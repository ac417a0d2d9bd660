"""Who waited too long is told so at once; who needs help now never is."""

import gzip
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client, RequestFactory

from iopfinder import shedding

ROOT = Path(__file__).resolve().parents[2]
ONE_AT_A_TIME = {"wsgi.multithread": False}
MANY = {"wsgi.multithread": True}


def arrived(seconds_ago: float) -> dict[str, str]:
    return {"x-request-start": f"t={time.time() - seconds_ago:.3f}"}


@pytest.fixture
def nothing_asked() -> Iterator[None]:
    def asked(*_: object) -> None:
        pytest.fail("the database was asked")

    with connections["default"].execute_wrapper(asked):
        yield


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/es", "es")])
def test_who_waited_too_long_is_told_so_in_their_language(
    client: Client, nothing_asked: None, settings: Any, prefix: str, language: str
) -> None:
    response = client.get(f"{prefix}/programs/", headers=arrived(60), **ONE_AT_A_TIME)
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == str(settings.SHED_RETRY_SECONDS)
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Language"] == language
    assert f'<html lang="{language}">' in page
    assert "tel:988" in page
    assert "tel:911" in page
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies


def test_it_is_small_and_compressed_once(client: Client) -> None:
    plain = client.get("/programs/", headers=arrived(60), **ONE_AT_A_TIME)
    packed = client.get("/programs/", headers={**arrived(60), "accept-encoding": "gzip"}, **ONE_AT_A_TIME)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < 2000
    assert packed["Vary"] == plain["Vary"] == "Accept-Encoding"


def test_a_program_hears_it_in_its_own_words(client: Client) -> None:
    response = client.get("/api/search/?place=85004", headers=arrived(60), **ONE_AT_A_TIME)
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 503


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("path", ["/crisis/", "/assessment/pause/"])
def test_help_right_now_is_never_refused(client: Client, prefix: str, path: str) -> None:
    response = client.get(f"{prefix}{path}", headers=arrived(3600), **ONE_AT_A_TIME)
    assert response.status_code in {200, 303}


@pytest.mark.parametrize(("path", "status"), [("/left/", 200), ("/healthz", 200), ("/favicon.ico", 302)])
def test_leaving_and_watching_is_never_refused(client: Client, path: str, status: int) -> None:
    assert client.get(path, headers=arrived(3600), **ONE_AT_A_TIME).status_code == status
    assert client.post("/leave/", headers=arrived(3600), **ONE_AT_A_TIME).status_code == 303


@pytest.mark.django_db
def test_files_of_the_pages_are_never_refused(client: Client) -> None:
    found = client.get("/static/css/theme.css", headers=arrived(3600), **ONE_AT_A_TIME)
    assert found.status_code == 200
    found.close()


def test_nothing_of_a_form_is_taken_that_waited_too_long(client: Client, nothing_asked: None) -> None:
    response = client.post("/assessment/step-1/send/", {"who": "me"}, headers=arrived(60), **ONE_AT_A_TIME)
    assert response.status_code == 503
    assert not response.cookies


def test_a_refusal_is_no_error_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert client.get("/programs/", headers=arrived(60), **ONE_AT_A_TIME).status_code == 503
    assert [record.levelname for record in caplog.records] == ["INFO"]


@pytest.mark.parametrize(
    ("path", "cookie", "longer"),
    [
        ("/programs/", "", 1),
        ("/es/programs/", "", 1),
        ("/assessment/", "", 1),
        ("/assessment/step-4/", "ANSWER_COOKIE_NAME", shedding.LONGER),
        ("/es/assessment/result/", "ANSWER_COOKIE_NAME", shedding.LONGER),
        ("/programs/", "ANSWER_COOKIE_NAME", 1),
        ("/admin/", "SESSION_COOKIE_NAME", shedding.LONGER),
        ("/admin/", "", 1),
        ("/api/search/", "", shedding.SHORTER),
        ("/crisis/", "", float("inf")),
        ("/es/crisis/", "", float("inf")),
        ("/escrisis/", "", 1),
    ],
)
def test_who_waits_how_long(settings: Any, path: str, cookie: str, longer: float) -> None:
    request = RequestFactory().get(path)
    if cookie:
        request.COOKIES[getattr(settings, cookie)] = "something"
    assert shedding.patience(request) == settings.SHED_AFTER_SECONDS * longer


@pytest.mark.parametrize(
    "told",
    [
        "",
        "1763800000",
        "t=",
        "t=yesterday",
        "t=1e9",
        "t=-1763800000",
        "t=99999999999",
        "t=1763800000.0 x",
        "t=١٢٣",
    ],
)
def test_what_no_proxy_would_write_counts_as_not_having_waited(told: str) -> None:
    assert shedding.waited(RequestFactory().get("/", headers={"x-request-start": told})) == 0


def test_where_nothing_is_shed_nobody_is_sent_away(client: Client, settings: Any) -> None:
    settings.SHED_AFTER_SECONDS = 0
    assert client.get("/about/", headers=arrived(60), **ONE_AT_A_TIME).status_code == 200


def test_a_process_that_serves_nobody_else_serves_whoever_comes(client: Client) -> None:
    """So a proxy with a wrong clock closes no quiet site."""
    assert client.get("/about/", headers=arrived(3600), **MANY).status_code == 200


# -- A real server --------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """The port of a gunicorn with one process and four threads, as the proxy sees it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "iopfinder.wsgi", "--bind", f"127.0.0.1:{port}"]
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
        "SECRET_KEY": secrets.token_urlsafe(64),
    }
    process = subprocess.Popen(
        [*command, "--workers", "1", "--threads", "4", "--log-level", "critical"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                if status_of(port, "/healthz", 0) == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def status_of(port: int, path: str, seconds_ago: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=arrived(seconds_ago))
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def test_a_rush_is_answered_by_pages_and_refusals_and_passes_by_itself(server: int) -> None:
    """Real threads, a real row: everybody waited a minute, and four at a time are let in."""
    with ThreadPoolExecutor(40) as people:
        pages = list(people.map(lambda _: status_of(server, "/about/", 60), range(400)))
        helped = list(people.map(lambda _: status_of(server, "/crisis/", 60), range(40)))
    counted = Counter(pages)
    assert set(counted) == {200, 503}, counted
    assert set(helped) == {200}
    # Nobody is left: however long they waited, whoever comes alone is served.
    assert [status_of(server, "/about/", 60) for _ in range(5)] == [200] * 5
