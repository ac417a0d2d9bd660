"""Counting tries: per network and hour, under a key that changes daily, across processes."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from programs.models import Tries
from programs.networks import network
from programs.throttle import gate, gate_of

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def asked_by(address, **headers):
    return RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)


def who(address, kind="code", at=NOON):
    return gate(asked_by(address), kind, 3, at).who


def test_the_same_network_is_the_same_within_the_hour_and_another_after():
    assert who("203.0.113.7") == who("203.0.113.7", at=NOON.replace(minute=59))
    others = {
        who("203.0.113.8"),
        who("203.0.113.7", kind="save"),
        who("203.0.113.7", at=NOON.replace(hour=13)),
        who("203.0.113.7", at=NOON.replace(day=2)),
    }
    assert len(others | {who("203.0.113.7")}) == 5


def test_the_hash_needs_the_secret_key(settings):
    before = who("203.0.113.7")
    settings.SECRET_KEY = "another installation's, long enough to be one"
    assert who("203.0.113.7") != before


@pytest.mark.parametrize(
    ("peer", "told", "proxy", "found"),
    [
        ("203.0.113.7", None, False, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", False, "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", False, "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", False, "198.51.100.1"),
        ("", "198.51.100.1", False, "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1", True, "198.51.100.1"),
        ("10.0.0.2", "nonsense", True, "10.0.0.2"),
        ("", None, False, "unknown"),
        ("2001:db8:1:2:3:4:5:6", None, False, "2001:0db8:0001:0002"),
        ("::ffff:203.0.113.7", None, False, "203.0.113.7"),
    ],
)
def test_where_a_request_comes_from(peer, told, proxy, found, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proxy else None
    assert network(asked_by(peer, **({"x-forwarded-for": told} if told else {}))) == found


def test_a_part_of_the_hour_is_counted_by_itself_and_says_when_it_is_over():
    def at(minute):
        return gate_of("staff@example.org", "password", 3, minutes=5, at=NOON.replace(minute=minute))

    assert at(10).who == at(14).who
    assert len({at(9).who, at(10).who, at(15).who}) == 3
    assert at(10).opens_again == at(14).opens_again == NOON.replace(minute=15)
    assert at(59).opens_again == gate(asked_by("203.0.113.7"), "code", 3, NOON).opens_again
    assert at(59).opens_again == NOON.replace(hour=13)


@pytest.mark.django_db
def test_tries_beyond_the_limit_are_refused_and_right_ones_given_back():
    one = gate(asked_by("203.0.113.7"), "code", 2, NOON)
    assert [one.enter(), one.enter(), one.enter()] == [True, True, False]
    one.give_back()
    one.give_back()
    assert one.enter()
    assert Tries.objects.get().day == NOON.date()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_server_processes_count_together():
    name = connection.settings_dict["NAME"]
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {name!r}\n"
        "from django.test import RequestFactory\n"
        "from programs.throttle import gate\n"
        "one = gate(RequestFactory().post('/', REMOTE_ADDR='203.0.113.7'), 'code', 1000)\n"
        "for _ in range(25): one.enter()\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "iopfinder.settings", "DEBUG": "1"}
    running = [
        subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=settings.BASE_DIR)
        for _ in range(3)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    assert sum(Tries.objects.values_list("count", flat=True)) == 75
