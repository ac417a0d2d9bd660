"""Content files to a `Guide`, or a `ContentError` that names file and line.

What a file may say is closed: an unknown key, page, source or kind is refused, and so is a fact without a
source or a day, a text that lacks a language, and a number in words of our own, which is a fact in disguise.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from assessment.domain.content import ContentError
from assessment.domain.source import Entry
from assessment.domain.source import Source as File
from iopfinder.guide.pages import KINDS, Elsewhere, Group, Guide, Line, Page, Picture, Section, Source

__all__ = ["CONTENT", "LANGUAGES", "ContentError", "guide", "read"]

CONTENT = Path(__file__).resolve().parent / "content"
LANGUAGES = ("en", "es")
DOORS = ("check", "find")
"""Where a page's button may lead besides another page: the questions, the search."""
_NAME = re.compile(r"12-step|12 pasos")
"""A number that is a name and no fact."""


@cache
def guide(language: str) -> Guide:
    """The guide in this language, or in English where it has no such language. Read once per process."""
    return read(CONTENT, language if language in LANGUAGES else LANGUAGES[0])


def read(folder: Path, language: str) -> Guide:
    """The guide in `folder`. Texts of every language are checked, whichever is asked for."""
    file = File(folder / "guide.toml")
    file.only("guide", "group", "elsewhere")
    head = _entry(file, "guide")
    groups = tuple(_group(entry, language) for entry in file.listed("group"))
    sources = _sources(folder / "sources.toml")
    away = {entry.id: _elsewhere(entry, language) for entry in file.listed("elsewhere")}
    codes = [code for group in groups for code in group.pages]
    own = _files(folder)
    for code in codes:
        if code not in own and code not in away:
            file.refuse(f"there is no page {code!r}", code)
    for code in (*own, *away):
        if codes.count(code) != 1:
            file.refuse(f"{code!r} must stand in one group, once", code)
    pages = {
        code: _page(own[code], language, sources, codes) if code in own else away[code] for code in codes
    }
    made = Guide(
        language,
        _said(head, "title", language),
        _said(head, "lead", language),
        _said(head, "description", language),
        groups,
        MappingProxyType(pages),
        sources,
    )
    _done(head)
    return made


def _files(folder: Path) -> dict[str, Path]:
    named = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return {code: path for code, path in named.items() if code not in ("guide", "sources")}


# -- Texts --------------------------------------------------------------------------------------


def _entry(file: File, kind: str) -> Entry:
    table = file.tables.get(kind)
    if not isinstance(table, dict):
        file.refuse(f"needs a [{kind}]", kind)
    return Entry(file, kind, table)


def _done(entry: Entry) -> None:
    entry.optional("id", str, "")
    entry.done()


def _said(entry: Entry, key: str, language: str) -> str:
    """The text of a table by language, which must say something in each."""
    return _in(entry, key, entry.optional(key, dict, {}), language)


def _in(entry: Entry, key: str, table: object, language: str) -> str:
    if not isinstance(table, dict) or set(table) != set(LANGUAGES):
        entry.refuse(f"{key} needs a text in each of: {', '.join(LANGUAGES)}", key)
    if not all(isinstance(text, str) and text.strip() for text in table.values()):
        entry.refuse(f"{key} has an empty text", key)
    return str(table[language])


def _numbered(text: str) -> bool:
    """Whether a text states a number."""
    return any(sign.isdigit() for sign in _NAME.sub("", text))


# -- guide.toml and sources.toml ----------------------------------------------------------------


def _group(entry: Entry, language: str) -> Group:
    pages = entry.optional("pages", list, [])
    if not pages or not all(isinstance(code, str) for code in pages):
        entry.refuse("pages must be a list of codes", "pages")
    group = Group(entry.code("id"), _said(entry, "title", language), tuple(pages))
    entry.done()
    return group


def _elsewhere(entry: Entry, language: str) -> Elsewhere:
    page = Elsewhere(
        entry.code("id"),
        _said(entry, "title", language),
        _said(entry, "lead", language),
        entry.text("address"),
    )
    entry.done()
    return page


def _sources(path: Path) -> Mapping[str, Source]:
    file = File(path)
    file.only("source")
    found: dict[str, Source] = {}
    for entry in file.listed("source"):
        address = entry.optional("address", str, "")
        if address and not address.startswith("https://"):
            entry.refuse("address must start with https://", "address")
        if entry.code("id") in found:
            entry.refuse("stands here twice")
        found[entry.id] = Source(entry.id, entry.text("title"), address)
        entry.done()
    return MappingProxyType(found)


