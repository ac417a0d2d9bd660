"""Taking the result along and coming back by code, in a real browser."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from assessment.answers import Draft, seal
from assessment.models import SavedAnswers
from assessment.safety import SAFETY
from tests.assessment.take_along.conftest import kept
from tests.assessment.test_privacy import DISTINCT
from tests.assessment.walking import CALM

SEND = "main form[method=post]:not([action$='/forget/']) button[type=submit]"


@pytest.fixture
def answered(live_server) -> Callable[[Page, dict], Page]:
    """Puts answers into a page's browser as if they had been given a moment ago, every safety page read."""

    def put(page: Page, answers: dict) -> Page:
        value = seal(Draft(dict(kept(answers)), frozenset(SAFETY), True), time.time())
        page.context.add_cookies(
            [{"name": settings.ANSWER_COOKIE_NAME, "value": value, "url": live_server.url, "sameSite": "Lax"}]
        )
        return page

    return put


def press(page: Page) -> None:
    with page.expect_navigation():
        page.locator(SEND).click()


def keep(page: Page, origin: str, prefix: str = "") -> str:
    """Keeps the answers from the page of all answers on; the code that is shown."""
    page.goto(f"{origin}{prefix}/assessment/check/")
    page.locator("a[href$='/assessment/save/']").click()
    press(page)
    return page.locator("main code").inner_text()


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_keep_open_on_another_device_and_erase(live_server, page_at, answered, quiet, js, prefix):
    page = answered(page_at(390, js=js), CALM)
    code = keep(page, live_server.url, prefix)
    quiet(page)

    other = page_at(390, js=js)
    other.goto(f"{live_server.url}{prefix}/assessment/")
    other.locator("a[href$='/assessment/come-back/']").click()
    other.locator("input[name=code]").fill(code.lower().replace("-", " "))
    press(other)
    assert other.url == f"{live_server.url}{prefix}/assessment/check/"
    other.goto(f"{live_server.url}{prefix}/assessment/result/")
    expect(other.get_by_role("heading", level=1)).to_contain_text("IOP")

    other.goto(f"{live_server.url}{prefix}/assessment/come-back/")
    other.locator("a[href$='/assessment/erase-saved/']").click()
    other.locator("input[name=code]").fill(code)
    press(other)
    assert not SavedAnswers.objects.exists()

    third = page_at(390, js=js)
    third.goto(f"{live_server.url}{prefix}/assessment/come-back/")
    third.locator("input[name=code]").fill(code)
    press(third)
    expect(third.locator(".field-error")).to_be_visible()
    for one in (other, third):
        quiet(one)
        assert code not in one.url


def test_a_wrong_character_is_said_beside_the_field_and_reached_by_keyboard(
    live_server, page_at, answered, quiet
):
    code = keep(answered(page_at(390), CALM), live_server.url)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    page = page_at(1280)
    page.goto(f"{live_server.url}/assessment/come-back/")
    page.locator("input[name=code]").press_sequentially(wrong)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_be_focused()
    expect(page.locator(".field-error")).to_contain_text("One character seems to be wrong")
    assert page.locator("input[name=code]").get_attribute("aria-invalid") == "true"
    described = (page.locator("input[name=code]").get_attribute("aria-describedby") or "").split()
    assert page.locator(".field-error").get_attribute("id") in described
    quiet(page)


def test_reloading_the_page_with_the_code_makes_no_second_row(live_server, page_at, answered):
    page = answered(page_at(390), CALM)
    code = keep(page, live_server.url)
    page.reload()
    assert page.locator("main code").inner_text() == code
    assert SavedAnswers.objects.count() == 1


def test_quick_exit_from_the_page_with_the_code_forgets_the_answers(live_server, page_at, answered):
    page = answered(page_at(390, js=False), CALM)
    code = keep(page, live_server.url)
    with page.expect_navigation():
        page.locator("form.exit-form button").click()
    assert code not in page.url
    assert settings.ANSWER_COOKIE_NAME not in {one["name"] for one in page.context.cookies()}


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_the_files_come_from_the_result(live_server, page_at, answered, quiet, js):
    page = answered(page_at(390, js=js), CALM)
    page.goto(f"{live_server.url}/assessment/result/")
    with page.expect_download() as pdf:
        page.locator("a[href$='/summary.pdf']").first.click()
    assert pdf.value.suggested_filename == "summary.pdf"
    assert len(PdfReader(str(pdf.value.path())).pages) <= 4
    with page.expect_download() as response:
        page.locator("a[href$='/summary.json']").first.click()
    assert response.value.suggested_filename == "summary.json"
    QuestionnaireResponse.model_validate_json(Path(response.value.path()).read_bytes())
    quiet(page)


@pytest.mark.parametrize(("answers", "pages"), [(CALM, 4), (DISTINCT, 6)], ids=["calm", "severe"])
def test_the_sheet_is_made_for_paper(live_server, page_at, answered, answers, pages):
    page = answered(page_at(1280), answers)
    page.goto(f"{live_server.url}/assessment/print/")
    verdict = page.get_by_role("heading", level=1).inner_text()
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "0.6in")
    reader = PdfReader(io.BytesIO(page.pdf(format="Letter", margin=margin)))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    assert len(reader.pages) <= pages
    assert verdict in text
    assert "Ten questions to ask a program" in text
    for gone in ("Back to the result", "Download it", "Español"):
        assert gone not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_passes_axe_and_fits(
    live_server, page_at, answered, axe, quiet, sideways, small_targets, shot, scheme, width
):
    page = answered(page_at(width, dark=scheme == "dark"), DISTINCT)

    def look(name: str) -> None:
        shot(page, f"along-{name}-{width}-{scheme}")
        axe(page)
        sideways(page)
        assert small_targets(page) == []

    page.goto(f"{live_server.url}/assessment/print/")
    look("print")
    page.goto(f"{live_server.url}/assessment/save/")
    look("save")
    press(page)
    look("code")
    for name in ("come-back", "erase-saved"):
        page.goto(f"{live_server.url}/assessment/{name}/")
        look(name)
        page.locator("input[name=code]").fill("7QX2")
        press(page)
        look(f"{name}-wrong")
    quiet(page)
