"""What the guide is made of. Every text is already in one language; every fact names its sources and the
day it was checked against them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

KINDS = ("prose", "points", "steps", "facts", "yes", "no", "ask")
"""How the lines of a section stand on the page: text, dots, numbers, terms beside words, or with a sign."""


@dataclass(frozen=True, slots=True)
class Source:
    """What facts rest on. `title` in the source's own language; `address` is "" where none is known."""

    id: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a page says: a fact with sources and the day they were checked, or words of our own."""

    id: str
    words: str
    term: str = ""
    sources: tuple[str, ...] = ()
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; `kind` is one of `KINDS`."""

    id: str
    kind: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of ours, templates/guide/pictures/<drawing>.html, with its words: `text` says all of it."""

    drawing: str
    title: str
    text: str
    labels: Mapping[str, str]
    sources: tuple[str, ...]
    checked: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `next_to` is where its one button leads: a page, or a door of the site.

    listed: what links call it where that is not its title.
    address: the name of an address of its own, "" for /guide/<id>/. asked: the day the sources of the ten
    standard questions were checked, for the page that shows them. danger: whether it opens with what to do
    in danger.
    """

    id: str
    title: str
    lead: str
    description: str
    picture: Picture | None
    sections: tuple[Section, ...]
    next_to: str
    next_words: str
    related: tuple[str, ...]
    address: str = ""
    danger: bool = False
    asked: date | None = None
    listed: str = ""

    @property
    def name(self) -> str:
        """What links to the page call it."""
        return self.listed or self.title

    @property
    def last_checked(self) -> date | None:
        """The newest day a fact of the page was checked: the page says nothing newer."""
        days = [line.checked for line in self.facts() if line.checked]
        return max([*days, *([self.asked] if self.asked else [])], default=None)

    def facts(self) -> Iterator[Line]:
        """Every line with a source, the picture's among them."""
        if self.picture and self.picture.sources:
            yield Line("picture", self.picture.text, "", self.picture.sources, self.picture.checked)
        for section in self.sections:
            yield from (line for line in section.lines if line.sources)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A page of the guide that another room shows. `address` is the name of its address."""

    id: str
    title: str
    lead: str
    address: str

    @property
    def name(self) -> str:
        """What links to the page call it."""
        return self.title


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together, by their codes, in order."""

    id: str
    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole guide in one language."""

    language: str
    title: str
    lead: str
    description: str
    groups: tuple[Group, ...]
    pages: Mapping[str, Page | Elsewhere]
    sources: Mapping[str, Source]

    def own(self) -> Iterator[Page]:
        """The pages that are content files, in the order of the groups."""
        for group in self.groups:
            for code in group.pages:
                page = self.pages[code]
                if isinstance(page, Page):
                    yield page
