"""A key is changed while people are at it: nobody loses anything while the old one is a fallback, and what is
lost after that is what docs/operations.md says. Every piece is made under the old key by way of the pages."""

import io
import re
import time
from collections.abc import Callable

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessment import codes, saved
from assessment.answers import COOKIE, Draft, UnusableError, seal, unseal
from programs.admin import conflicts, invited
from programs.confirming import links
from programs.models import AuthenticatorApp, DeskSession, DoNotCall, Inquiry, KeptKey
from programs.staff import invitations, second_factor
from programs.staff.accounts import Reach
from programs.staff.roles import Role
from programs.visitors import do_not_call, kept_keys, sending
from programs.visitors.contents import Wanted, wanted_of
from tests.assessment.walking import CALM, Walker
from tests.programs import factories
from tests.programs.accounts import PASSWORD, account, client_of, digits_of

pytestmark = pytest.mark.django_db
NEW = "the key of next year, fifty characters or more, so that it counts"
WANTED = Wanted("me", "Quillon Ferrisby", "phone", "602-555-0187", "discreet", "", "", "en")
Turn = Callable[[], None]


@pytest.fixture
def rotate(settings) -> Turn:
    """From the call on the site runs under a new key, with the old one as a fallback."""

    def turn() -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]

    return turn


@pytest.fixture
def give_up(settings) -> Turn:
    """From the call on the old key is nowhere."""

    def turn() -> None:
        settings.SECRET_KEY_FALLBACKS = []

    return turn


def told(*words: str) -> dict[str, str]:
    out = io.StringIO()
    call_command("old_keys", *words, stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines() if ": " in line)


@pytest.fixture
def center(db):
    return factories.center(["iop"], name="Plain Harbor", takes_inquiries=True, email="desk@harbor.example")


# -- Visitors ------------------------------------------------------------------------------------
def test_answers_in_a_browser_go_over_at_the_next_click(rotate, give_up):
    walker = Walker()
    walker.remember(CALM)
    before = unseal(walker.client.cookies[COOKIE].value, time.time())
    rotate()
    assert walker.get("/assessment/result/").status_code == 200
    give_up()
    assert unseal(walker.client.cookies[COOKIE].value, time.time()) == before
    assert walker.get("/assessment/result/").status_code == 200


def test_answers_nobody_touched_start_over_without_the_old_key(rotate, give_up):
    value = seal(Draft({"who": "me"}), time.time())
    rotate()
    assert unseal(value, time.time()).answers == {"who": "me"}
    give_up()
    with pytest.raises(UnusableError):
        unseal(value, time.time())


def test_a_private_code_opens_until_the_old_key_goes(rotate, give_up):
    code = codes.new()
    saved.save(code, Draft({"who": "me"}))
    rotate()
    assert saved.open_with(code).answers == {"who": "me"}
    assert "nobody can tell the key; gone by" in told()["answers under a private code"]
    give_up()
    with pytest.raises(saved.NothingSavedError):
        saved.open_with(code)


def test_answers_kept_again_under_a_code_go_over_and_are_erased_whole(rotate, give_up):
    code = codes.new()
    saved.save(code, Draft({"who": "me"}))
    rotate()
    saved.save(code, Draft({"who": "someone_else"}))
    assert saved.open_with(code).answers == {"who": "someone_else"}, "not what was kept before the change"
    saved.erase(code)
    with pytest.raises(saved.NothingSavedError):
        saved.open_with(code)


def test_a_form_opened_under_the_old_key_is_taken(rotate, center):
    client = Client()
    page = client.get(f"{center.get_absolute_url()}call-back/").content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    kept = saved.ticket(codes.new())
    rotate()
    assert sending.ticket_of(ticket, sending.Kind.INQUIRY, center) is not None
    assert saved.code_of(kept) is not None


def test_what_visitors_wrote_is_moved_and_then_needs_the_old_key_no_more(rotate, give_up, center):
    code = codes.new()
    sending.send_inquiry(center, code, WANTED)
    rotate()
    found = sending.found(code)
    assert told()["texts that visitors wrote"] == "1, 1 under an old key"
    assert told("--move")["texts that visitors wrote"] == "1, 0 under an old key"
    give_up()
    found.refresh_from_db()
    assert wanted_of(found) == WANTED
    assert sending.withdraw(code)


