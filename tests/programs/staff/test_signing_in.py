"""Signing in, as a browser does it: a password, then a code; setting up the second step; recovery codes."""

import html
import re
import time
from base64 import b32decode
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import TOTP

from programs.models import AuthenticatorApp, RecoveryCodes
from programs.staff import second_factor
from tests.programs.accounts import PASSWORD, account, client_of, digits_of

pytestmark = pytest.mark.django_db
LOGIN, CODE, RECOVERY, SET_UP = (f"/admin/login/{part}" for part in ("", "code/", "recovery/", "set-up/"))


def first_step(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"name": name, "password": password, **more})


def wrong_digits(user: User) -> str:
    return f"{(int(digits_of(user)) + 1) % 1_000_000:06d}"


def shown_codes(response: Any) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code>", response.content.decode())


def test_a_password_and_then_a_code_open_the_desk(client):
    user = account("coordinator")
    response = first_step(client, user.username)
    assert (response.status_code, response["Location"]) == (302, CODE)
    assert client.get("/admin/").status_code == 302
    response = client.post(CODE, {"code": digits_of(user)})
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200
    user.refresh_from_db()
    assert user.last_login is not None


def test_the_email_address_does_as_well_in_any_case_unless_two_share_it(client):
    user = account("reader")
    assert first_step(client, "READER@example.org")["Location"] == CODE
    User.objects.create_user("other", user.email, PASSWORD, is_staff=True, is_superuser=True)
    assert first_step(client, user.email).status_code == 200


def test_a_code_may_have_a_space_and_is_taken_once(client):
    user = account("reader")
    digits = digits_of(user)
    first_step(client, user.username)
    assert client.post(CODE, {"code": f"{digits[:3]} {digits[3:]}"}).status_code == 302
    other = Client()
    first_step(other, user.username)
    assert other.post(CODE, {"code": digits}).status_code == 200
    assert other.get("/admin/").status_code == 302
    assert other.post(CODE, {"code": digits_of(user)}).status_code == 302


