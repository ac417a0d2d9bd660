"""Staff are invited, set up their second step and sign in, in a real browser: by mouse and by keys."""

import re
from base64 import b32decode

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django_otp.oath import TOTP

from programs.staff import second_factor
from tests.journeys.staff import platform_admin, sign_in
from tests.programs.accounts import PASSWORD, account, digits_of

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "kettle-harbor-92-lantern"


@pytest.fixture
def held(axe, sideways, record_of):
    """Holds a page to the rules. What the page said before counts; what the checker causes does not: to read
    style sheets it writes one, and the policy forbids that."""

    def check(page):
        page.wait_for_load_state()
        said = list(record_of(page).complaints)
        axe(page)
        sideways(page)
        record_of(page).complaints[:] = said

    return check


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_from_an_invitation_to_a_desk(live_server, page_at, quiet, held, settings, width, dark):
    settings.SITE_URL = live_server.url
    page = page_at(width, dark=dark)
    sign_in(page, live_server.url, platform_admin(), "/admin/auth/user/")
    page.get_by_role("link", name="Invite somebody").click()
    held(page)
    page.get_by_label("Email address").fill("new@example.org")
    page.locator("#id_role").select_option("Care coordinator")
    page.get_by_label("Arizona").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("An invitation is on its way").wait_for()
    quiet(page)

    link = re.search(r"http://\S+/admin/invitation/\S+", mail.outbox[0].body)[0]
    page = page_at(width, dark=dark)
    page.goto(link)
    assert page.url == live_server.url + "/admin/invitation/"
    held(page)
    page.locator("#id_new_password1").fill(OWN)
    page.locator("#id_new_password2").fill(OWN)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Set up your second step").wait_for()
    held(page)
    key = b32decode(page.locator(".door-key").inner_text().replace(" ", ""))
    page.get_by_label("6-digit code").fill(f"{TOTP(key).token():06d}")
    page.get_by_role("button", name="Set up and sign in").click()
    page.get_by_text("They are shown only now.").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    held(page)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(live_server.url + "/admin/")
    assert User.objects.get(email="new@example.org").staff_member.states == ["AZ"]
    quiet(page)


def test_the_square_is_what_the_letters_say(live_server, page_at):
    """Read back out of the page by what it is made of: the same address gives the same dark squares."""
    User.objects.create_superuser("first", "first@example.org", PASSWORD)
    page = page_at(390)
    page.goto(live_server.url + "/admin/login/")
    page.get_by_label("User name or e-mail").fill("first")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    address = page.get_by_role("link", name="Open it there").get_attribute("href")
    letters = page.locator(".door-key").inner_text().replace(" ", "")
    assert f"secret={letters}" in address
    drawn = page.locator("svg.qr path").last.get_attribute("d")
    assert drawn in second_factor.picture(address)
    box = page.locator("svg.qr").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] > 150


def test_signing_in_by_keyboard_alone(live_server, page_at, quiet):
    user = account("reader")
    page = page_at(390)
    page.goto(live_server.url + "/admin/account/")
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Enter the code").wait_for()
    page.keyboard.type(digits_of(user))
    page.keyboard.press("Enter")
    page.wait_for_url(live_server.url + "/admin/account/")
    quiet(page)


def test_signing_in_without_a_script_by_a_recovery_code(live_server, page_at, quiet, sideways):
    user = account("reviewer")
    code = second_factor.renew_codes(user)[0].shown
    page = page_at(320, js=False)
    page.goto(live_server.url + "/admin/login/")
    page.get_by_label("User name or e-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(live_server.url + "/admin/")
    page.goto(live_server.url + "/admin/account/")
    assert page.get_by_text("9 codes left").is_visible()
    sideways(page)
    page.get_by_role("button", name="Sign out everywhere").click()
    assert page.get_by_role("heading", name="Sign in").is_visible()
    quiet(page)


def test_codes_are_printed_without_the_frame_and_copied(live_server, page_at, quiet, held):
    user = platform_admin()
    page = page_at(1280)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, live_server.url, user, "/admin/account/")
    held(page)
    page.get_by_role("link", name="Get new codes").click()
    page.get_by_label("6-digit code").fill(digits_of(user))
    page.get_by_role("button", name="Get new codes").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied").wait_for()
    shown = page.locator(".recovery-codes code").all_inner_texts()
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == shown
    page.emulate_media(media="print")
    assert not page.locator("#header").is_visible()
    assert not page.get_by_role("button", name="Copy").is_visible()
    assert page.get_by_text(f"Directory desk: {user.username}").is_visible()
    quiet(page)


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/password/", "/admin/invitation/"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_anybody_may_open(live_server, page_at, held, address, dark):
    page = page_at(390, dark=dark)
    page.goto(live_server.url + address)
    held(page)


def test_a_wrong_password_is_said_beside_the_form_and_to_those_who_listen(live_server, page_at, axe):
    page = page_at(390)
    page.goto(live_server.url + "/admin/login/")
    page.get_by_label("User name or e-mail").fill("nobody")
    page.get_by_label("Password").fill("nothing")
    page.get_by_role("button", name="Sign in").click()
    assert "do not go together" in page.get_by_role("alert").inner_text()
    axe(page)
