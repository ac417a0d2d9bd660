"""A person at the keyboard: reaches a control by its name with Tab, then acts; every act is counted.

An action is a decision: what is typed into one field, a choice, a control that is pressed, a drag of the
arrow keys. The way there (Tab, Shift and Tab, arrows between the choices of one question) is none.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

FARTHEST = 300
"""Presses of Tab before a person would have given up; the longest page of this site has fewer stops."""
WHERE = """
(el) => {
  const now = document.activeElement;
  if (now === el) return "here";
  const body = !now || now === document.body;
  return !body && now.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING ? "before" : "after";
}
"""
SEEN = """
(el) => {
  const box = el.getBoundingClientRect();
  const parts = [el, ...(el.labels ?? [])];
  const spots = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)));
  return spots.some((spot) => spot && parts.some((part) => part.contains(spot)));
}
"""
"""Whether some of a control that has the focus is in the window, and under nothing else (WCAG 2.4.11)."""
MARKED = """
(el) => [el, ...(el.labels ?? [])].some((part) => {
  const style = getComputedStyle(part);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
})
"""


class Hands:
    """What one person does at one page. `log`: the actions so far, in words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log: list[str] = []

    def at(self, role: str, name: str | re.Pattern[str], *, inside: str = "body") -> Locator:
        """Takes the focus to the first control of this name by Tab alone; it is in sight and marked."""
        exact = isinstance(name, str)
        target = self.page.locator(inside).get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]
        expect(target).to_be_attached()
        for _ in range(FARTHEST):
            where = target.evaluate(WHERE)
            if where == "here":
                assert target.evaluate(SEEN), f"{name} has the focus and cannot be seen"
                assert target.evaluate(MARKED), f"nothing shows that {name} has the focus"
                return target
            self.page.keyboard.press("Shift+Tab" if where == "before" else "Tab")
        raise AssertionError(f"no way by keyboard to {role} {name} on {self.page.url}")

    def type(self, name: str | re.Pattern[str], text: str, *, role: str = "textbox") -> None:
        """Types into the field of this name."""
        self.at(role, name)
        self.page.keyboard.type(text)
        self.log.append(f"type {text} into {name}")

    def tick(self, name: str | re.Pattern[str]) -> None:
        box = self.at("checkbox", name)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()
        self.log.append(f"tick {name}")

    def choose(self, name: str, option: str) -> None:
        """Chooses from a closed list by the letters it begins with."""
        field = self.at("combobox", name)
        self.page.keyboard.type(option)
        assert field.evaluate("(el) => el.selectedOptions[0].label").startswith(option)
        self.log.append(f"choose {option} of {name}")

    def press(
        self, role: str, name: str | re.Pattern[str], key: str = "Enter", *, inside: str = "body"
    ) -> None:
        """Presses a button, or opens what is folded."""
        self.at(role, name, inside=inside)
        self.page.keyboard.press(key)
        self.log.append(f"press {name}")

    def open(self, words: str) -> None:
        """Unfolds what stands under these words."""
        summary = self.page.locator("summary").filter(has_text=words).first
        for _ in range(FARTHEST):
            where = summary.evaluate(WHERE)
            if where == "here":
                break
            self.page.keyboard.press("Shift+Tab" if where == "before" else "Tab")
        assert summary.evaluate(SEEN), f"{words} has the focus and cannot be seen"
        self.page.keyboard.press("Enter")
        expect(summary.locator("..")).to_have_attribute("open", "")
        self.log.append(f"open {words}")

    def follow(self, name: str | re.Pattern[str], *, inside: str = "body") -> None:
        """Follows a link to another page, or to another part of this one."""
        self.at("link", name, inside=inside)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.log.append(f"follow {name}")

    def answer(self, field: str, codes: list[str]) -> None:
        """Answers one question: by arrows where one answer is asked for, by Space where there may be many."""
        boxes = self.page.locator(f"main input[name='{field}']")
        kind = boxes.first.get_attribute("type")
        for code in codes:
            wanted = self.page.locator(f"main input[name='{field}'][value='{code}']")
            for _ in range(FARTHEST):
                here = self.page.evaluate("document.activeElement.name ?? ''") == field
                if wanted.evaluate(WHERE) == "here":
                    break
                self.page.keyboard.press("ArrowDown" if here and kind == "radio" else "Tab")
            if not wanted.is_checked():
                self.page.keyboard.press("Space")
            expect(wanted).to_be_checked()
            self.log.append(f"answer {field} with {code}")


@contextmanager
def at_most(actions: int, page: Page) -> Iterator[Hands]:
    """A task that takes a person this many actions at most."""
    hands = Hands(page)
    yield hands
    told = "\n".join(f"{number}. {said}" for number, said in enumerate(hands.log, start=1))
    assert len(hands.log) <= actions, f"{len(hands.log)} actions instead of {actions}:\n{told}"
