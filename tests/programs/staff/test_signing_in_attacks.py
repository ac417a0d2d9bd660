"""What somebody who should not be let in tries."""

import re
import threading
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib import admin
from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from programs.models import DeskSession, RecoveryCodes, Tries
from programs.staff import second_factor, signing_in
from tests.programs.accounts import PASSWORD, account, client_of, digits_of

pytestmark = pytest.mark.django_db
LOGIN, CODE, RECOVERY, SET_UP = (f"/admin/login/{part}" for part in ("", "code/", "recovery/", "set-up/"))
FORGOTTEN = "/admin/password/"
OUTSIDE = {
    "login",
    "sign_in_code",
    "sign_in_recovery",
    "set_up_app",
    "invited",
    "invitation",
    "forgotten",
    "reset_password",
    "reset",
}
"""Names of the addresses anybody may open."""
ELSEWHERE = {"logout", ""}
"""Signing out leads to the front page, old addresses of a row to its page. Both then ask who is there."""


def addresses() -> list[tuple[str, str]]:
    """Every address below /admin/, with a word or a number where one is asked for, and its name."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], before: str) -> None:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, here)
            elif isinstance(one, URLPattern):
                plain = re.sub(r"<int:\w+>", "1", re.sub(r"<(path:|str:|slug:)?\w+>", "1", here))
                plain = re.sub(r"<uuid:\w+>", "6f1f9d3e-6f1c-4b7e-9a53-7d0e6c1b2a30", plain)
                found.append(("/" + re.sub(r"\(\?P<\w+>[^)]*\)\$?|[\^$?]", "", plain), one.name or ""))

    walk([one for one in get_resolver().url_patterns if str(one.pattern) == "admin/"], "")
    return found


def first_step(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"name": name, "password": password, **more})


def test_the_walk_sees_the_whole_desk():
    names = {name for _, name in addresses()}
    assert {
        f"{model._meta.app_label}_{model._meta.model_name}_change" for model in admin.site._registry
    } <= names
    assert (
        OUTSIDE | {"my_account", "new_app", "new_codes", "jsi18n", "autocomplete", "password_change"} <= names
    )


@pytest.mark.parametrize("kind", ["nobody", "halfway", "password alone", "another's device", "no role"])
def test_no_address_of_the_desk_opens_without_both_steps(kind):
    user = account("admin")
    client = Client()
    if kind == "halfway":
        first_step(client, user.username)
    elif kind == "password alone":
        client.force_login(user)
    elif kind == "another's device":
        client.force_login(user)
        session = client.session
        session["otp_device_id"] = second_factor.app_of(account("reader")).persistent_id
        session.save()
    elif kind == "no role":
        nobody = User.objects.create_user("nobody", "nobody@example.org", PASSWORD, is_staff=True)
        client = client_of(nobody)
    checked = 0
    for address, name in addresses():
        if name in OUTSIDE:
            continue
        for method in (client.get, client.post):
            response = method(address)
            assert response.status_code in {302, 404}, (address, response.status_code)
            if response.status_code == 302 and name not in ELSEWHERE:
                assert response["Location"].startswith(LOGIN), (address, response["Location"])
                checked += 1
    assert checked > 50


def test_every_page_of_the_desk_forbids_to_be_kept():
    client = client_of(account("admin"))
    for address in (
        "/admin/",
        "/admin/auth/user/",
        "/admin/account/",
        "/admin/account/app/",
        "/admin/password_change/",
    ):
        assert "no-store" in client.get(address)["Cache-Control"], address
    for address in (LOGIN, FORGOTTEN, "/admin/invitation/", "/admin/password/new/"):
        assert "no-store" in Client().get(address)["Cache-Control"], address


def test_a_session_fixed_by_a_stranger_is_not_the_one_that_is_signed_in(client):
    user = account("reader")
    first_step(client, account("reviewer").username)
    planted = client.cookies[site.SESSION_COOKIE_NAME].value
    first_step(client, user.username)
    between = client.cookies[site.SESSION_COOKIE_NAME].value
    client.post(CODE, {"code": digits_of(user)})
    signed_in = client.cookies[site.SESSION_COOKIE_NAME].value
    assert len({planted, between, signed_in}) == 3
    for key in (planted, between, "chosen-by-a-stranger-0123456789ab"):
        other = Client()
        other.cookies[site.SESSION_COOKIE_NAME] = key
        assert other.get("/admin/").status_code == 302
        assert other.post(CODE, {"code": digits_of(user)})["Location"] == LOGIN
    assert DeskSession.objects.count() == 1


@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        " //evil.example",
        "http://testserver@evil.example/",
        "http://testserver/admin/",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(client, then):
    user = account("reader")
    page = client.get(LOGIN, {"next": then}).content.decode()
    assert "evil" not in page.partition('class="door-form"')[2]
    first_step(client, user.username, next=then)
    assert client.post(CODE, {"code": digits_of(user)})["Location"] == "/admin/"


def test_whoever_asked_for_a_page_comes_to_it(client):
    user = account("reader")
    there = client.get("/admin/programs/center/?q=a b")["Location"]
    hidden = re.search(r'name="next" value="([^"]*)"', client.get(there).content.decode())[1]
    first_step(client, user.username, next=hidden.replace("&amp;", "&"))
    assert client.post(CODE, {"code": digits_of(user)})["Location"] == "/admin/programs/center/?q=a%20b"


def test_a_password_that_changes_between_the_steps_ends_them(client):
    user = account("reader")
    first_step(client, user.username)
    user.set_password("something-else-entirely")
    user.save()
    assert client.post(CODE, {"code": digits_of(user)})["Location"] == LOGIN


def test_the_second_step_has_to_follow_soon(client, monkeypatch):
    user = account("reader")
    first_step(client, user.username)
    monkeypatch.setattr(signing_in, "STEP_SECONDS", -1)
    assert client.get(CODE)["Location"] == LOGIN


def test_an_account_with_an_app_cannot_be_given_another_by_its_password_alone(client):
    user = account("reader")
    first_step(client, user.username)
    assert client.get(SET_UP)["Location"] == LOGIN
    assert client.post(SET_UP, {"code": "123456"})["Location"] == LOGIN


def test_a_code_of_one_account_does_not_open_another(client):
    one, two = account("reader", name="one"), account("reader", name="two")
    first_step(client, "one")
    assert client.post(CODE, {"code": digits_of(two)}).status_code == 200
    code = second_factor.renew_codes(two)[0].shown
    second_factor.renew_codes(one)
    assert client.post(RECOVERY, {"code": code}).status_code == 200
    assert second_factor.codes_left(two) == 10


OWN = {"Set-Cookie", "Expires", "Content-Length", "X-Request-ID"}


def answer_to(name: str, password: str = "not the right one") -> tuple[int, str, dict[str, str]]:
    client = Client()
    response = first_step(client, name, password)
    text = re.sub(r'value="[^"]*"', "", response.content.decode())
    return response.status_code, text, {key: response[key] for key in response.headers if key not in OWN}


def test_a_name_nobody_has_is_answered_like_a_wrong_password():
    known = account("reader", name="known")
    account("reader", name="off")
    User.objects.filter(username="off").update(is_active=False)
    User.objects.create_user("no-role", "n@example.org", PASSWORD)
    answers = [answer_to(name) for name in (known.username, "nobody at all", "off", "no-role", known.email)]
    answers += [answer_to("off", PASSWORD), answer_to("no-role", PASSWORD)]
    lengths = {len(text) for _, text, _ in answers}
    assert len(lengths) == 1
    assert len({(status, text, str(headers)) for status, text, headers in answers}) == 1


def test_a_name_nobody_has_costs_a_password_hash_too(monkeypatch):
    account("reader", name="known")
    account("reader", name="off")
    User.objects.filter(username="off").update(is_active=False)
    invited = User(username="invited", is_active=False)
    invited.set_unusable_password()
    invited.save()
    hashed: list[str] = []
    real = hashers.MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return str(real(self, password, salt))

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    for name in ("known", "nobody", "off", "invited"):
        hashed.clear()
        answer_to(name)
        assert len(hashed) == 1, name


def test_a_stopped_try_costs_no_hash_and_says_when_to_come_back(monkeypatch):
    monkeypatch.setattr(signing_in, "WRONG_FOR_A_NAME", 2)
    for name in ("known", "unknown"):
        if name == "known":
            account("reader", name=name)
        assert [answer_to(name)[0] for _ in range(2)] == [200, 200]
        with monkeypatch.context() as broken:
            broken.setattr(hashers.MD5PasswordHasher, "encode", None)
            response = first_step(Client(), name, PASSWORD)
        assert response.status_code == 429
        assert 1 <= int(response["Retry-After"]) <= signing_in.NAME_MINUTES * 60
        assert re.search(r"try again in \d minutes?\.", response.content.decode())


def test_a_network_that_guesses_is_stopped_for_every_name_and_others_are_not(monkeypatch):
    monkeypatch.setattr(signing_in, "WRONG_FROM_A_NETWORK", 3)
    user = account("reader")
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    assert [first_step(guesser, f"name {n}").status_code for n in range(4)] == [200, 200, 200, 429]
    assert first_step(guesser, user.username).status_code == 429
    assert first_step(Client(REMOTE_ADDR="203.0.113.8"), user.username).status_code == 302


def test_right_ones_do_not_count(monkeypatch):
    monkeypatch.setattr(signing_in, "WRONG_FROM_A_NETWORK", 3)
    monkeypatch.setattr(signing_in, "WRONG_FOR_A_NAME", 3)
    user = account("reader")
    for _ in range(6):
        assert first_step(Client(), user.username).status_code == 302


def test_a_stranger_cannot_keep_somebody_out_of_a_browser_they_signed_in_from(monkeypatch):
    monkeypatch.setattr(signing_in, "WRONG_FOR_A_NAME", 2)
    user = account("reader")
    own = Client(REMOTE_ADDR="203.0.113.1")
    first_step(own, user.username)
    own.post(CODE, {"code": digits_of(user)})
    own.post("/admin/logout/")
    stranger = Client(REMOTE_ADDR="198.51.100.9")
    assert [first_step(stranger, user.username, "x").status_code for _ in range(3)] == [200, 200, 429]
    assert first_step(Client(REMOTE_ADDR="203.0.113.1"), user.username).status_code == 429
    assert first_step(own, user.username).status_code == 302
    forged = Client(REMOTE_ADDR="203.0.113.1")
    forged.cookies[site.KNOWN_COOKIE_NAME] = f"{user.pk}:1:forged"
    assert first_step(forged, user.username).status_code == 429


def test_a_known_browser_is_counted_too(monkeypatch):
    monkeypatch.setattr(signing_in, "WRONG_FOR_A_NAME", 2)
    user = account("reader")
    own = Client()
    first_step(own, user.username)
    own.post(CODE, {"code": digits_of(user)})
    own.post("/admin/logout/")
    assert [first_step(own, "somebody else", "x").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("address", [CODE, RECOVERY])
def test_codes_are_not_guessed_by_trying_from_any_number_of_networks(monkeypatch, address):
    monkeypatch.setattr(signing_in, "WRONG_CODES", 3)
    user = account("reader")
    code = second_factor.renew_codes(user)[0].shown
    wrong = second_factor.renew_codes(account("reader", name="two"))[0].shown if address == RECOVERY else None
    statuses = []
    for number in range(4):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        first_step(client, user.username)
        guess = wrong or f"{(int(digits_of(user)) + 7) % 1_000_000:06d}"
        statuses.append(client.post(address, {"code": guess}).status_code)
    assert statuses == [200, 200, 200, 429]
    client = Client(REMOTE_ADDR="203.0.113.77")
    first_step(client, user.username)
    assert client.post(CODE, {"code": digits_of(user)}).status_code == 429
    assert client.post(RECOVERY, {"code": code}).status_code == 429
    assert client.get("/admin/").status_code == 302


def test_old_passwords_and_codes_are_not_guessed_in_a_session_either(monkeypatch):
    monkeypatch.setattr(signing_in, "WRONG_CODES", 2)
    client = client_of(account("reader"))
    form = {"old_password": "x", "new_password1": "y", "new_password2": "y"}
    assert [client.post("/admin/password_change/", form).status_code for _ in range(3)] == [200, 200, 429]
    assert client.post("/admin/account/codes/", {"code": "000000"}).status_code == 429
    assert client.post("/admin/account/app/", {"proof": "000000", "code": "000000"}).status_code == 429


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
@pytest.mark.parametrize("with_app", [True, False])
def test_one_code_sent_twice_at_once_lets_one_in(with_app):
    user = account("reader")
    code = digits_of(user) if with_app else second_factor.renew_codes(user)[0].characters
    device = second_factor.app_of(user) if with_app else RecoveryCodes.objects.get(user=user)
    start, let_in = threading.Barrier(4), []

    def send() -> None:
        start.wait()
        if second_factor.verified(user, device, code):
            let_in.append(1)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(let_in) == 1


def test_nothing_that_was_typed_is_logged_or_kept(caplog):
    caplog.set_level(0)
    user = account("reader")
    client = Client(REMOTE_ADDR="203.0.113.99")
    first_step(client, "typed-name-xyzzy", "typed-password-plugh")
    first_step(client, user.username)
    client.post(CODE, {"code": "734951"})
    client.post(FORGOTTEN, {"email": "typed-address@xyzzy.example"})
    client.get("/admin/invitation/token-frobozz/")
    log = "\n".join(str(vars(record)) for record in caplog.records if not record.name.startswith("django.db"))
    kept = str(list(Tries.objects.values()))
    assert Tries.objects.count() >= 4
    for secret in ("xyzzy", "plugh", "734951", "203.0.113", "frobozz", user.username):
        assert secret not in kept, secret
    for secret in ("xyzzy", "plugh", "734951", "203.0.113"):
        assert secret not in log, secret


def join_mail() -> None:
    for thread in threading.enumerate():
        if thread.name == "staff mail":
            thread.join(10)


def test_a_forgotten_password_is_answered_alike_whether_or_not_there_is_an_account():
    user = account("reader")
    User.objects.create_user("no-role", "no-role@example.org", PASSWORD)
    account("coordinator", name="off")
    User.objects.filter(username="off").update(is_active=False)
    answers = set()
    for address in (user.email, "nobody@example.org", "no-role@example.org", "coordinator@example.org"):
        response = Client().post(FORGOTTEN, {"email": address})
        join_mail()
        answers.add((response.status_code, re.sub(r'value="[^"]*"', "", response.content.decode())))
    assert len(answers) == 1
    assert [letter.to for letter in mail.outbox] == [[user.email]]


def test_a_forgotten_password_is_set_anew_once_and_the_second_step_still_stands(settings):
    settings.SITE_URL = "https://find.example.org"
    user = account("reader")
    signed_in = client_of(user)
    client = Client(HTTP_HOST="localhost")
    client.post(FORGOTTEN, {"email": user.email.upper()})
    join_mail()
    link = re.search(r"https://find\.example\.org(/admin/password/\S+)", mail.outbox[0].body)[1]
    assert "localhost" not in mail.outbox[0].body
    response = client.get(link)
    assert (response["Location"], response["Referrer-Policy"]) == ("/admin/password/new/", "no-referrer")
    new = "kettle-harbor-92-lantern"
    form = {"new_password1": new, "new_password2": new}
    assert client.post("/admin/password/new/", form)["Location"] == LOGIN
    assert signed_in.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 302
    client.get(link)
    assert client.get("/admin/password/new/").status_code == 410
    assert first_step(client, user.username, new)["Location"] == CODE
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("link", ["MQ/never-given", "%00/x", "OTk5OTk5/x-y", "not-base64/é"])
def test_a_link_nobody_was_given_sets_no_password(client, link):
    client.get(f"/admin/password/{link}/")
    assert client.get("/admin/password/new/").status_code == 410


@pytest.mark.parametrize(
    "link", ["/admin/invitation/never-given/", "/admin/password/MQ/never-given/", LOGIN, FORGOTTEN]
)
def test_a_visit_that_leads_nowhere_leaves_no_session(client, link):
    client.get(link, follow=True)
    assert site.SESSION_COOKIE_NAME not in client.cookies
    assert not DeskSession.objects.exists()


def test_nobody_is_flooded_with_mail():
    user = account("reader")
    for _ in range(6):
        assert Client().post(FORGOTTEN, {"email": user.email}).status_code == 200
        join_mail()
    assert len(mail.outbox) == 3


def test_a_host_nobody_allowed_is_refused_before_any_mail():
    user = account("reader")
    assert Client(HTTP_HOST="evil.example").post(FORGOTTEN, {"email": user.email}).status_code == 400
    join_mail()
    assert mail.outbox == []


@pytest.mark.parametrize("address", [LOGIN, CODE, RECOVERY, SET_UP, FORGOTTEN, "/admin/account/sign-out/"])
def test_a_form_of_somebody_else_is_refused(address):
    client = Client(enforce_csrf_checks=True)
    assert client.post(address, {"name": "x", "password": "y"}).status_code == 403
    assert not Tries.objects.exists()
