"""Bootstrap's sheet without the rules for classes that no page of ours bears.

Pure text in, text out. A class counts as borne when its name stands anywhere in the texts that pages are made
of (templates, scripts, Python): that keeps some rules too many and none too few, as long as the name stands
there whole. `btn-{{ kind }}` names no class; a test refuses that for classes of Bootstrap's.
"""

import re
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_NOT = re.compile(r":not\([^()]*(?:\([^()]*\)[^()]*)*\)")
_PROPERTY = re.compile(r"\s*(--[\w-]+)\s*:")
_READ = re.compile(r"var\(\s*(--[\w-]+)")
_FRAMES = re.compile(r"@(?:-\w+-)?keyframes\s+([\w-]+)")
_ANIMATION = re.compile(r"animation(?:-name)?:([^;}]*)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TEXT_OR_MARK = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}();,]""", re.DOTALL)


def words(texts: Iterable[str]) -> frozenset[str]:
    """Every word that could be a class."""
    return frozenset(word for text in texts for word in _WORD.findall(text))


def classes(sheet: str) -> frozenset[str]:
    """The classes a sheet has rules for."""
    return frozenset(name for head, _ in _deep(_COMMENT.sub("", sheet)) for name in _CLASS.findall(head))


def only_used(sheet: str, used: frozenset[str], also: str = "") -> str:
    """The sheet without its comments, rules for classes outside `used`, and custom properties and keyframes
    that nothing reads any more. `also`: a sheet that applies after this one; what it reads stays.
    """
    kept = "".join(_rules(_COMMENT.sub("", sheet), used))
    while (fewer := _without_unread(kept, also)) != kept:
        kept = fewer
    return kept


def _marks(text: str) -> Iterator[tuple[int, str]]:
    """Places of braces, brackets, commas and semicolons that stand outside of quotes."""
    for found in _TEXT_OR_MARK.finditer(text):
        if len(found[0]) == 1:
            yield found.start(), found[0]


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before each outer pair of braces, and what between them (nothing in a statement)."""
    depth = begun = opened = 0
    for at, mark in _marks(sheet):
        if mark == ";" and depth == 0:
            yield sheet[begun : at + 1].strip(), ""
            begun = at + 1
        elif mark == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif mark == "}":
            depth -= 1
            if depth == 0:
                yield sheet[begun:opened].strip(), sheet[opened + 1 : at]
                begun = at + 1


def _deep(sheet: str) -> Iterator[tuple[str, str]]:
    """The rules of a sheet and of what it says for some screens only."""
    for head, inside in _blocks(sheet):
        if head.startswith(("@media", "@supports")):
            yield from _deep(inside)
        elif not head.startswith("@"):
            yield head, inside


def _rules(sheet: str, used: frozenset[str]) -> Iterator[str]:
    for head, inside in _blocks(sheet):
        if head.startswith(("@media", "@supports")):
            if within := "".join(_rules(inside, used)):
                yield f"{head}{{{within}}}"
        elif head.startswith("@"):
            yield f"{head}{{{inside}}}" if inside else head
        elif selectors := [one for one in _parts(head, ",") if _applies(one, used)]:
            yield f"{','.join(selectors)}{{{inside}}}"


def _applies(selector: str, used: frozenset[str]) -> bool:
    """Whether an element of ours can match. What it must *not* be asks for no class."""
    return used.issuperset(_CLASS.findall(_NOT.sub("", selector)))


def _parts(text: str, at_mark: str) -> Iterator[str]:
    """Split where the mark stands outside of brackets."""
    depth = begun = 0
    for at, mark in _marks(text):
        depth += (mark == "(") - (mark == ")")
        if mark == at_mark and depth == 0:
            yield text[begun:at]
            begun = at + 1
    yield text[begun:]


def _without_unread(sheet: str, also: str) -> str:
    """Once over the sheet: properties and keyframes that nothing names are left out."""
    properties = frozenset(_READ.findall(sheet + also))
    frames = words(_ANIMATION.findall(sheet + also))
    return "".join(_read(sheet, properties, frames))


def _read(sheet: str, properties: frozenset[str], frames: frozenset[str]) -> Iterator[str]:
    for head, inside in _blocks(sheet):
        if head.startswith(("@media", "@supports")):
            if within := "".join(_read(inside, properties, frames)):
                yield f"{head}{{{within}}}"
        elif head.startswith("@"):
            named = _FRAMES.match(head)
            if named is None or named[1] in frames:
                yield f"{head}{{{inside}}}" if inside else head
        elif declarations := [one for one in _parts(inside, ";") if _needed(one, properties)]:
            yield f"{head}{{{';'.join(declarations)}}}"


def _needed(declaration: str, properties: frozenset[str]) -> bool:
    named = _PROPERTY.match(declaration)
    return bool(declaration.strip()) and (named is None or named[1] in properties)
