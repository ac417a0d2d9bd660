"""The guide as pages: each there in both languages, with one next step, its sources, and its picture."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import resolve
from django.utils.translation import override

from iopfinder.guide.pages import Page
from iopfinder.guide.reading import LANGUAGES, guide
from iopfinder.guide.shown import shown_page
from programs.standard_questions import STANDARD_QUESTIONS
from tests.iopfinder.guide.test_words import PAGES, address

every = pytest.mark.parametrize("code", PAGES)
in_each = pytest.mark.parametrize("prefix", ["", "/es"])
TODAY = date(2026, 12, 1)
PATHS_OF_FAMILIES = (
    "/assessment/",
    "/programs/",
    "/programs/compare/",
    "/programs/call/",
    "/guide/ten-questions/",
    "/guide/warning-signs/",
    "/assessment/helping/",
    "/crisis/",
)


def main(response):
    assert response.status_code == 200
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


@every
@in_each
def test_a_page_is_there_and_asks_no_database(client, code, prefix):
    # No database mark on this test: a query would fail it.
    page = guide("es" if prefix else "en").pages[code]
    text = main(client.get(address(code, prefix)))
    assert f"<h1>{page.title}</h1>" in text
    assert all(f'<h2 id="{section.id}">' in text for section in page.sections)


@every
def test_a_page_leads_to_one_next_step(client, code):
    text = main(client.get(address(code)))
    buttons = re.findall(r'<a class="btn btn-primary" href="([^"]+)"', text)
    assert len(buttons) == 1
    assert resolve(buttons[0])
    assert guide("en").pages[code].related


@every
def test_every_note_leads_to_a_source_and_every_source_has_its_day(client, code):
    text = main(client.get(address(code)))
    notes = set(re.findall(r'href="#(source-\d+)"', text))
    sources = set(re.findall(r'<li id="(source-\d+)"', text))
    assert notes == sources
    assert len(sources) == text.count("Checked on Nov. 22, 2026.")
    assert len(sources) >= 1


@every
@in_each
def test_a_page_has_a_picture_that_shows_all_its_labels(client, code, prefix):
    picture = guide("es" if prefix else "en").pages[code].picture
    text = main(client.get(address(code, prefix)))
    figure = text.split("<figure", 1)[1].split("</figure>")[0]
    shown = re.sub(r"<[^>]+>", "\n", figure.split("<figcaption>")[0])
    for label in picture.labels.values():
        assert label in shown, label
    assert figure.count("<title") == 1
    assert picture.text.split(".")[0] in figure.split("<figcaption>")[1]
    assert "style=" not in figure


def test_pages_in_danger_s_way_open_with_whom_to_call(client):
    for code in PAGES:
        text = main(client.get(address(code)))
        assert ("note-urgent" in text) is (code in {"families", "medicines"})


def test_the_first_page_leads_to_all_pages(client):
    text = main(client.get("/guide/"))
    for code in PAGES:
        assert f'href="{address(code)}"' in text
    assert 'href="/guide/levels/"' in text


@pytest.mark.parametrize("path", ["/guide/families/", "/guide/no-such-page/", "/guide/sources/"])
def test_what_is_no_page_of_the_guide_is_not_found(client, path):
    assert client.get(path).status_code == 404


@in_each
def test_the_ten_questions_are_those_of_the_call_sheet(client, prefix):
    text = main(client.get(address("ten-questions", prefix)))
    with override("es" if prefix else "en"):
        for question in STANDARD_QUESTIONS:
            for words in (question.text, question.why, question.listen_for, question.warning):
                assert str(words).replace("'", "&#x27;") in text
    assert text.count("<h3>") == 10


def test_the_page_one_is_on_is_marked(client):
    text = main(client.get("/guide/paying/"))
    assert re.findall(r'href="([^"]+)" aria-current="page"', text) == ["/guide/paying/"]


def test_a_fact_checked_over_a_year_ago_says_so():
    whole = guide("en")
    page = whole.pages["paying"]
    assert isinstance(page, Page)
    assert not any(source.old for source in shown_page(whole, page, today=TODAY).sources)
    section = page.sections[0]
    line = replace(section.lines[0], checked=date(2025, 11, 1))
    older = replace(page, sections=(replace(section, lines=(line, *section.lines[1:])), *page.sections[1:]))
    old = [source for source in shown_page(whole, older, today=TODAY).sources if source.old]
    assert [source.checked for source in old] == [date(2025, 11, 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_sources_keep_their_language(client, language):
    text = main(client.get(address("paying", "" if language == "en" else "/es")))
    assert ('lang="en"' in text) is (language == "es")


def test_families_lead_to_answering_comparing_calling_and_help(client):
    text = main(client.get("/families/"))
    for path in PATHS_OF_FAMILIES:
        assert f'href="{path}"' in text, path
    assert 'href="tel:18006624357"' in text
    assert 'href="tel:18007997233"' in text
