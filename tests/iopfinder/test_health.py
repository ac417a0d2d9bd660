"""Alive, and ready to serve."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from iopfinder import health


@pytest.fixture(autouse=True)
def forget_the_last_answer():
    health._migrated.cache_clear()
    yield
    health._migrated.cache_clear()


def test_the_process_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies


@pytest.mark.django_db
def test_it_is_ready_when_the_database_has_every_migration(client):
    assert client.get("/readyz").content == b"ok\n"


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing_and_asks_again(client):
    latest = MigrationRecorder.Migration.objects.filter(app="programs").latest("name")
    MigrationRecorder(connection).record_unapplied("programs", latest.name)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations\n")
    MigrationRecorder(connection).record_applied("programs", latest.name)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_it_is_not_ready_while_the_database_is_away(client):
    def away(*_):
        raise DatabaseError("no route to the database at 10.0.0.7")

    with connection.execute_wrapper(away):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database\n")


def test_plain_http_from_inside_is_enough_to_ask(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 301
