"""What a brand is, once read: everything an installation may change without a line of code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from iopfinder.brand.colors import Palette
from iopfinder.crisis import UNITED_STATES, Lines
from programs.levels import LEVELS, Level
from programs.region import Region

Words = str | Promise
LANGUAGES = ("en", "es")
"""Languages with a whole catalog, guide and protocol; `iopfinder.brand.checks` holds the catalogs to it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a brand: where (`line` only where one is to blame), what, and how to mend it."""

    file: str
    line: int | None
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}{f':{self.line}' if self.line else ''}: {self.what} {self.mend}"


@dataclass(frozen=True, slots=True)
class FooterLink:
    text: Words
    address: str


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands at the foot of every page beside our own: a text, and links."""

    text: Words = ""
    links: tuple[FooterLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Logo:
    """An SVG that stands before the name, and its size on the page in pixels. `dark`: for dark pages."""

    width: int
    height: int
    file: Path
    dark: Path | None = None


@dataclass(frozen=True, slots=True)
class Brand:
    """One brand. As it stands without a word: the house's own.

    key: what its built files lie under; "" for the house's. share: the picture that goes along with a shared
    link, a PNG. icon: an SVG.
    """

    name: Words = "IOPFinder"
    runner: Words = ""
    contact: str = ""
    languages: tuple[str, ...] = LANGUAGES
    palette: Palette = field(default_factory=Palette)
    logo: Logo | None = None
    icon: Path | None = None
    share: Path | None = None
    region: Region = field(default_factory=Region)
    lines: Lines = UNITED_STATES
    levels: tuple[Level, ...] = LEVELS
    footer: Footer = field(default_factory=Footer)
    key: str = ""


HOUSE = Brand()


def _in_language(texts: tuple[tuple[str, str], ...]) -> str:
    said = dict(texts)
    return said.get(get_language() or "", texts[0][1])


def is_there(words: Words) -> bool:
    """Whether there is a text. Asked while the settings are read, when there is no language to read it in."""
    return isinstance(words, Promise) or bool(words)


_in_language_later = lazy(_in_language, str)


def said(texts: Mapping[str, str]) -> Words:
    """A text by language, read in the language of the page; in the first where it has no such language."""
    different = set(texts.values())
    return different.pop() if len(different) == 1 else _in_language_later(tuple(texts.items()))
