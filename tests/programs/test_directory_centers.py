"""Fifty random real centers: a page reads well with almost everything unknown, on either database."""

import random
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from programs import facts
from programs.levels import LEVELS
from programs.models import Center, Statement
from tests.programs import loads
from tests.programs.test_structured_data import SCRIPT

pytestmark = [pytest.mark.directory, pytest.mark.django_db]

PAGES = 50
LONGEST = 5_500
"""Characters of text on a page, its menus too: about five screens of a phone."""
Page = tuple[Center, str]


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker, directory_files: dict[str, Path]) -> Iterator[list[Page]]:
    """Random centers with their pages; no more than eight queries each."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_places", verbosity=0)
        call_command("import_directory", *map(str, directory_files.values()), verbosity=0)
        loads.settle()
        yield list(_fifty())
        transaction.set_rollback(True)


def _fifty() -> Iterator[Page]:
    client = Client()
    ids = list(Center.objects.order_by("public_id").values_list("public_id", flat=True))
    picked = Center.objects.in_bulk(random.Random(50).sample(ids, PAGES), field_name="public_id")
    assert len(picked) == PAGES
    for center in picked.values():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{center.get_absolute_url()}?place={center.zip}&level=iop")
        assert response.status_code == 200
        assert len(queries) <= 8, center
        yield center, response.content.decode()


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", SCRIPT.sub("", html))).split())


def main_of(html: str) -> str:
    """What a reader without JavaScript has: what only a script shows and fills is left out."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)[0]
    return re.sub(r"<aside\b[^>]*\bhidden\b.*?</aside>", "", main, flags=re.DOTALL)


def test_no_page_shows_what_only_a_machine_would_write(pages):
    for center, html in pages:
        text = text_of(main_of(html)).replace("...", "")
        assert not re.search(r"\b(None|null|nan|True|False|undefined)\b", text), center
        for wrong in ("{{", "{%", "%(", ";.", "..", " ;", ": ;", "()"):
            assert wrong not in text, (wrong, center)


def test_every_page_has_one_title_and_no_heading_without_words(pages):
    for center, html in pages:
        heads = re.findall(r"<h([1-6])\b[^>]*>(.*?)</h\1>", main_of(html), re.DOTALL)
        assert [level for level, _ in heads].count("1") == 1, center
        assert all(text_of(words) for _, words in heads), center


def test_no_part_of_a_page_is_empty(pages):
    empty = re.compile(r"<(p|li|dd|dt|dl|ul|ol|section|div|span|b|a)\b[^>]*>\s*</\1>")
    for center, html in pages:
        assert not empty.search(main_of(html)), (center, empty.search(main_of(html)))


def test_a_page_is_short_and_asks_at_most_ten_questions(pages):
    for center, html in pages:
        assert len(text_of(html)) <= LONGEST, center
        asked = re.findall(r'data-question="([^"]+)"', html)
        assert 1 <= len(asked) <= 10
        assert len(asked) == len(set(asked))


def test_no_sentence_stands_twice_on_a_page_and_unknown_is_no_wall(pages):
    for center, html in pages:
        body = re.sub(r'<p class="d-none d-print-block.*?</p>', "", main_of(html), flags=re.DOTALL)
        told = re.findall(r">([^<>]{25,})<", body)
        parts = [part for words in told for part in re.split(r"(?<=[.?]) ", unescape(words).strip())]
        sentences = [part for part in parts if part[-1:] in (".", "?") and len(part) > 24]
        assert len(sentences) == len(set(sentences)), (center, sorted(sentences))
        assert text_of(body).lower().count("unknown") <= 1, center
        assert text_of(body).lower().count("not known") <= 1, center


def test_what_nobody_said_is_told_neither_as_there_nor_as_missing(pages):
    for center, html in pages:
        text = text_of(main_of(html))
        known = facts.merge(one.said for one in Statement.objects.filter(center=center))
        absent = re.search(r"Not here: (.*?)\. Ask", text)
        unknown = re.search(r"Not known, so ask: (.*?)\.", text)
        labels = {"outpatient": "Outpatient", "iop": "Intensive outpatient (IOP)", "php": "Day program (PHP)"}
        labels |= {"residential": "Residential", "detox": "Detox"}
        for level in LEVELS:
            listed_absent = absent is not None and labels[level] in absent[1].split("; ")
            listed_unknown = unknown is not None and labels[level] in unknown[1].split("; ")
            if listed_absent:
                assert known.value(f"offers_{level}") is False, (center, level)
            if listed_unknown:
                assert known.value(f"offers_{level}") is None, (center, level)


def test_every_page_says_how_old_its_facts_are_once(pages):
    for center, html in pages:
        assert text_of(main_of(html)).count("Not confirmed since January 2023") == 1, center


def test_every_page_can_be_called_and_its_lines_of_name_make_sense(pages):
    for center, html in pages:
        assert 'href="tel:+1' in main_of(html), center
        title = text_of(re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[1])
        assert not re.search(r" (and|of|for|at|the|in)$", title), title
        assert title.startswith(" ".join(center.name.split()))