def test_a_phone_whose_clock_is_a_little_off_is_let_in_and_one_far_off_is_not(monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    for steps, status in ((-1, 302), (1, 302), (-3, 200), (3, 200)):
        user = account("reader", name=f"clock {steps}")
        clock = TOTP(AuthenticatorApp.objects.get(user=user).key())
        clock.time = now + steps * AuthenticatorApp.STEP
        here = Client()
        first_step(here, user.username)
        assert here.post(CODE, {"code": f"{clock.token():06d}"}).status_code == status, steps


@pytest.mark.parametrize("said", ["12345", "1234567", "abcdef", "１２３４５６", "", "12_345", "-12345"])
def test_what_is_not_six_digits_is_not_tried(client, said):
    user = account("reader")
    first_step(client, user.username)
    response = client.post(CODE, {"code": said})
    assert response.status_code == 200
    assert response.context["form"].errors["code"]
    assert client.get("/admin/").status_code == 302


def test_the_first_sign_in_sets_up_an_app_and_gives_ten_recovery_codes(client):
    user = User.objects.create_superuser("first", "first@example.org", PASSWORD)
    assert first_step(client, "first", next="/admin/programs/center/")["Location"] == SET_UP
    page = client.get(SET_UP)
    text = page.content.decode()
    letters = re.search(r'door-key">([A-Z2-7 ]+)<', text)[1]
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", letters)
    assert f"secret={letters.replace(' ', '')}&amp;issuer=IOPFinder" in text
    assert "<svg" in text
    assert not re.search(r"data:|style=", text)
    assert client.get(SET_UP).content.decode().count(letters) == 1, "the same key when the page is read again"
    assert not AuthenticatorApp.objects.exists()
    clock = TOTP(_key_of(letters))
    assert client.post(SET_UP, {"code": f"{(clock.token() + 1) % 1_000_000:06d}"}).status_code == 200
    assert client.get("/admin/").status_code == 302
    response = client.post(SET_UP, {"code": f"{clock.token():06d}"})
    shown = shown_codes(response)
    assert (response.status_code, len(set(shown))) == (200, 10)
    assert "no-store" in response["Cache-Control"]
    assert 'href="/admin/programs/center/"' in html.unescape(response.content.decode())
    assert client.get("/admin/").status_code == 200
    assert second_factor.codes_left(user) == 10
    assert client.get(SET_UP)["Location"] == "/admin/"


def _key_of(letters: str) -> bytes:
    return b32decode(letters.replace(" ", ""))


def test_two_who_know_the_password_get_two_keys_and_one_of_them_the_account():
    User.objects.create_superuser("first", "first@example.org", PASSWORD)
    one, two = Client(), Client()
    keys = []
    for browser in (one, two):
        first_step(browser, "first")
        keys.append(_key_of(re.search(r'door-key">([A-Z2-7 ]+)<', browser.get(SET_UP).content.decode())[1]))
    assert keys[0] != keys[1]
    assert one.post(SET_UP, {"code": f"{TOTP(keys[0]).token():06d}"}).status_code == 200
    assert one.get("/admin/").status_code == 200
    assert two.post(SET_UP, {"code": f"{TOTP(keys[1]).token():06d}"})["Location"] == LOGIN
    assert two.get("/admin/").status_code == 302


def test_a_recovery_code_is_good_once_however_it_is_typed(client):
    user = account("reviewer")
    fresh = second_factor.renew_codes(user)
    first_step(client, user.username)
    typed = fresh[3].shown.lower().replace("-", " ")
    assert client.post(RECOVERY, {"code": typed})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert second_factor.codes_left(user) == 9
    other = Client()
    first_step(other, user.username)
    assert other.post(RECOVERY, {"code": fresh[3].shown}).status_code == 200
    assert other.get("/admin/").status_code == 302


def test_a_slip_in_a_recovery_code_is_said_and_not_counted(client):
    user = account("reviewer")
    shown = second_factor.renew_codes(user)[0].shown
    first_step(client, user.username)
    for _ in range(12):
        response = client.post(RECOVERY, {"code": shown[:-1]})
        assert "20 letters and numbers" in response.content.decode()
    assert client.post(RECOVERY, {"code": shown}).status_code == 302


@pytest.mark.parametrize(("used", "told"), [(7, False), (8, True), (9, True)])
def test_whoever_has_few_recovery_codes_left_is_told(client, used, told):
    user = account("reader")
    second_factor.renew_codes(user)
    device = RecoveryCodes.objects.get(user=user)
    device.digests = device.digests[used:]
    device.save()
    first_step(client, user.username)
    page = client.post(CODE, {"code": digits_of(user)}, follow=True).content.decode()
    assert ("Get new ones on your account page" in page) is told


def test_new_recovery_codes_ask_for_a_code_and_end_those_of_before():
    user = account("reader")
    old = second_factor.renew_codes(user)[0]
    client = client_of(user)
    assert client.post("/admin/account/codes/", {"code": wrong_digits(user)}).status_code == 200
    assert second_factor.proven(user, old.characters)
    old = second_factor.renew_codes(user)[0]
    shown = shown_codes(client.post("/admin/account/codes/", {"code": digits_of(user)}))
    assert len(shown) == 10
    assert old.shown not in shown
    assert not second_factor.proven(user, old.characters)
    assert second_factor.proven(user, shown[0].replace("-", ""))


def test_another_phone_takes_the_place_of_the_first_and_signs_out_the_rest():
    user = account("reader")
    here, elsewhere = client_of(user), client_of(user)
    text = here.get("/admin/account/app/").content.decode()
    clock = TOTP(_key_of(re.search(r'door-key">([A-Z2-7 ]+)<', text)[1]))
    old_key = AuthenticatorApp.objects.get(user=user).key()
    form = {"proof": wrong_digits(user), "code": f"{clock.token():06d}"}
    assert here.post("/admin/account/app/", form).status_code == 200
    assert AuthenticatorApp.objects.get(user=user).key() == old_key
    form["proof"] = digits_of(user)
    assert here.post("/admin/account/app/", form)["Location"] == "/admin/account/"
    assert AuthenticatorApp.objects.get(user=user).key() == clock.key
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_a_recovery_code_will_do_where_the_phone_is_lost():
    user = account("reader")
    code = second_factor.renew_codes(user)[0].shown
    client = client_of(user)
    text = client.get("/admin/account/app/").content.decode()
    clock = TOTP(_key_of(re.search(r'door-key">([A-Z2-7 ]+)<', text)[1]))
    form = {"proof": code, "code": f"{clock.token():06d}"}
    assert client.post("/admin/account/app/", form).status_code == 302


def test_the_server_can_reset_a_second_factor(capsys):
    user = account("admin", name="away")
    second_factor.renew_codes(user)
    client = client_of(user)
    call_command("reset_second_factor", "away")
    assert "away" in capsys.readouterr().out
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCodes.objects.exists()
    assert client.get("/admin/").status_code == 302
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
