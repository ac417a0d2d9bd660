"""Alive, and ready to serve."""

import shutil

import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from assessment.domain import content as content_module
from assessment.domain import load
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
@pytest.mark.parametrize("kind", [DatabaseError, InterfaceError])
def test_it_is_not_ready_while_the_database_is_away(client, kind):
    def away(*_):
        raise kind("no route to the database at 10.0.0.7")

    with connection.execute_wrapper(away):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database\n")


@pytest.mark.django_db
def test_it_is_not_ready_while_the_questions_cannot_be_read(client, tmp_path, monkeypatch):
    """A content folder that lost a file, as a broken copy of a release would have."""
    content = tmp_path / "iop-2026.1"
    shutil.copytree(content_module.CONTENT / load().version, content)
    monkeypatch.setattr(content_module, "CONTENT", tmp_path)
    load.cache_clear()
    try:
        assert client.get("/readyz").content == b"ok\n"
        next(content.glob("*.toml")).unlink()
        load.cache_clear()
        response = client.get("/readyz")
    finally:
        load.cache_clear()
    assert (response.status_code, response.content) == (503, b"content\n")


@pytest.mark.django_db
@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}},
    STATIC_ROOT="/nonexistent",
    DEBUG=False,
)
def test_it_is_not_ready_while_pages_would_have_no_styles(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"static\n")


def test_plain_http_from_inside_is_enough_to_ask(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 301
