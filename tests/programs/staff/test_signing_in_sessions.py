"""When a session ends, and what a copy of the database gives away: nothing that signs anybody in."""

import json
import sqlite3
import time
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.contrib.auth.models import User
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programs.models import AuthenticatorApp, DeskSession, RecoveryCodes
from programs.staff import second_factor, sessions
from tests.programs.accounts import PASSWORD, account, client_of, digits_of

pytestmark = pytest.mark.django_db
NEW = "kettle-harbor-92-lantern"


@pytest.fixture
def user() -> User:
    return account("coordinator")


def row_of(client: Client) -> DeskSession:
    return DeskSession.objects.get(session_key=sessions._digest(client.session.session_key))


def turn_clock(monkeypatch: pytest.MonkeyPatch, **by: int) -> None:
    """Every clock of the process is ahead by this from now on."""
    ahead = timedelta(**by)
    then, now = time.time, timezone.now
    monkeypatch.setattr(time, "time", lambda: then() + ahead.total_seconds())
    monkeypatch.setattr(timezone, "now", lambda: now() + ahead)


def test_a_session_ends_after_half_an_hour_without_a_click(user, monkeypatch):
    client = client_of(user)
    turn_clock(monkeypatch, minutes=29)
    assert client.get("/admin/").status_code == 200
    turn_clock(monkeypatch, minutes=29)
    assert client.get("/admin/").status_code == 200, "the click before began the time anew"
    turn_clock(monkeypatch, minutes=31)
    response = client.get("/admin/account/")
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/account/")


def test_a_session_ends_after_a_working_day_however_many_clicks(user, monkeypatch):
    client = client_of(user)
    for _ in range(29):
        turn_clock(monkeypatch, minutes=24)
        assert client.get("/admin/").status_code == 200
    turn_clock(monkeypatch, minutes=25)
    assert client.get("/admin/").status_code == 302


def test_a_public_page_does_not_keep_a_session_alive(user, monkeypatch):
    client = client_of(user)
    before = row_of(client).expire_date
    turn_clock(monkeypatch, minutes=20)
    client.get("/")
    assert row_of(client).expire_date == before


def test_a_session_is_written_at_most_once_a_minute(user, monkeypatch):
    client = client_of(user)
    client.get("/admin/account/")
    before = row_of(client).expire_date
    turn_clock(monkeypatch, seconds=30)
    client.get("/admin/account/")
    assert row_of(client).expire_date == before
    turn_clock(monkeypatch, seconds=31)
    client.get("/admin/account/")
    assert row_of(client).expire_date > before


