"""The loader: what it makes of good files, and that it refuses broken ones by file and line."""

import re
from shutil import copytree

import pytest

from iopfinder.guide.pages import Elsewhere, Page
from iopfinder.guide.reading import CONTENT, LANGUAGES, ContentError, guide, read


@pytest.fixture
def folder(tmp_path):
    return copytree(CONTENT, tmp_path / "content")


def change(folder, file, before, after):
    """Replace a piece of a file, once; returns the number of its line."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text, before
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_a_dozen_pages_are_there_each_in_one_group(language):
    whole = guide(language)
    codes = [code for group in whole.groups for code in group.pages]
    assert len(codes) == len(set(codes)) == len(whole.pages) == 13
    assert isinstance(whole.pages["levels"], Elsewhere)
    assert all(isinstance(page, Page) for code, page in whole.pages.items() if code != "levels")


def test_a_language_there_is_not_falls_back_to_english():
    assert guide("tlh").language == "en"


def test_both_languages_hold_the_same_facts_sources_and_days():
    english, spanish = (
        {
            (page.id, line.id): (line.sources, line.checked)
            for page in guide(one).own()
            for line in page.facts()
        }
        for one in LANGUAGES
    )
    assert english == spanish
    assert len(english) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_a_source_and_a_day(language):
    """What the loader lets through without a source is words of our own, and those name no number."""
    whole = guide(language)
    for page in whole.own():
        for section in page.sections:
            for line in section.lines:
                assert bool(line.sources) is (line.checked is not None), (page.id, line.id)
                if not line.sources:
                    assert not re.search(r"\d", re.sub(r"12-step|12 pasos", "", line.words)), line.words
        assert set().union(*(line.sources for line in page.facts()), set()) <= set(whole.sources)


def test_no_source_is_kept_that_nothing_rests_on():
    whole = guide("en")
    named = {code for page in whole.own() for line in page.facts() for code in line.sources}
    assert named == set(whole.sources)


def test_no_text_is_the_same_in_both_languages():
    english, spanish = (
        [line.words for page in guide(one).own() for section in page.sections for line in section.lines]
        for one in LANGUAGES
    )
    assert not {text for text in english if len(text.split()) > 2} & set(spanish)


BROKEN = [
    ("paying.toml", 'sources = ["medicare"]\nchecked = 2026-11-22\n', "", "has no source"),
    (
        "paying.toml",
        'sources = ["medicare"]\nchecked = 2026-11-22',
        'sources = ["medicare"]',
        "checked must be a date",
    ),
    ("paying.toml", 'sources = ["medicare"]', 'sources = ["hearsay"]', "'hearsay', which is not known"),
    ("paying.toml", 'sources = ["medicare"]', "sources = []", "has no source"),
    ("paying.toml", 'en = "It has paid', 'english = "It has paid', "en is missing"),
    ("paying.toml", 'es = "Paga la atención', 'es = ""\nold = "', "es is missing"),
    ("paying.toml", 'section = "before"', 'section = "behind"', "'behind', which is not known"),
    ("paying.toml", 'kind = "steps"', 'kind = "stairs"', "'stairs', which is not known"),
    ("paying.toml", 'id = "medicaid"\nsection', 'id = "medicare"\nsection', "has the same id"),
    ("paying.toml", 'next = { to = "find"', 'next = { to = "nowhere"', "neither another page"),
    ("paying.toml", 'next = { to = "find"', 'next = { to = "paying"', "neither another page"),
    (
        "paying.toml",
        'related = ["ten-questions"',
        'related = ["ten-answers"',
        "'ten-answers', which is not known",
    ),
    ("paying.toml", 'id = "paying"', 'id = "buying"', "must be the name of the file"),
    ("paying.toml", 'lead = { en = "Most plans', 'lead = { en = "9 in 10 plans', "may name no number"),
    (
        "paying.toml",
        'lead = { en = "Most plans',
        'lead = { fr = "Most plans',
        "needs a text in each of: en, es",
    ),
    ("paying.toml", "what costs extra?", "what costs 10 dollars extra?", "so it is a fact"),
    ("paying.toml", "ours = true", 'ours = true\nsources = ["parity"]', "not both"),
    ("paying.toml", "ours = true", 'ours = true\ncolor = "red"', "color is not known here"),
    ("paying.toml", 'drawing = "appeal"', 'painting = "appeal"', "drawing is missing"),
    (
        "ten-questions.toml",
        'en = "First ask',
        'en = "1. First ask',
        "a picture that shows a number is a fact",
    ),
    ("paying.toml", "[[section]]", "[[section", "line"),
    ("sources.toml", 'address = "https://', 'address = "http://', "must start with https://"),
    ("sources.toml", 'id = "tip47"', 'id = "advisory"', "stands here twice"),
    ("guide.toml", '"paying", ', "", "'paying' must stand in one group"),
    ("guide.toml", '"paying"', '"buying"', "there is no page 'buying'"),
    ("guide.toml", "[guide]", "[gide]", "gide is not known here"),
]


@pytest.mark.parametrize(("file", "before", "after", "said"), BROKEN, ids=lambda text: str(text)[:24])
def test_a_broken_file_is_refused_by_file_and_line(folder, file, before, after, said):
    line = change(folder, file, before, after)
    with pytest.raises(ContentError) as caught:
        read(folder, "en")
    assert caught.value.file == file
    assert said in str(caught.value)
    if file != "guide.toml" and caught.value.line is not None:
        assert abs(caught.value.line - line) <= 8, (caught.value.line, line)


@pytest.mark.parametrize(("file", "before", "after", "said"), BROKEN[:16], ids=lambda text: str(text)[:24])
def test_what_breaks_a_page_is_pointed_at(folder, file, before, after, said):
    change(folder, file, before, after)
    with pytest.raises(ContentError) as caught:
        read(folder, "es")
    assert re.match(r"paying\.toml:\d+: ", str(caught.value))
