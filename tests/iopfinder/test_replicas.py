"""Public pages read from a replica, and go on when it, or the primary, is away."""

import copy
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from iopfinder import replicas
from iopfinder.replicas import REPLICA, Seen
from programs.models import Center, Report
from tests.programs import factories

ROOT = Path(__file__).resolve().parents[2]
SEARCH = "/programs/?place=85004&radius=50"
postgres_only = pytest.mark.postgres_only


class Unguarded(dict[str, Any]):
    """Settings of databases, of which Django's test case does not see the replica: it would forbid it."""

    def __iter__(self) -> Iterator[str]:
        return (alias for alias in super().__iter__() if alias != REPLICA)


@pytest.fixture
def replica(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second way into the test database, by which nothing can be written: what a replica is to the site."""
    own = copy.deepcopy(connections.settings["default"])
    own["OPTIONS"] = {
        **own["OPTIONS"],
        "options": "-c default_transaction_read_only=on",
        "connect_timeout": 2,
    }
    own["CONN_HEALTH_CHECKS"] = False
    monkeypatch.setattr(connections, "settings", Unguarded({**connections.settings, REPLICA: own}))
    settings.DATABASE_ROUTERS = ["iopfinder.replicas.Router"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "iopfinder.replicas.ReadFromReplica"]
    factories.ZipCodeFactory()
    factories.center(name="Quiet Heron", slug="quiet-heron")
    # Looks are taken by hand, so that nothing here depends on when a thread has its turn.
    monkeypatch.setattr(replicas.watch, "_pid", os.getpid())
    replicas.watch.look()
    yield
    replicas.watch.end()
    connections[REPLICA].close()
    del connections[REPLICA]


def refused(*_: object) -> None:
    raise OperationalError("the server closed the connection unexpectedly")


@contextmanager
def away(*aliases: str) -> Iterator[None]:
    """Within this, whatever asks these databases hears what it hears when a server is gone."""
    with ExitStack() as stack:
        for alias in aliases:
            stack.enter_context(connections[alias].execute_wrapper(refused))
        yield


def public_pages() -> list[str]:
    center = Center.objects.get()
    program, own = center.programs.get(), center.get_absolute_url()
    api = ("root", "services", "at_locations", "organizations", "taxonomies", "terms")
    return [
        *(f"{prefix}{path}" for prefix in ("", "/es") for path in (SEARCH, own, f"{own}map/")),
        "/programs/places/?q=Pho",
        "/programs/map/?place=85004&radius=50",
        "/programs/week/?place=85004",
        f"/programs/compare/?center={center.short_id}",
        f"/programs/call/?center={center.short_id}",
        "/programs/why-this-order/",
        "/guide/levels/",
        "/sitemap.xml",
        "/sitemap-pages.xml",
        f"/sitemap-centers-{center.state.lower()}-1.xml",
        *(reverse(f"programs_api:{name}") for name in api),
        *(reverse(f"programs_api:bulk_{kind}") for kind in ("csv", "geojson", "xlsx")),
        reverse("programs_api:services") + "?format=ndjson",
        reverse("programs_api:service", args=[program.public_id]),
        reverse("programs_api:search") + "?place=85004",
        reverse("programs_api:openapi"),
    ]


def read(client: Client, address: str) -> int:
    """The status of a page, read to its end."""
    response = client.get(address)
    _ = b"".join(response) if response.streaming else response.content
    return response.status_code


@postgres_only
def test_every_public_page_is_read_from_the_replica_and_writes_nothing(replica: None, client: Client) -> None:
    pages = public_pages()
    with away("default"):
        # No second try from the other database either: that one is the primary, which is away.
        assert {address: read(client, address) for address in pages} == dict.fromkeys(pages, 200)


@postgres_only
def test_a_page_asks_nothing_to_find_out_whether_there_is_a_replica(replica: None, client: Client) -> None:
    client.get(SEARCH)
    with CaptureQueriesContext(connections[REPLICA]) as there, CaptureQueriesContext(connection) as here:
        client.get(SEARCH)
    assert len(there) == 2
    assert len(here) == 0


@postgres_only
def test_what_is_written_goes_to_the_primary(replica: None, client: Client) -> None:
    address = reverse("programs:report", args=["quiet-heron", Center.objects.get().short_id])
    page = client.get(address)
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    kind = form.fields["kind"].choices[0][0] if "kind" in form.fields else ""
    client.post(address, {**sent, "kind": kind, "text": "The phone number is wrong."})
    with away(REPLICA):
        assert client.get(address).status_code == 200
    assert Report.objects.count() in {0, 1}


@postgres_only
def test_whoever_is_signed_in_reads_from_the_primary(replica: None, client: Client, settings: Any) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    with CaptureQueriesContext(connections[REPLICA]) as there:
        assert client.get(SEARCH).status_code == 200
    assert len(there) == 0


@postgres_only
def test_a_replica_that_dies_is_noticed_by_nobody_and_used_again_when_it_is_back(
    replica: None, client: Client
) -> None:
    client.get(SEARCH)
    with connections[REPLICA].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    assert client.get(SEARCH).status_code == 200
    assert not replicas.watch.serves()
    with CaptureQueriesContext(connections[REPLICA]) as there:
        assert client.get(SEARCH).status_code == 200
    assert len(there) == 0
    replicas.watch.look()
    with away("default"):
        assert client.get(SEARCH).status_code == 200


@postgres_only
def test_a_replica_that_cannot_be_reached_is_not_asked(replica: None, client: Client) -> None:
    connections[REPLICA].close()
    connections.settings[REPLICA]["HOST"], connections.settings[REPLICA]["PORT"] = "127.0.0.1", "1"
    assert client.get(SEARCH).status_code == 200
    assert not replicas.watch.serves()
    replicas.watch.look()
    assert not replicas.watch.seen.answers
    assert client.get(SEARCH).status_code == 200


@postgres_only
def test_a_replica_that_lags_still_answers_when_the_primary_cannot(replica: None, client: Client) -> None:
    replicas.watch.lost()
    with away("default"):
        assert client.get(SEARCH).status_code == 200


@postgres_only
def test_where_both_are_away_the_page_says_so(replica: None, settings: Any) -> None:
    settings.DEBUG = False
    with away("default", REPLICA):
        response = Client(raise_request_exception=False).get(SEARCH)
    assert response.status_code == 503
    assert b"tel:988" in response.content


@postgres_only
def test_a_mistake_in_a_query_does_not_cost_us_the_replica(replica: None, client: Client) -> None:
    def wrong(*_: object) -> None:
        with connections[REPLICA].wrap_database_errors, connections[REPLICA].connection.cursor() as cursor:
            cursor.execute("SELECT nothing_of_that_name")

    client.get(SEARCH)
    with connections[REPLICA].execute_wrapper(wrong):
        assert client.get(SEARCH).status_code == 200
    assert replicas.watch.serves()


@postgres_only
def test_a_query_that_never_comes_back_is_cut_off(replica: None) -> None:
    asked, said = threading.Event(), []

    def ask() -> None:
        own = connections[REPLICA]
        replicas._read_from(REPLICA)
        with own.execute_wrapper(lambda run, *rest: (asked.set(), run(*rest))[1]), own.cursor() as cursor:
            try:
                cursor.execute("SELECT pg_sleep(600)")
            except Error as error:
                said.append(error)
        own.close()

    thread = threading.Thread(target=ask)
    thread.start()
    assert asked.wait(20)
    while thread.is_alive():
        replicas._cut_off(float("inf"))
        thread.join(0.05)
    assert isinstance(said[0], OperationalError)
    with (
        connection.cursor() as cursor
    ):  # The server would sleep on, and the test database could not be dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE query LIKE 'SELECT pg_sleep%%' AND pid <> pg_backend_pid()"
        )


@postgres_only
def test_a_process_looks_by_itself(replica: None) -> None:
    replicas.watch.end()
    assert not replicas.watch.serves()  # The first call only begins to look.
    for _ in range(200):
        if replicas.watch.serves():
            break
        threading.Event().wait(0.05)
    assert replicas.watch.serves()


@pytest.mark.parametrize(
    ("answer", "keeps_up"),
    [
        ((False, False, None), True),  # promoted, or the primary itself
        ((True, True, 0), True),
        ((True, True, 9.9), True),
        ((True, True, 10.1), False),
        ((True, True, None), False),  # has replayed nothing yet
        ((True, False, 0), False),  # cut off from its primary: it cannot know how far behind it is
    ],
)
def test_when_a_replica_keeps_up(answer: tuple[Any, ...], keeps_up: bool) -> None:
    assert replicas._keeps_up(*answer) is keeps_up


@pytest.mark.parametrize(
    ("seen", "serves"),
    [
        (Seen(0, answers=True, keeps_up=True), True),
        (Seen(0, answers=True, keeps_up=False, primary=True), False),
        (Seen(0, answers=True, keeps_up=False, primary=False), True),
        (Seen(0, answers=False, keeps_up=False, primary=False), False),
    ],
)
def test_when_pages_read_from_it(seen: Seen, serves: bool) -> None:
    assert seen.serves is serves


def test_what_was_seen_long_ago_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = replicas.Watch()
    monkeypatch.setattr(watch, "_pid", os.getpid())
    watch.seen = Seen(at=-replicas.OUTDATED, answers=True, keeps_up=True)
    monkeypatch.setattr(replicas.time, "monotonic", lambda: 0.0)
    assert not watch.serves()
    watch.seen = Seen(at=0.0, answers=True, keeps_up=True)
    assert watch.serves()


WRITING = {"report", "call_back", "by_code", "withdraw", "confirm", "confirmed"}


def test_each_page_of_the_directory_is_known_to_read_or_to_write() -> None:
    """A new page is put into one of the lists by whoever writes it."""
    names = {
        name for name in get_resolver().namespace_dict["programs"][1].reverse_dict if isinstance(name, str)
    }
    reading = {name.removeprefix("programs:") for name in replicas.PUBLIC if name.startswith("programs:")}
    assert names == reading | WRITING
    assert not reading & WRITING


def test_sqlite_has_no_replica() -> None:
    done = started({"DATABASE_URL": "sqlite:///:memory:"})
    assert done.returncode != 0
    assert "DATABASE_REPLICA_URL is for PostgreSQL" in done.stderr


def test_a_replica_is_read_and_never_migrated() -> None:
    done = started({"DATABASE_URL": "postgres://site@127.0.0.1:1/iopfinder"})
    assert done.stdout.split() == ["False", "True", "default", "2"], done.stderr


def started(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The settings as a process of its own reads them."""
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.db import router\n"
        "print(router.allow_migrate('replica', 'programs'), router.allow_migrate('default', 'programs'),"
        "router.db_for_write(None), settings.DATABASES['replica']['OPTIONS']['connect_timeout'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
            "DATABASE_REPLICA_URL": "postgres://site@127.0.0.1:2/iopfinder",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
