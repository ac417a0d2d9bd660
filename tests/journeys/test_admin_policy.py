"""Staff sign in and work under the same strict policy as everybody."""

import pytest

from tests.journeys.staff import platform_admin, sign_in


@pytest.mark.django_db(transaction=True)
def test_signing_in_and_editing_breaks_no_policy(live_server, page_at, quiet):
    page = page_at(1280)
    sign_in(page, live_server.url, platform_admin())
    assert page.get_by_role("button", name="Sign out", exact=True).is_visible()
    for path in (
        "/admin/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/account/",
        "/admin/password_change/",
    ):
        page.goto(live_server.url + path)
        assert page.locator("#content").is_visible()
    quiet(page)
