"""The words around taking along: plain in English, and all there in Spanish."""

import re
from html.parser import HTMLParser

import pytest
from django.utils.translation import override

from assessment import codes, take_along
from assessment.take_along_views import titles
from tests.assessment.take_along.test_doors import BACK, ERASE, SAVE, ticket_of
from tests.assessment.take_along.test_sheet import TODAY, sheet
from tests.assessment.test_privacy import DISTINCT
from tests.assessment.walking import CALM
from tests.iopfinder.test_words import grade, sentences

pytestmark = pytest.mark.django_db
SAME = {"Narcan", "SAMHSA", "IOPFinder"}


def pages(walker, prefix=""):
    """Every page around a private code, by name."""
    code = codes.new().shown
    return {
        "save": walker.client.get(prefix + SAVE),
        "code": walker.client.post(prefix + SAVE, {"ticket": ticket_of(walker.client.get(SAVE))}),
        "back": walker.client.get(prefix + BACK),
        "wrong": walker.client.post(prefix + BACK, {"code": "0" * 19 + "1"}),
        "nothing": walker.client.post(prefix + BACK, {"code": code}),
        "erase": walker.client.get(prefix + ERASE),
        "erased": walker.client.post(prefix + ERASE, {"code": code}),
        "print": walker.client.get(prefix + "/assessment/print/"),
    }


def test_every_page_reads_at_grade_eight_or_below(walker):
    for name, page in pages(walker).items():
        parts = list(sentences(page.content.decode()))
        assert parts, name
        assert grade(parts) <= 8, (name, sorted(parts, key=lambda part: -grade([part]))[:4])
        text = " ".join(parts)
        assert "!" not in text
        for word in ("addict", "abuse", "clean", "dirty", "alcoholic", "relapse", "programme", "centre"):
            assert not re.search(rf"\b{word}", text, re.IGNORECASE), (name, word)


class Texts(HTMLParser):
    """The texts of a page that are long enough to be of one language."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_data(self, data):
        text = " ".join(data.split())
        if len(re.findall(r"[A-Za-z]{2,}", text)) >= 2 and text not in SAME:
            self.found.add(text)


def test_no_text_of_a_page_is_left_in_english(walker):
    english, spanish = pages(walker), pages(walker, "/es")
    for name, page in english.items():
        same = Texts(page.content.decode()).found & Texts(spanish[name].content.decode()).found
        assert same == set(), name


def strings(value):
    """Every string anywhere in a nest of dicts and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from strings(one)


@pytest.mark.parametrize("answers", [CALM, DISTINCT], ids=["calm", "severe"])
def test_no_text_of_the_pdf_is_left_in_english(answers):
    said = {}
    for language in ("en", "es"):
        with override(language):
            said[language] = set(strings(take_along._said(sheet(answers, language))))
    same = {one for one in said["en"] & said["es"] if len(re.findall(r"[A-Za-z]{2,}", one)) >= 2}
    assert len(said["en"]) > 50
    assert same == set()


def test_the_words_of_the_fhir_files_are_translated():
    with override("es"):
        spanish = titles()
    assert all(spanish[key] != text for key, text in titles().items() if text not in ("Detox",))


def test_the_sheet_is_dated_in_words_of_its_language():
    with override("es"):
        assert sheet(CALM, "es").made_on == "1 de marzo de 2026"
    assert sheet(CALM).made_on == "March 1, 2026"
    assert TODAY.month == 3
