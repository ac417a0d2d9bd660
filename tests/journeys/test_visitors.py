"""Telling what is wrong, asking for a call, taking it back; and the desk that answers, in a real browser."""

import pytest
from playwright.sync_api import expect

from programs.models import Inquiry, Report
from programs.visitors import sending
from programs.visitors.contents import wanted_of, words_of
from tests.journeys.staff import platform_admin, sign_in
from tests.programs import factories

pytestmark = pytest.mark.django_db(transaction=True)
SEND = "main form[method=post] button[type=submit]"
NUMBER = "602-555-0187"


@pytest.fixture
def center(live_server, monkeypatch):
    """A center that takes call-backs. A browser that is driven types faster than people do."""
    monkeypatch.setattr(sending, "QUICK", 0)
    factories.ZipCodeFactory()
    return factories.center(["iop"], name="Plain Harbor", slug="plain-harbor", takes_inquiries=True)


def press(page, selector=SEND):
    with page.expect_navigation():
        page.locator(selector).first.click()


def code_on(page):
    return page.locator("main code").inner_text()


def fill(page, **changed):
    """The call-back form as somebody fills it in."""
    said = {"whom": "me", "way": "phone", "message": "discreet"} | changed
    for name, value in said.items():
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator("input[name=name]").fill("Quillon")
    page.locator("input[name=reach]").fill(NUMBER)
    page.locator("input[name=consent]").check()


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_from_a_centers_page_a_report_goes_in_and_its_answer_comes_back(
    live_server, page_at, center, quiet, js, prefix
):
    page = page_at(390, js=js)
    page.goto(f"{live_server.url}{prefix}{center.get_absolute_url()}")
    press(page, "a[href$='/report/']")
    page.locator("input[value=phone]").check()
    page.locator("textarea[name=words]").fill("A school answers there")
    press(page)
    code = code_on(page)
    assert words_of(Report.objects.get()) == "A school answers there"
    Report.objects.update(status="fixed", answer="We have the right number now.")
    press(page, "main a[href$='/your-code/']")
    page.locator("input[name=code]").fill(code.lower())
    press(page)
    expect(page.locator("main")).to_contain_text("We have the right number now.")
    assert code not in page.url
    quiet(page)


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_a_call_is_asked_for_and_taken_back(live_server, page_at, center, quiet, js, prefix):
    page = page_at(390, js=js)
    page.goto(f"{live_server.url}{prefix}{center.get_absolute_url()}")
    press(page, "a[href$='/call-back/']")
    fill(page)
    press(page)
    code = code_on(page)
    assert wanted_of(Inquiry.objects.get()).reach == NUMBER
    page.reload()
    assert code_on(page) == code
    assert Inquiry.objects.count() == 1
    press(page, "main a[href$='/your-code/']")
    page.locator("input[name=code]").fill(code)
    press(page)
    press(page, "main form[action$='/withdraw/'] button")
    assert Inquiry.objects.get().status == "withdrawn"
    assert wanted_of(Inquiry.objects.get()) is None
    names = {one["name"] for one in page.context.cookies()}
    assert names <= {"csrf"}
    quiet(page)


def test_what_is_missing_is_said_beside_its_field_and_reached_by_keyboard_alone(
    live_server, page_at, center, quiet
):
    page = page_at(1280)
    page.goto(f"{live_server.url}{center.get_absolute_url()}call-back/")
    page.locator("input[name=name]").focus()
    page.keyboard.type("Quillon")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_be_focused()
    assert page.locator("input[name=name]").input_value() == "Quillon"
    assert page.locator("input[name=reach]").get_attribute("aria-invalid") == "true"
    page.keyboard.press("Tab")
    with page.expect_navigation(url="**#id_whom_0"):
        page.keyboard.press("Enter")
    page.locator("#id_whom_0").focus()
    for keys in ("Space", "Tab", "Tab", "Space", "Tab"):
        page.keyboard.press(keys)
    page.keyboard.type(NUMBER)
    for keys in ("Tab", "ArrowDown", "Tab", "Tab", "Tab", "Space", "Tab"):
        page.keyboard.press(keys)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    wanted = wanted_of(Inquiry.objects.get())
    assert (wanted.whom, wanted.name, wanted.way, wanted.reach) == ("me", "Quillon", "phone", NUMBER)
    quiet(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_passes_axe_and_fits(
    live_server, page_at, center, axe, quiet, sideways, small_targets, shot, width, dark
):
    page, prefix = page_at(width, dark=dark), "/es" if dark else ""
    at = f"{live_server.url}{prefix}{center.get_absolute_url()}"

    def look(name):
        # The summary of errors takes the focus and scrolls: what lies under the strip then is half hidden.
        page.evaluate("window.scrollTo(0, 0)")
        shot(page, f"visitors-{name}-{width}-{'dark' if dark else 'light'}")
        axe(page)
        sideways(page)
        assert small_targets(page) == [], name

    page.goto(at)
    look("center")
    for name in ("report", "call-back"):
        page.goto(f"{at}{name}/")
        look(name)
        press(page)
        look(f"{name}-wrong")
    fill(page)
    press(page)
    look("sent")
    code = code_on(page)
    page.goto(f"{live_server.url}{prefix}/programs/your-code/")
    look("code")
    page.locator("input[name=code]").fill(code)
    press(page)
    look("request")
    press(page, "main form[action$='/withdraw/'] button")
    look("withdrawn")
    quiet(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_reads_calls_and_answers(live_server, page_at, center, axe, quiet, sideways, shot, width):
    name = "Quillon Ferrisby"
    asked = page_at(390)
    asked.goto(f"{live_server.url}{center.get_absolute_url()}call-back/")
    fill(asked)
    asked.locator("input[name=name]").fill(name)
    press(asked)
    page = page_at(width)
    sign_in(page, live_server.url, platform_admin(), "/admin/visitors/")
    page.goto(f"{live_server.url}/admin/visitors/")
    expect(page.locator("#content")).not_to_contain_text(name)
    sideways(page)
    axe(page)
    shot(page, f"visitors-inbox-{width}")
    press(page, ".visitors-table a")
    expect(page.locator("#content")).not_to_contain_text(name)
    press(page, "form[action$='/contact/'] input[type=submit]")
    expect(page.locator("#content")).to_contain_text(name)
    sideways(page)
    axe(page)
    shot(page, f"visitors-open-{width}")
    page.locator("select[name=status]").select_option("reached")
    page.locator("textarea[name=note]").fill("Comes on Monday")
    press(page, "input[type=submit].default")
    expect(page.locator("#content")).to_contain_text("Status: New, now Reached")
    expect(page.locator("#content")).not_to_contain_text("Comes on Monday")
    assert Inquiry.objects.get().status == "reached"
    quiet(page)
