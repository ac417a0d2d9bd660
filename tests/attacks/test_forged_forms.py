"""A page of somebody else's makes a signed-in browser send forms. Every address is sent one."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.attacks.addresses import every
from tests.attacks.worlds import everything, paths
from tests.programs.accounts import account, second_factor
from tests.programs.admin.test_matrix import FORMS
from tests.programs.admin.worlds import World

pytestmark = pytest.mark.django_db

EXEMPT = {
    "quick_exit": "It only forgets, and a stale token must not stop who has to leave.",
    "policy_reports": "Browsers send reports by themselves, without a token; nothing is stored.",
    "programs:confirm": "Its page sends no Origin; no cookie stands for the center, the secret address does.",
    "admin:staging": "Checked inside, once the handler for files is in place.",
}
"""Addresses that CSRF protection passes over, each with its reason. Those of the API answer 405 to a form."""
ANSWERS = {"quick_exit": {303}, "policy_reports": {204, 400, 415}, "programs:confirm": {200}}
"""What those that take a form without a token answer to one that says nothing useful."""


def browser(kind: str) -> tuple[Client, dict[str, Any]]:
    """The browser of a platform admin on a hostile page, and what goes along with every form it sends."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    user = account("admin")
    client.force_login(user)
    session = client.session
    session["otp_device_id"] = second_factor(user).persistent_id
    session.save()
    client.get("/assessment/step-1/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    if kind == "a token of another browser":
        other = Client()
        other.get("/assessment/step-1/")
        return client, {"csrfmiddlewaretoken": other.cookies[settings.CSRF_COOKIE_NAME].value}
    if kind == "a good token, from another site":
        return client, {"csrfmiddlewaretoken": token}
    return client, {}


HEADERS = {
    "no token": {},
    "a token of another browser": {},
    "a good token, from another site": {"origin": "https://evil.example"},
    "no token, from a sandboxed page": {"origin": "null"},
}


def test_every_exemption_has_a_reason() -> None:
    exempt = {one.name for one in every() if one.is_exempt}
    api = {name for name in exempt if name.startswith("programs_api:")}
    assert exempt - api == set(EXEMPT)


@pytest.mark.parametrize("kind", HEADERS)
def test_no_address_takes_a_form_of_another_site(kind: str) -> None:
    world = World("Target", "AZ")
    addresses = paths(world)
    client, token = browser(kind)
    before = everything()
    wrong = []
    for name, (one, path) in addresses.items():
        response = client.post(path, {**FORMS[1], **token}, headers=HEADERS[kind])
        is_api = one.is_exempt and name.startswith("programs_api:")
        fine = {405} if is_api else ANSWERS.get(name, {403})
        if response.status_code not in fine:
            wrong.append((name, path, response.status_code, response.get("Location")))
    assert wrong == []
    after = everything()
    assert {table for table in after if after[table] != before[table]} == set()


def test_the_same_forms_reach_their_pages_from_our_own() -> None:
    """What is refused above is refused for where it comes from."""
    world = World("Target", "AZ")
    client, _ = browser("no token")
    client.get("/admin/account/")
    token = {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value}
    taken = [
        name
        for name, (_one, path) in paths(world).items()
        if name.startswith("admin:")
        and name not in ("admin:logout", "admin:sign_out_everywhere")
        and client.post(path, {**FORMS[1], **token}).status_code in (200, 302)
    ]
    assert len(taken) > 60