# -- A page -------------------------------------------------------------------------------------


def _page(path: Path, language: str, sources: Mapping[str, Source], codes: Iterable[str]) -> Page:
    file = File(path)
    file.only("page", "picture", "section", "line")
    head = _entry(file, "page")
    if head.id != path.stem:
        head.refuse(f"id must be the name of the file, {path.stem!r}", "id")
    to, words = _next(head, language, codes)
    related = head.optional("related", list, [])
    head.known("related", related, [code for code in codes if code != head.id])
    asked = head.day("asked") if "asked" in head.table else None
    page = Page(
        id=head.id,
        title=_said(head, "title", language),
        lead=_said(head, "lead", language),
        description=_said(head, "description", language),
        picture=_picture(_entry(file, "picture"), language, sources) if "picture" in file.tables else None,
        sections=_sections(file, language, sources),
        next_to=to,
        next_words=words,
        related=tuple(related),
        address=head.optional("address", str, ""),
        danger=head.optional("danger", bool, False),
        asked=asked,
        listed=_said(head, "listed", language) if "listed" in head.table else "",
    )
    for key in ("title", "lead", "listed"):
        if any(map(_numbered, head.optional(key, dict, {}).values())):
            head.refuse(f"{key} carries no source, so it may name no number", key)
    _done(head)
    return page


def _next(head: Entry, language: str, codes: Iterable[str]) -> tuple[str, str]:
    """Where the one button leads, and its words."""
    table = head.optional("next", dict, {})
    to = table.get("to")
    if to not in (*DOORS, *codes) or to == head.id:
        head.refuse(
            f"next leads to {to!r}, which is neither another page nor one of {', '.join(DOORS)}", "next"
        )
    return to, _in(head, "next", {key: text for key, text in table.items() if key != "to"}, language)


def _picture(entry: Entry, language: str, sources: Mapping[str, Source]) -> Picture:
    labels = entry.optional("labels", dict, {})
    named, checked = _rests_on(entry, sources) if "sources" in entry.table else ((), None)
    picture = Picture(
        drawing=entry.code("drawing"),
        title=_said(entry, "title", language),
        text=_said(entry, "text", language),
        labels={key: _in(entry, "labels", table, language) for key, table in labels.items()},
        sources=named,
        checked=checked,
    )
    if not named and any(map(_numbered, entry.optional("text", dict, {}).values())):
        entry.refuse("a picture that shows a number is a fact: name its sources and the day", "text")
    entry.done()
    return picture


def _sections(file: File, language: str, sources: Mapping[str, Source]) -> tuple[Section, ...]:
    """The sections with their lines; no id stands twice in a file, so a message can point at one line."""
    entries, lines = file.listed("section"), file.listed("line")
    ids: set[str] = set()
    for entry in (*entries, *lines):
        if entry.code("id") in ids:
            entry.refuse("another part of this file has the same id")
        ids.add(entry.id)
    held: dict[str, list[Line]] = {entry.id: [] for entry in entries}
    for entry in lines:
        section = entry.text("section")
        entry.known("section", [section], list(held))
        held[section].append(_line(entry, language, sources))
    made = []
    for entry in entries:
        kind = entry.text("kind")
        entry.known("kind", [kind], KINDS)
        made.append(Section(entry.id, kind, _said(entry, "title", language), tuple(held[entry.id])))
        if not held[entry.id]:
            entry.refuse("has no line")
        entry.done()
    return tuple(made)


def _line(entry: Entry, language: str, sources: Mapping[str, Source]) -> Line:
    words = {one: entry.text(one) for one in LANGUAGES}
    term = _said(entry, "term", language) if "term" in entry.table else ""
    if entry.optional("ours", bool, False):
        if "sources" in entry.table or "checked" in entry.table:
            entry.refuse("is either ours or rests on sources, not both", "ours")
        if any(_numbered(text) for text in words.values()):
            entry.refuse("names a number, so it is a fact: give it sources and the day", "en")
        line = Line(entry.id, words[language], term)
    else:
        named, checked = _rests_on(entry, sources)
        line = Line(entry.id, words[language], term, named, checked)
    entry.done()
    return line


def _rests_on(entry: Entry, sources: Mapping[str, Source]) -> tuple[tuple[str, ...], date]:
    named = entry.codes("sources", default=())
    if not named:
        entry.refuse("has no source; say `ours = true` where it states no fact")
    entry.known("sources", named, list(sources))
    return named, entry.day("checked")