def test_the_cookie_goes_with_the_browser_and_no_script_reads_it(user, client):
    client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    client.post("/admin/login/code/", {"code": digits_of(user)})
    cookie = client.cookies[site.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == (
        "",
        "",
        True,
        "Lax",
    )


def test_another_password_signs_out_every_other_browser(user):
    here, there = client_of(user), client_of(user)
    key = here.session.session_key
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert here.post("/admin/password_change/", form)["Location"] == "/admin/account/"
    assert here.get("/admin/").status_code == 200
    assert here.session.session_key != key
    assert there.get("/admin/").status_code == 302


def test_signing_out_everywhere_means_here_too_and_takes_a_form(user):
    here, there, others = client_of(user), client_of(user), client_of(account("reader"))
    assert here.get("/admin/account/sign-out/").status_code == 405
    assert here.post("/admin/account/sign-out/")["Location"] == "/admin/login/"
    assert [one.get("/admin/").status_code for one in (here, there, others)] == [302, 302, 200]


def test_signing_out_takes_a_form_and_leaves_no_session(user):
    client = client_of(user)
    assert client.get("/admin/logout/").status_code == 405
    client.post("/admin/logout/")
    assert not DeskSession.objects.filter(user=user).exists()


def test_an_account_switched_off_is_out_at_the_next_click(user):
    client = client_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_an_account_without_its_role_is_out_at_the_next_click(user):
    client = client_of(user)
    user.staff_member.delete()
    assert client.get("/admin/").status_code == 302


def test_what_is_over_is_swept_when_somebody_signs_in(user, client):
    old = client_of(account("reader"))
    DeskSession.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    client.post("/admin/login/code/", {"code": digits_of(user)})
    assert DeskSession.objects.count() == 1
    assert old.get("/admin/").status_code == 302


def test_a_copy_of_the_database_signs_nobody_in(user, client):
    """What the tables hold opens nothing, typed or sent as it stands; the key of an app is not in them."""
    fresh = second_factor.renew_codes(user)
    key = AuthenticatorApp.objects.get(user=user).key()
    client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    client.post("/admin/login/code/", {"code": digits_of(user)})
    cookie = client.cookies[site.SESSION_COOKIE_NAME].value
    dump = "|".join(
        str(value)
        for model in (AuthenticatorApp, RecoveryCodes, DeskSession)
        for row in model.objects.values_list()
        for value in (bytes(cell) if isinstance(cell, memoryview) else cell for cell in row)
    )
    for secret in (
        cookie,
        second_factor.in_letters(key),
        key.hex(),
        str(key)[2:-1],
        *(code.shown for code in fresh),
    ):
        assert secret not in dump
    assert not any(code.characters in dump for code in fresh)
    thief = Client()
    thief.cookies[site.SESSION_COOKIE_NAME] = row_of(client).session_key
    assert thief.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_key_offered_but_not_taken_up_is_not_readable_in_the_session():
    User.objects.create_superuser("first", "first@example.org", PASSWORD)
    client = Client()
    client.post("/admin/login/", {"name": "first", "password": PASSWORD})
    letters = client.get("/admin/login/set-up/").context["letters"].replace(" ", "")
    assert letters not in json.dumps(dict(client.session.items()))


def test_an_app_goes_on_after_a_gentle_change_of_key_and_then_without_the_old_one(user, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, long enough to be one, 2026", [old]
    assert second_factor.proven(user, digits_of(user))
    settings.SECRET_KEY_FALLBACKS = []
    assert second_factor.proven(user, digits_of(user))


def test_after_a_hard_change_of_key_recovery_codes_still_open(user, settings):
    code = second_factor.renew_codes(user)[0]
    digits = digits_of(user)
    settings.SECRET_KEY = "another key, long enough to be one, 2026"
    assert not second_factor.proven(user, digits)
    assert second_factor.proven(user, code.characters)


@pytest.mark.parametrize("role", ["admin", "coordinator", "center"])
def test_who_is_there_costs_three_questions(role):
    """Session, account with its role, device: one more than Django's own admin asks."""
    client = client_of(account(role))
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/admin/account/new-no-page/").status_code in {302, 404}
    tables = [query["sql"].split(" FROM ")[1].split()[0].strip('"') for query in queries]
    assert tables == ["programs_desksession", "auth_user", "programs_authenticatorapp"]


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, DatabaseError])
def test_a_database_that_is_away_is_no_fault_of_the_browser(user, monkeypatch, kind):
    """Else a page that could not note the session says 400, and nobody tries again."""
    client = client_of(user)
    turn_clock(monkeypatch, minutes=2)  # So that the next click is written down.

    def away(self, *args, **options):
        raise kind("server closed the connection unexpectedly") from sqlite3.Error("the driver's own")

    with monkeypatch.context() as broken:
        broken.setattr(DeskSession, "save", away)
        client.raise_request_exception = False
        assert client.get("/admin/").status_code >= 500
    client.raise_request_exception = True
    assert client.get("/admin/").status_code == 200
    row_of(client).delete()
    assert client.get("/admin/").status_code == 302


def test_a_session_that_is_ended_while_a_page_is_made_is_no_fault_of_ours(user, monkeypatch):
    """Signed out in another window meanwhile: the browser is told so, and nothing counts as broken."""
    client = client_of(user)
    turn_clock(monkeypatch, minutes=2)
    save = DeskSession.save

    def ended_before(self, *args, **options):
        sessions.end_all(user)
        save(self, *args, **options)

    with monkeypatch.context() as between:
        between.setattr(DeskSession, "save", ended_before)
        client.raise_request_exception = False
        assert client.get("/admin/").status_code == 400
