"""One content file: which line is pointed at, and what each look-up takes and refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assessment.domain import ContentError
from assessment.domain.source import Entry, Source

TEXT = """\
# hat stands in a comment
[[item]]
id = "first"
says = "hat and more"   # hat
parts = ["a", "hat-band", "my-hat"]
[[item]]
id = "hat"
code = "x"
says = "second"
on = 2026-01-02
at = 2026-01-02T03:04:05
many = true
number = 3
[item_table]
hat = "cap"
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    path = tmp_path / "items.toml"
    path.write_text(TEXT, encoding="utf-8")
    return Source(path)


@pytest.fixture
def second(source: Source) -> Entry:
    return source.listed("item")[1]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), None),
        (("nothing",), None),
        (("hat",), 7),  # the line that gives an entry its id comes before any other
        (("says",), 4),
        (("first", "says"), 4),
        (("first", "second"), 3),  # never beyond the entry
        (("hat", "says"), 9),
        (("hat", "hat"), 7),
        (("hat", "cap"), 7),
        (("x",), 8),  # a code names an entry as an id does
        (("item_table", "hat"), 15),
        (("first", "nothing"), 3),
        (("band",), None),  # parts of longer words are not the word
        (("my",), None),
    ],
)
def test_the_line_that_is_pointed_at(source: Source, words: tuple[str, ...], line: int | None) -> None:
    assert source.line(*words) == line


def test_a_refusal_names_file_line_and_entry(source: Source, second: Entry) -> None:
    with pytest.raises(ContentError) as caught:
        second.refuse("is wrong", "says")
    assert str(caught.value) == "items.toml:9: item hat: is wrong"
    assert (caught.value.file, caught.value.line) == ("items.toml", 9)
    with pytest.raises(ContentError, match=r"^items.toml: is wrong$"):
        source.refuse("is wrong", "nothing")
    with pytest.raises(ContentError, match=r"^items.toml:14: item_table \(without id\): is wrong$"):
        Entry(source, "item_table", {}).refuse("is wrong")
    with pytest.raises(ContentError, match=r"^items.toml:5: item first: is wrong$"):
        Entry(source, "item", {"id": "first"}, ("parts",)).refuse("is wrong")


def test_a_code_names_an_entry_that_has_no_id(source: Source) -> None:
    assert Entry(source, "item", {"code": "x"}).id == "x"
    assert Entry(source, "item", {"id": "a", "code": "x"}).id == "a"
    assert Entry(source, "item", {"id": 3}).id == ""


LOOK_UPS: dict[str, tuple[Callable[[Entry], object], object]] = {
    "a text": (lambda entry: entry.text("says"), "second"),
    "a code": (lambda entry: entry.code("id"), "hat"),
    "a day": (lambda entry: entry.day("on"), date(2026, 1, 2)),
    "a truth": (lambda entry: entry.optional("many", bool, False), True),
    "a number": (lambda entry: entry.optional("number", int, 0), 3),
    "nothing, so the default": (lambda entry: entry.optional("none", int, 7), 7),
    "no codes, so the default": (lambda entry: entry.codes("none", default=("a",)), ("a",)),
}


@pytest.mark.parametrize(("look_up", "value"), LOOK_UPS.values(), ids=list(LOOK_UPS))
def test_what_a_look_up_gives(second: Entry, look_up: Callable[[Entry], object], value: object) -> None:
    assert look_up(second) == value


REFUSED: dict[str, tuple[Callable[[Entry], object], str]] = {
    "a text that is missing": (lambda entry: entry.text("none"), "none is missing"),
    "a text that is a number": (lambda entry: entry.text("number"), "number must be of type str"),
    "a code with a space": (lambda entry: entry.code("words"), "'two words' is not a code"),
    "a code in capitals": (lambda entry: entry.code("big"), "'Big' is not a code"),
    "a text of spaces": (lambda entry: entry.text("blank"), "blank is missing"),
    "a day that is missing": (lambda entry: entry.day("none"), "none must be a date"),
    "a day with a time": (lambda entry: entry.day("at"), "at must be a date"),
    "codes that are missing": (lambda entry: entry.codes("none"), "none must be a list of codes"),
    "codes that are a text": (lambda entry: entry.codes("says"), "says must be of type list"),
    "codes that are numbers": (lambda entry: entry.codes("numbers"), "numbers must be a list of codes"),
    "a code twice": (lambda entry: entry.codes("twice"), "twice names a code twice"),
    "a truth for a number": (lambda entry: entry.optional("many", int, 0), "many must be of type int"),
    "a number for a truth": (
        lambda entry: entry.optional("number", bool, False),
        "number must be of type bool",
    ),
    "a name that is not known": (
        lambda entry: entry.known("twice", ("a", "b"), ["a"]),
        "twice names 'b', which is not known",
    ),
}


@pytest.mark.parametrize(("look_up", "problem"), REFUSED.values(), ids=list(REFUSED))
def test_what_a_look_up_refuses(
    source: Source, second: Entry, look_up: Callable[[Entry], object], problem: str
) -> None:
    more = {"words": "two words", "big": "Big", "blank": " ", "numbers": [1], "twice": ["a", "a"]}
    with pytest.raises(ContentError) as caught:
        look_up(Entry(source, "item", {**second.table, **more}))
    assert str(caught.value).endswith(f": item hat: {problem}")


def test_what_nobody_asked_for_is_refused(source: Source) -> None:
    entry = Entry(source, "item", {"id": "hat", "says": "second", "on": date(2026, 1, 2), "parts": []})
    entry.code("id")
    entry.day("on")
    entry.codes("parts")
    with pytest.raises(ContentError, match=r"^items.toml:9: item hat: says is not known here$"):
        entry.done()
    entry.text("says")
    entry.done()


def test_only_the_tables_that_are_known_may_stand_in_a_file(source: Source) -> None:
    source.only("item", "item_table")
    with pytest.raises(ContentError) as caught:
        source.only("item", "other")
    assert str(caught.value) == "items.toml:14: item_table is not known here (known: item, other)"


@pytest.mark.parametrize("value", ["3", "[]", "[1, 2]", "{ a = 1 }", "[{ a = 1 }, 2]"])
def test_a_list_of_tables_is_one(tmp_path: Path, value: str) -> None:
    path = tmp_path / "lists.toml"
    path.write_text(f"item = {value}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"^lists.toml:1: needs one or more \[\[item\]\]$"):
        Source(path).listed("item")
    with pytest.raises(ContentError, match=r"^lists.toml: needs one or more \[\[other\]\]$"):
        Source(path).listed("other")


def test_broken_toml_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("a = 1\nb = \n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"^broken.toml:2: Invalid value") as caught:
        Source(path)
    assert caught.value.line == 2


def test_a_file_that_breaks_off_is_refused_without_a_line(tmp_path: Path) -> None:
    """The reader of TOML names no line for what is missing at the end."""
    path = tmp_path / "items.toml"
    path.write_text("parts = [1,", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        Source(path)
    assert caught.value.line is None
    assert "end of document" in str(caught.value)
