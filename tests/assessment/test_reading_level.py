"""How hard each screen and each page text is to read, by the formulas of a library.

English: Flesch-Kincaid, grade 8 or below. Spanish: Fernández-Huerta, 70 or more. Names of levels and
medicines cannot be said in shorter words and are left out. tests/assessment/domain/test_words.py holds the
same line, and for each reason, with syllables counted by our own rules: two counts that err differently.
"""

import re

import pytest
import textstat

from assessment.domain import Words, load
from tests.assessment.domain.reading import ALLOWED
from tests.assessment.domain.test_words import screens

HARDEST_GRADE, LEAST_EASE = 8, 70
NAMES = {language: set(words.split()) for language, words in ALLOWED.items()}


def plain(text: str, language: str) -> str:
    """The text in sentences, without the names that are allowed for. A line is a sentence of its own."""
    lines = []
    for line in text.splitlines():
        kept = [word for word in line.split() if re.sub(r"\W", "", word).lower() not in NAMES[language]]
        if kept:
            lines.append(" ".join(kept).rstrip(" .:?") + ".")
    return " ".join(lines)


def measured(words: Words) -> dict[str, float]:
    """The measure of each screen and each page text, by name."""
    textstat.set_lang(words.language)
    measure = textstat.flesch_kincaid_grade if words.language == "en" else textstat.fernandez_huerta
    return {name: measure(plain(text, words.language)) for name, text in screens(words)}


@pytest.mark.parametrize("observer", [False, True], ids=["own", "observer"])
def test_every_english_screen_reads_at_grade_eight_or_below(observer, capsys):
    found = measured(load().words("en", observer))
    with capsys.disabled():
        print(f"\nEnglish: {len(found)} texts, hardest grade {max(found.values()):.1f}")  # noqa: T201
    assert len(found) > len(load().screens)
    assert {name: grade for name, grade in found.items() if grade > HARDEST_GRADE} == {}


@pytest.mark.parametrize("observer", [False, True], ids=["own", "observer"])
def test_every_spanish_screen_reads_plainly(observer, capsys):
    found = measured(load().words("es", observer))
    with capsys.disabled():
        print(f"\nSpanish: {len(found)} texts, least ease {min(found.values()):.0f}")  # noqa: T201
    assert {name: ease for name, ease in found.items() if ease < LEAST_EASE} == {}


def test_the_library_tells_plain_from_hard():
    textstat.set_lang("en")
    assert textstat.flesch_kincaid_grade("We ask you this so that we can help you find the right place.") < 4
    assert textstat.flesch_kincaid_grade("Comprehensive intervention necessitates consideration.") > 15
    textstat.set_lang("es")
    assert textstat.fernandez_huerta("Le preguntamos esto para ver qué le sirve.") > 80
    assert textstat.fernandez_huerta("La intervención necesita consideraciones individualizadas.") < 40
