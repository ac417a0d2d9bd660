"""Staff sign in and work under the same strict policy as everybody."""

import pytest
from django.contrib.auth import get_user_model


@pytest.mark.django_db(transaction=True)
def test_signing_in_and_editing_breaks_no_policy(live_server, page_at, quiet):
    get_user_model().objects.create_superuser("staff", password="a long enough secret")
    page = page_at(1280)
    page.goto(live_server.url + "/admin/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Log in").click()
    assert (
        page.get_by_role("link", name="Log out").or_(page.get_by_role("button", name="Log out")).is_visible()
    )
    for path in ("/admin/", "/admin/auth/user/", "/admin/auth/user/add/", "/admin/auth/group/add/"):
        page.goto(live_server.url + path)
        assert page.locator("#content").is_visible()
    quiet(page)