def test_a_text_whose_key_is_gone_is_named(rotate, give_up, center):
    sending.send_inquiry(center, codes.new(), WANTED)
    rotate()
    give_up()
    assert told()["texts that visitors wrote"] == "1, 0 under an old key, 1 that no key opens"
    with pytest.raises(CommandError, match=f"inquiry {Inquiry.objects.get().pk}, sealed"):
        told("--move")


def test_whom_not_to_call_is_known_when_the_old_key_is_gone(rotate, give_up, center):
    do_not_call.remember(center, WANTED)
    rotate()
    assert do_not_call.is_known(center, WANTED)
    assert told()["keys that this site keeps"] == "1, 1 under an old key"
    assert told("--move")["keys that this site keeps"] == "1, 0 under an old key"
    give_up()
    assert do_not_call.is_known(center, WANTED)
    do_not_call.forget(center, WANTED)
    assert not DoNotCall.objects.exists()


def test_a_kept_key_that_nothing_opens_is_told_and_stops_nobody(rotate, give_up, center):
    do_not_call.remember(center, WANTED)
    rotate()
    give_up()
    assert not do_not_call.is_known(center, WANTED)
    assert told()["keys that this site keeps"] == "1, 0 under an old key, 1 that no key opens"
    with pytest.raises(CommandError, match="keptkey do not call"):
        told("--move")
    do_not_call.remember(center, WANTED)
    assert do_not_call.is_known(center, WANTED)


