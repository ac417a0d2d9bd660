"""Staff in a real browser: they sign in as people do, with a password and a code from their app."""

from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.programs.accounts import PASSWORD, digits_of, second_factor


def platform_admin(name: str = "staff") -> User:
    """A platform admin with an app."""
    user = User.objects.create_superuser(name, f"{name}@example.org", PASSWORD)
    second_factor(user)
    return user


def sign_in(page: Page, site: str, user: User, address: str = "/admin/") -> None:
    """Opens a page of the desk, and signs in on the way. The account's password is `PASSWORD`."""
    page.goto(site + address)
    page.get_by_label("User name or e-mail").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("6-digit code").fill(digits_of(user))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(site + address)
