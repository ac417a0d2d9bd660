"""The guide's wording: plain in both languages, person first, calm, and never a phone number."""

import re

import pytest

from iopfinder.guide.reading import LANGUAGES, guide
from tests.assessment.domain.reading import ease_es, grade
from tests.assessment.domain.test_words import FORBIDDEN
from tests.iopfinder.test_words import grade as grade_of_sentences
from tests.iopfinder.test_words import sentences

PAGES = [page.id for page in guide("en").own()]


def address(code, prefix=""):
    return f"{prefix}/families/" if code == "families" else f"{prefix}/guide/{code}/"


def said(page):
    """Everything the page says in its own words, a sentence or a heading a line."""
    lines = [f"{page.title}.", page.lead, page.description]
    if page.picture:
        lines += [f"{page.picture.title}.", page.picture.text]
    for section in page.sections:
        lines.append(f"{section.title}.")
        lines += [f"{line.term}\n{line.words}" if line.term else line.words for line in section.lines]
    return "\n".join(lines)


@pytest.mark.parametrize("code", PAGES)
def test_a_page_reads_at_grade_eight_or_below(code):
    assert grade(said(guide("en").pages[code])) <= 8


@pytest.mark.parametrize("code", PAGES)
def test_a_page_as_shown_reads_at_grade_eight_or_below(client, code):
    """With the words around the content too, and the names of levels counted as words."""
    parts = list(sentences(client.get(address(code)).content.decode()))
    assert len(parts) > 10
    assert grade_of_sentences(parts) <= 8, sorted(parts, key=lambda part: -grade_of_sentences([part]))[:5]


@pytest.mark.parametrize("code", PAGES)
def test_a_spanish_page_reads_plainly(code):
    assert ease_es(said(guide("es").pages[code])) >= 70


def test_the_first_page_reads_plainly():
    assert grade(guide("en").lead) <= 8
    assert ease_es(guide("es").lead) >= 70


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", PAGES)
def test_words_are_person_first_and_calm(code, language):
    text = said(guide(language).pages[code])
    assert not re.search(FORBIDDEN[language], text, re.IGNORECASE)
    assert not re.search("[!¡]", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_spanish_says_usted_and_no_text_holds_a_phone_number(language):
    """Crisis lines come from the settings, so that another region can change them."""
    for page in guide(language).own():
        text = said(page)
        assert not re.search(r"\b(911|988)\b|\d{3}-\d{4}", text), page.id
        # What one says to a relative is said with "tú"; such words stand in quotes.
        unquoted = re.sub("«.*?»", "", text)
        assert language == "en" or not re.search(r"\b(tú|tu|tus|te|eres|tienes|puedes)\b", unquoted), page.id


def test_a_quote_opened_is_closed():
    for language in LANGUAGES:
        for page in guide(language).own():
            text = said(page)
            assert text.count("“") == text.count("”"), page.id
            assert text.count("«") == text.count("»"), page.id
            assert '"' not in text, page.id
