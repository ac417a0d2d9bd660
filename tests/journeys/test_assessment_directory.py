"""The main job on the real directory: from the first question to a real center's phone number, on a phone."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from programs.models import Center
from tests.assessment.walking import CALM
from tests.journeys.answering import walk

pytestmark = pytest.mark.directory


def test_from_the_first_question_to_a_real_phone_number(
    live_server, page_at, axe, quiet, sideways, shot, directory_files
):
    call_command("load_places", verbosity=0)
    call_command("import_directory", *map(str, directory_files.values()), verbosity=0)
    page = page_at(390)
    walk(page, live_server.url, CALM)
    page.get_by_role("link", name="See what fits").first.click()
    page.locator("input[name=zip]:visible").first.fill("85004")
    with page.expect_navigation():
        page.get_by_role("button", name="See programs near me").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 85004 Phoenix, AZ")
    shot(page, "real-programs")
    axe(page)
    sideways(page)
    first = page.locator(".hit").first
    digits = re.sub(r"\D", "", str(first.locator("a[href^='tel:']").get_attribute("href")))[-10:]
    name = first.locator("h3 a").inner_text()
    numbers = {
        re.sub(r"\D", "", phone)[-10:]
        for phone in Center.objects.filter(name=name).values_list("phone", flat=True)
    }
    assert digits in numbers
    with page.expect_navigation():
        first.locator("h3 a").click()
    assert "?" not in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main a[href^='tel:']").first).to_be_visible()
    quiet(page)
