"""A mapping: what a state's or an agency's list is, and what its columns and words say. Pure.

docs/importing.md tells how to write one. Everything wrong with it is a `StructureError` that names the place.
"""

import codecs
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from programs.importing.rows import STATES
from programs.importing.source import Question, Source
from programs.importing.tables import Layout
from programs.importing.workbook import StructureError
from programs.taxonomy import BY_CODE

PLACE_COLUMNS = (
    *("name", "name_detail", "street1", "street2", "city", "state", "zip", "phone", "intake_phones"),
    *("website", "latitude", "longitude", "date"),
)
INTAKES = 4
EARLIEST = date(1990, 1, 1)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TITLE = 100


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of one column say: each word, without case, some facts. separator: "" where a cell holds
    one word. complete: a fact of this column that a filled cell does not name is a no."""

    column: str
    separator: str
    yes: Mapping[str, tuple[str, ...]]
    no: Mapping[str, tuple[str, ...]]
    left_out: frozenset[str]
    complete: bool

    def said(self, cell: str, unknown: Counter[tuple[str, str]]) -> dict[str, bool]:
        """The facts this cell says yes or no to. Words that are not in the mapping are counted."""
        parts = cell.split(self.separator) if self.separator else [cell]
        words = [(plain_word(part), part.strip()) for part in parts if part.strip()]
        found: dict[str, bool] = {}
        is_understood = True
        for word, written in words:
            if word not in self.yes and word not in self.no and word not in self.left_out:
                unknown[self.column, written[:60]] += 1
                is_understood = False
            found |= dict.fromkeys(self.no.get(word, ()), False)
        if self.complete and words and is_understood:
            found |= {fact: False for facts in self.yes.values() for fact in facts}
        for word, _ in words:
            found |= dict.fromkeys(self.yes.get(word, ()), True)
        return found

    @property
    def facts(self) -> set[str]:
        return {fact for said in (self.yes, self.no) for facts in said.values() for fact in facts}


@dataclass(frozen=True, slots=True)
class ListMapping:
    """A list as a source. columns: ours by name, theirs as headings. only: by column, the words of rows to
    take. always: facts that are true of every row."""

    source: Source
    day: date
    state: str
    layout: Layout
    columns: Mapping[str, tuple[str, ...]]
    only: Mapping[str, frozenset[str]]
    words: tuple[Words, ...]
    always: frozenset[str]

    @property
    def headings(self) -> tuple[str, ...]:
        """Every column of theirs that is read, once."""
        named = [heading for headings in self.columns.values() for heading in headings]
        return tuple(dict.fromkeys((*named, *self.only, *(one.column for one in self.words))))

    def codes(self, cells: Mapping[str, str], unknown: Counter[tuple[str, str]]) -> frozenset[str]:
        """What a row says, as codes of the source's questions: yes where any column says yes, no where all
        columns that ask say no."""
        answers: dict[str, list[bool | None]] = {fact: [True] for fact in self.always}
        for words in self.words:
            said = words.said(cells[words.column], unknown)
            for fact in words.facts:
                answers.setdefault(fact, []).append(said.get(fact))
        yes = {_yes(fact) for fact, said_all in answers.items() if True in said_all}
        no = {_no(fact) for fact, said_all in answers.items() if set(said_all) == {False}}
        return frozenset(yes | no)


def plain_word(text: str) -> str:
    return " ".join(text.split()).casefold()


def _yes(fact: str) -> str:
    return f"{fact}=yes"


def _no(fact: str) -> str:
    return f"{fact}=no"


def read_mapping(path: Path) -> ListMapping:
    """The mapping in a TOML file. StructureError when it is not one."""
    try:
        return parse_mapping(path.read_bytes().decode("utf-8"), path.name)
    except OSError as error:
        raise StructureError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise StructureError(f"{path.name}: not TOML: {error}") from error


def parse_mapping(document: str, name: str) -> ListMapping:
    """The mapping in a TOML document; `name` stands before what is wrong with it."""
    try:
        table = _Table(name, "", tomllib.loads(document.replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        raise StructureError(f"{name}: not TOML: {error}") from error
    about, columns, always = table.table("list"), table.table("columns"), table.table("always")
    words = (*map(_yes_no, table.tables("yes_no")), *map(_words, table.tables("words")))
    facts = frozenset(always.facts("yes", needed=False))
    state = about.text("state", needed=False)
    found = ListMapping(
        source=_source(about, sorted(facts.union(*(one.facts for one in words)))),
        day=_day(about),
        state=state,
        layout=_layout(table.table("file")),
        columns=_columns(columns, has_state=bool(state)),
        only=_only(table.table("only")),
        words=words,
        always=facts,
    )
    if state and state not in STATES:
        about.refuse("state", f"no postal code of a state: {state}")
    for one in (always, table):
        one.finish()
    return found


class _Table:
    """A table of the file: hands out its keys, remembers which, and refuses what is left over."""

    def __init__(self, file: str, name: str, values: dict[str, Any]) -> None:
        self.file, self.name, self.values = file, name, values
        self._used: set[str] = set()

    def refuse(self, key: str, why: str) -> None:
        raise StructureError(f"{self.file}: {'.'.join(part for part in (self.name, key) if part)}: {why}")

    def get(self, key: str, kind: type, *, needed: bool = True) -> Any:
        self._used.add(key)
        value = self.values.get(key)
        if value is None:
            if needed:
                self.refuse(key, "is missing")
            return None
        if not isinstance(value, kind) or (kind is date and isinstance(value, datetime)):
            self.refuse(key, f"must be {_KINDS[kind]}")
        return value

    def text(self, key: str, *, needed: bool = True, default: str = "") -> str:
        value = self.get(key, str, needed=needed)
        if needed and not value.strip():
            self.refuse(key, "is blank")
        return default if value is None else str(value)

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        values = self.get(key, list, needed=needed) or []
        if not all(isinstance(value, str) and value.strip() for value in values) or (needed and not values):
            self.refuse(key, "must be a list of words")
        return tuple(values)

    def facts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        found = self.texts(key, needed=needed)
        for fact in found:
            if fact not in BY_CODE:
                self.refuse(key, f"no such fact: {fact}")
        return found

    def table(self, key: str) -> "_Table":
        return _Table(self.file, key, self.get(key, dict, needed=False) or {})

    def tables(self, key: str) -> "list[_Table]":
        values = self.get(key, list, needed=False) or []
        if not all(isinstance(value, dict) for value in values):
            self.refuse(key, f"must be tables: [[{key}]]")
        return [_Table(self.file, f"{key}[{at}]", value) for at, value in enumerate(values, 1)]

    def finish(self) -> None:
        for key in self.values:
            if key not in self._used:
                self.refuse(key, "is nothing that a mapping says")


_KINDS = {
    str: "text in quotes",
    list: "a list",
    dict: "a table",
    bool: "true or false",
    date: "a date such as 2026-03-01, without quotes",
}


def _source(about: _Table, facts: list[str]) -> Source:
    code, title = about.text("id"), about.text("title").strip()
    if not _ID.fullmatch(code) or len(code) > 40:
        about.refuse("id", "must be small letters, digits and dashes, up to 40")
    if len(title) > _TITLE:
        about.refuse("title", f"is longer than {_TITLE} characters")
    questions = tuple(Question(fact, (_yes(fact),), answered=(_yes(fact), _no(fact))) for fact in facts)
    return Source(f"list:{code}", title, frozenset(), questions, {})


def _day(about: _Table) -> date:
    day: date = about.get("date", date)
    if not EARLIEST <= day <= date.today():
        about.refuse("date", f"{day} is in the future, or before {EARLIEST}")
    about.get("state", str, needed=False)
    about.finish()
    return day


def _layout(file: _Table) -> Layout:
    encoding = file.text("encoding", needed=False, default="utf-8")
    delimiter = file.text("delimiter", needed=False, default=",")
    sheet = file.text("sheet", needed=False)
    try:
        is_text = codecs.lookup(encoding)._is_text_encoding  # Which codecs of bytes to bytes lack.
    except LookupError:
        is_text = False
    if not is_text:
        file.refuse("encoding", f"no such encoding: {encoding}")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        file.refuse("delimiter", "must be one sign, such as ; or \\t")
    file.finish()
    return Layout(encoding, delimiter, sheet)


def _columns(columns: _Table, *, has_state: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in PLACE_COLUMNS:
        if name == "intake_phones":
            found[name] = columns.texts(name, needed=False)
            if len(found[name]) > INTAKES:
                columns.refuse(name, f"more than {INTAKES} columns")
        elif name in columns.values:
            found[name] = (columns.text(name),)
    columns.finish()
    for name in ("name", "city", "zip", *(() if has_state else ("state",))):
        if name not in found:
            also = ", and list.state does not say it" if name == "state" else ""
            columns.refuse(name, f"is missing{also}")
    if has_state and "state" in found:
        columns.refuse("state", "list.state says it already")
    if ("latitude" in found) != ("longitude" in found):
        columns.refuse("latitude", "needs longitude, and the other way round")
    return {name: headings for name, headings in found.items() if headings}


def _only(only: _Table) -> dict[str, frozenset[str]]:
    return {column: frozenset(map(plain_word, only.texts(column))) for column in only.values}


def _yes_no(table: _Table) -> Words:
    """A column that says yes or no to some facts."""
    facts = table.facts("facts")
    yes, no = (tuple(map(plain_word, table.texts(key, needed=key == "yes"))) for key in ("yes", "no"))
    left_out = frozenset(map(plain_word, table.texts("left_out", needed=False)))
    both = sorted({*yes} & {*no} | left_out & {*yes, *no})
    if both:
        table.refuse("no", f"the same word says two things: {', '.join(both)}")
    found = Words(
        table.text("column"),
        "",
        dict.fromkeys(yes, facts),
        dict.fromkeys(no, facts),
        left_out,
        complete=False,
    )
    table.finish()
    return found


def _words(table: _Table) -> Words:
    """A column whose words each say some facts."""
    says = _Table(table.file, f"{table.name}.says", table.get("says", dict))
    yes: dict[str, tuple[str, ...]] = {}
    for word in says.values:
        if plain_word(word) in yes:
            says.refuse(word, "occurs more than once")
        yes[plain_word(word)] = says.facts(word)
    left_out = frozenset(map(plain_word, table.texts("left_out", needed=False)))
    both = sorted(left_out & yes.keys())
    if both or not yes:
        table.refuse("says", f"the same word says two things: {', '.join(both)}" if both else "is empty")
    found = Words(
        column=table.text("column"),
        separator=table.text("separator", needed=False),
        yes=yes,
        no={},
        left_out=left_out,
        complete=bool(table.get("complete", bool, needed=False)),
    )
    table.finish()
    return found