def test_an_entry_older_than_the_kept_key_is_known_until_the_old_key_goes(
    rotate, give_up, center, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr(kept_keys, "key", lambda purpose: None)
        do_not_call.remember(center, WANTED)
    assert do_not_call.is_known(center, WANTED)
    rotate()
    assert do_not_call.is_known(center, WANTED)
    assert (
        "1, of which nobody can tell the key; gone by" in told()["do-not-call entries older than these keys"]
    )
    give_up()
    assert not do_not_call.is_known(center, WANTED)


def test_two_who_ask_first_get_one_key(center, monkeypatch):
    drawn: list[bytes] = []
    fresh = kept_keys.seal

    def first_another(text: str, **told: str) -> bytes:
        """Somebody else was quicker by a moment."""
        if not drawn:
            drawn.append(b"")
            kept_keys.key(do_not_call.PURPOSE)
        return fresh(text, **told)

    monkeypatch.setattr(kept_keys, "seal", first_another)
    assert kept_keys.key(do_not_call.PURPOSE) == kept_keys.key(do_not_call.PURPOSE)
    assert KeptKey.objects.count() == 1


def test_a_link_of_a_center_needs_no_key(rotate, give_up, center):
    _link, token = links.make(center)
    rotate()
    give_up()
    assert Client().get(links.address(token).removeprefix("http://127.0.0.1:8000")).status_code == 200


# -- Staff ---------------------------------------------------------------------------------------
def test_staff_stay_signed_in_and_go_over_at_the_next_click(rotate, give_up):
    client = client_of(account("coordinator"))
    rotate()
    assert told()["sessions of staff"].startswith("1, 1 under an old key; gone by")
    assert client.get("/admin/").status_code == 200
    assert told()["sessions of staff"].startswith("1, 0 under an old key; gone by")
    give_up()
    assert client.get("/admin/").status_code == 200


def test_whoever_did_not_click_signs_in_again_without_the_old_key(rotate, give_up):
    client = client_of(account("coordinator"))
    rotate()
    give_up()
    assert told()["sessions of staff"].startswith("1, 0 under an old key, 1 that no key opens")
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("changed", [False, True])
def test_whoever_is_between_the_two_steps_goes_on_unless_the_password_changed(changed, rotate):
    user = account("coordinator")
    client = Client()
    client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    if changed:
        user.set_password("another long enough one")
        user.save()
    rotate()
    response = client.post("/admin/login/code/", {"code": digits_of(user)})
    assert (client.get("/admin/").status_code == 200) is not changed, response


def test_a_known_browser_is_still_known(rotate, give_up):
    user = account("coordinator")
    client = Client()
    client.post("/admin/login/", {"name": user.username, "password": PASSWORD})
    client.post("/admin/login/code/", {"code": digits_of(user)})
    said = client.cookies["known"].value

    def known():
        request = client.get("/admin/login/").wsgi_request
        request.COOKIES["known"] = said
        return request.get_signed_cookie("known", default="", salt="iopfinder known browser")

    rotate()
    assert known() == str(user.pk)
    give_up()
    assert known() == ""


def test_apps_nobody_used_are_moved_too(rotate, give_up):
    user = account("coordinator")
    rotate()
    assert told()["keys of authenticator apps"] == "1, 1 under an old key"
    assert told("--move")["keys of authenticator apps"] == "1, 0 under an old key"
    give_up()
    assert second_factor.proven(user, digits_of(user))


def test_an_app_whose_key_is_gone_is_named_and_others_are_moved(rotate, give_up):
    lost, kept = account("coordinator", name="lost"), account("reader", name="kept")
    AuthenticatorApp.objects.filter(user=lost).update(sealed_key=b"x" * 48)
    rotate()
    with pytest.raises(CommandError, match="authenticatorapp"):
        told("--move")
    give_up()
    assert second_factor.proven(kept, digits_of(kept))


def test_recovery_codes_and_invitations_need_no_key(rotate, give_up, mailoutbox):
    user, boss = account("coordinator"), account("admin")
    code = second_factor.renew_codes(user)[0]
    new = invitations.invite("new@example.org", Reach(Role.READER), by=boss)
    invitations.send(new, by=boss)
    token = re.search(r"/admin/invitation/([^/\s]+)/", mailoutbox[0].body)[1]
    rotate()
    give_up()
    assert second_factor.proven(user, code.characters)
    assert invitations.opened_by(token) is not None


def test_a_link_for_a_new_password_opens_until_the_old_key_goes(rotate, give_up):
    user = account("coordinator")
    said = f"{invited._name_of(user)}|{default_token_generator.make_token(user)}"
    rotate()
    assert invited._user_of(said) == user
    name, _bar, token = said.partition("|")
    client = Client()
    client.get(reverse("admin:reset", args=[name, token]))
    assert client.get("/admin/password/new/").status_code == 200
    give_up()
    assert invited._user_of(said) is None


def test_a_form_of_the_desk_opened_under_the_old_key_still_knows_what_it_held(rotate, give_up):
    held = signing.dumps({"center": {"name": "Plain Harbor"}}, salt=conflicts.BASE, compress=True)
    rotate()
    assert signing.loads(held, salt=conflicts.BASE) == {"center": {"name": "Plain Harbor"}}


def test_what_the_desk_says_is_in_no_cookie():
    other = account("reader", name="quillon")
    client = client_of(account("admin"))
    answer = client.post(f"/admin/auth/user/{other.pk}/sign-out/")
    assert set(answer.cookies) <= {"session", "csrf"}
    assert "is signed out everywhere" in client.get(answer["Location"]).content.decode()


# -- The command ---------------------------------------------------------------------------------
def test_with_nothing_there_nothing_hangs(rotate):
    rotate()
    out = io.StringIO()
    call_command("old_keys", stdout=out)
    assert out.getvalue().splitlines()[0] == "SECRET_KEY_FALLBACKS holds 1 key."
    assert all("0" in line for line in out.getvalue().splitlines()[1:])


def test_telling_changes_nothing(rotate, center):
    account("coordinator")
    sending.send_inquiry(center, codes.new(), WANTED)
    rotate()

    def rows():
        with connection.cursor() as cursor:
            cursor.execute("SELECT sealed FROM programs_inquiry")
            return [bytes(row[0]) for row in cursor.fetchall()], DeskSession.objects.count()

    before = rows()
    assert told() == told()
    assert rows() == before
