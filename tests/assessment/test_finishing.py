"""How much there is to read, counted on the real pages of the longest path.

Minutes and their reading speed are counted in tests/assessment/domain/test_counts.py.
"""

import re
from html.parser import HTMLParser

import pytest

from assessment.domain import load
from tests.assessment.walking import CALM, Walker

pytestmark = pytest.mark.django_db

MOST_SCREENS, MOST_WORDS = 18, 1_500
EMPTY = {"input", "br", "img", "meta", "link", "hr"}
VOICES = [(prefix, who) for prefix in ("", "/es") for who in ("me", "someone_else")]


class _Shown(HTMLParser):
    """The words one sees: not what is folded, hidden, or said to a screen reader alone."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in EMPTY:
            classes = set((dict(attrs).get("class") or "").split())
            self._open.append((tag, tag == "details" or bool(classes & {"visually-hidden", "d-none"})))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(hidden for _tag, hidden in self._open):
            self.words += data.split()


def words_in(html: str) -> int:
    parser = _Shown()
    parser.feed(html)
    return len(parser.words)


def screens_of(prefix: str, who: str) -> list[str]:
    """The pages of the longest path, from <main> to </main>."""
    answers = {**CALM, "who": who}
    walker = Walker(prefix=prefix)
    walker.remember(answers)
    number = len(load().path(load().partial(answers)))
    pages = [walker.get(walker.step(one)).content.decode() for one in range(1, number + 1)]
    return [page[page.index("<main") : page.index("</main>")] for page in pages]


@pytest.mark.parametrize(("prefix", "who"), VOICES)
def test_the_longest_path_has_at_most_18_screens_and_1500_words_to_read(prefix, who, capsys):
    """Headings, questions, hints and answers. The words around them repeat on every screen."""
    pages = screens_of(prefix, who)
    asked = [re.findall(r"<fieldset.*?</fieldset>|<h1.*?</h1>", page, re.DOTALL) for page in pages]
    assert len(pages) <= MOST_SCREENS
    assert sum(page.count("<fieldset") for page in pages) == len(load().questions)
    read, around = sum(words_in(" ".join(parts)) for parts in asked), sum(map(words_in, pages))
    with capsys.disabled():
        print(f"\n{prefix or '/en'} {who}: {len(pages)} screens, {read} words to read, {around} in all")  # noqa: T201
    assert 1_000 < read <= MOST_WORDS


def test_what_is_folded_or_hidden_is_not_counted_and_the_rest_is():
    page = '<h1>One two</h1><details><summary>no</summary><p>no</p></details><p class="d-none">no</p><p>three'
    assert words_in(page) == 3
