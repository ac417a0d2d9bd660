"""Counts say that something was done here, and never what anybody said or asked for."""

import re

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from prometheus_client.parser import text_string_to_metric_families

from iopfinder import metrics
from tests.assessment.walking import CALM, Walker
from tests.iopfinder.test_without_database import addresses
from tests.programs import factories

TOKEN = "t" * 40
MARK = "zq7marked"

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(settings):
    settings.METRICS_TOKEN = TOKEN


def read(client, **more):
    response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}", **more})
    assert response.status_code == 200
    return response.content.decode()


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def growth(before, after):
    """What grew between two readings."""
    return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}


def test_the_door_is_shut_until_a_setting_opens_it(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "said", ["", "Bearer", f"Bearer {'t' * 39}", f"bearer {TOKEN}", f"Basic {TOKEN}", TOKEN]
)
def test_only_the_token_opens_it(client, door, said):
    assert client.get("/metrics", headers={"authorization": said}).status_code == 404
    assert client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 404),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
    ],
)
def test_on_this_machine_means_through_no_proxy(client, settings, peer, headers, status):
    settings.METRICS_ON_LOOPBACK = True
    assert client.get("/metrics", REMOTE_ADDR=peer, headers=headers).status_code == status
    settings.METRICS_ON_LOOPBACK = False
    assert client.get("/metrics", REMOTE_ADDR=peer, headers=headers).status_code == 404


def test_a_request_is_counted_by_the_pattern_of_its_page(client, door):
    before = samples(read(client))
    client.get("/guide/paying/")
    client.get(f"/{MARK}/")
    client.post("/leave/")
    grown = growth(before, samples(read(client)))
    counted = {key[1:]: value for key, value in grown.items() if key[0] == "iopfinder_requests_total"}
    assert counted == {
        (("method", "GET"), ("route", "guide/<slug:code>/"), ("status", "200")): 1,
        (("method", "GET"), ("route", "none"), ("status", "404")): 1,
        (("method", "POST"), ("route", "leave/"), ("status", "303")): 1,
        (("method", "GET"), ("route", "metrics"), ("status", "200")): 1,
    }
    assert grown["iopfinder_request_seconds_count", ("route", "leave/")] == 1


def test_a_method_of_ones_own_is_no_label(client, door):
    client.generic(MARK.upper(), "/crisis/")
    text = read(client)
    assert 'method="other"' in text
    assert MARK.upper() not in text


def test_no_label_holds_what_anybody_typed(client, door, settings):
    settings.DEBUG = False
    client.raise_request_exception = False
    client.cookies[settings.ANSWER_COOKIE_NAME] = MARK
    for _name, address in addresses():
        for send in (client.get, client.post):
            send(
                address, {"q": MARK, "place": MARK}, headers={"user-agent": MARK, "referer": MARK}
            ).getvalue()
        client.get(f"{address}{MARK}")
    text = read(client)
    assert MARK not in text
    assert "0af7651916" not in text
    assert "127.0.0.1" not in text
    labels = {name for sample in samples(text) for name, _value in sample[1:]}
    assert labels <= {"method", "route", "status", "le", "kind", "step", "state", "fate", "directive"}


@pytest.mark.parametrize(
    "answers",
    [{}, {"suicidal_thoughts": "method"}, {"danger_now": ["overdose_or_collapse"]}, {"pregnant": "yes"}],
)
def test_a_run_is_counted_and_nothing_of_what_was_answered(client, door, answers):
    """Whatever somebody answers, the same counts grow; only how many screens there were differs."""
    before = samples(read(client))
    walker = Walker()
    walker.walk(answers)
    walker.get("/assessment/result/")
    grown = growth(before, samples(read(client)))
    runs = {key[1][1]: value for key, value in grown.items() if key[0] == "iopfinder_assessments_total"}
    assert runs == {"begun": 1, "finished": 1}
    routes = {dict(key[1:])["route"] for key in grown if len(key) > 1 and "route" in dict(key[1:])}
    assert routes == {"assessment/", "metrics"}


def test_looking_at_a_result_before_there_is_one_finishes_nothing(client, door):
    before = samples(read(client))
    client.get("/assessment/result/")
    walker = Walker()
    walker.remember({**CALM, "suicidal_thoughts": "method"})
    walker.get("/assessment/result/")
    assert not [key for key in growth(before, samples(read(client))) if "assessments" in key[0]]


def test_the_directory_and_what_waits_are_told_for_the_whole_site(client, door):
    factories.center()
    found = samples(read(client))
    assert found["iopfinder_centers",] == 1
    assert found["iopfinder_database_up",] == 1
    assert found["iopfinder_latest_import_timestamp_seconds",] == 0
    assert found["iopfinder_waiting", ("kind", "inquiry")] == 0


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_while_the_database_is_away_that_is_what_it_says(client, door, settings, caplog, kind):
    settings.DEBUG = False
    client.raise_request_exception = False
    before = samples(read(client))
    cache.clear()

    def away(*_):
        raise kind("no route to 10.0.0.7")

    with connection.execute_wrapper(away):
        assert client.get("/programs/", {"place": "85004"}).status_code == 503
        after = samples(read(client))
    assert after["iopfinder_database_up",] == 0
    assert growth(before, after)["iopfinder_database_errors_total", ("kind", kind.__name__)] == 1
    assert not [key for key in after if key[0] == "iopfinder_waiting"]


def test_who_was_sent_away_is_counted(client, door):
    before = samples(read(client))
    metrics.turned_away()
    assert growth(before, samples(read(client)))["iopfinder_requests_shed_total",] == 1


def test_every_metric_says_what_it_counts(client, door):
    text = read(client)
    assert set(re.findall(r"^# TYPE (\S+)", text, re.M)) == set(re.findall(r"^# HELP (\S+) \S+", text, re.M))
