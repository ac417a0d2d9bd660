"""Answers the questions in a real browser as a person does: reads the screen, ticks, presses Continue."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.assessment.walking import CALM


def names(page: Page) -> list[str]:
    """The questions on this screen."""
    return page.eval_on_selector_all("main fieldset input", "all => [...new Set(all.map((one) => one.name))]")


def press(page: Page, button: str = "form[data-send] button[type=submit]") -> None:
    """Presses a button that leads to another page, and waits for it."""
    with page.expect_navigation():
        page.locator(button).first.click()


def fill(page: Page, answers: dict) -> None:
    for name in names(page):
        given = answers[name]
        for code in [given] if isinstance(given, str) else given:
            page.locator(f'label[for="{code_id(page, name, code)}"]').click()


def code_id(page: Page, name: str, code: str) -> str:
    return str(page.locator(f'input[name="{name}"][value="{code}"]').get_attribute("id"))


def screens(page: Page, origin: str, answers: dict) -> Iterator[Page]:
    """Every page on the way from the first question to the page of all answers, each before it is filled."""
    page.goto(f"{origin}/assessment/")
    yield page
    page.locator("main .acts a.btn-primary").click()
    for _ in range(60):
        yield page
        if "/pause/" in page.url:
            press(page, "main form[action$='/pause/'] button[type=submit]")
        elif "/step-" in page.url:
            fill(page, answers)
            press(page)
        else:
            return
    raise AssertionError("the walk does not end")


def walk(page: Page, origin: str, answers: dict | None = None) -> None:
    for _ in screens(page, origin, {**CALM, **(answers or {})}):
        pass
