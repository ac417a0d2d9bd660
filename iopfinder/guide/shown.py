"""A page of the guide as the template shows it: numbered sources, and where to go on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from iopfinder.guide.pages import Elsewhere, Guide, Line, Page, Picture, Section
from programs.freshness import Freshness, freshness
from programs.standard_questions import SOURCES as QUESTION_SOURCES
from programs.standard_questions import STANDARD_QUESTIONS

DOORS: Mapping[str, str] = {"check": "assessment:start", "find": "programs:search"}


@dataclass(frozen=True, slots=True)
class Way:
    """A link: where to, its words, what is there, and whether it is the page one is on."""

    url: str
    words: str
    lead: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line, and the numbers of its sources."""

    words: str
    term: str
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    id: str
    kind: str
    title: str
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One of the ten questions, with what to listen for."""

    text: str
    why: str
    listen_for: str
    warning: str
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A numbered source. `old`: the oldest fact here that rests on it was checked over a year ago.

    language: what its title is written in, "" where the title is in the language of the page.
    """

    title: str
    address: str
    language: str
    checked: date
    old: bool


@dataclass(frozen=True, slots=True)
class ShownPage:
    """Everything on the page. `drawing` is the template of its picture."""

    id: str
    title: str
    lead: str
    description: str
    danger: bool
    picture: Picture | None
    picture_notes: tuple[int, ...]
    sections: tuple[ShownSection, ...]
    questions: tuple[ShownQuestion, ...]
    sources: tuple[ShownSource, ...]
    next: Way
    related: tuple[Way, ...]
    groups: tuple[tuple[str, tuple[Way, ...]], ...]

    @property
    def drawing(self) -> str:
        return f"guide/pictures/{self.picture.drawing}.html" if self.picture else ""

    def section(self, code: str) -> ShownSection:
        """The section with this id. KeyError where there is none."""
        return {section.id: section for section in self.sections}[code]


def address_of(page: Page | Elsewhere) -> str:
    """The address of a page in the active language."""
    return reverse(page.address) if page.address else reverse("guide:page", args=[page.id])


def shown_page(guide: Guide, page: Page, *, today: date) -> ShownPage:
    """The page with its sources numbered in the order they are first named."""
    days = dict(_rests_on(page))
    numbers = {code: number for number, code in enumerate(days, 1)}

    def notes(sources: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(sorted(numbers[code] for code in sources))

    def line(one: Line) -> ShownLine:
        return ShownLine(one.words, one.term, notes(one.sources))

    def section(one: Section) -> ShownSection:
        return ShownSection(one.id, one.kind, one.title, tuple(map(line, one.lines)))

    return ShownPage(
        id=page.id,
        title=page.title,
        lead=page.lead,
        description=page.description,
        danger=page.danger,
        picture=page.picture,
        picture_notes=notes(page.picture.sources) if page.picture else (),
        sections=tuple(map(section, page.sections)),
        questions=tuple(
            ShownQuestion(
                str(one.text), str(one.why), str(one.listen_for), str(one.warning), notes(one.sources)
            )
            for one in (STANDARD_QUESTIONS if page.asked else ())
        ),
        sources=tuple(_source(guide, code, day, today) for code, day in days.items()),
        next=Way(_leads(guide, page.next_to), page.next_words),
        related=tuple(_way(guide.pages[code]) for code in page.related),
        groups=groups(guide, page.id),
    )


def groups(guide: Guide, here: str = "") -> tuple[tuple[str, tuple[Way, ...]], ...]:
    """The groups of the guide with links to their pages; `here` is the page one is on."""
    return tuple(
        (group.title, tuple(_way(guide.pages[code], here) for code in group.pages)) for group in guide.groups
    )


def _way(page: Page | Elsewhere, here: str = "") -> Way:
    return Way(address_of(page), page.name, page.lead, page.id == here)


def _leads(guide: Guide, to: str) -> str:
    return reverse(DOORS[to]) if to in DOORS else address_of(guide.pages[to])


def _rests_on(page: Page) -> dict[str, date]:
    """The sources of a page in the order they are named, each with the oldest day it was checked."""
    found: dict[str, date] = {}
    for code, day in _named(page):
        found[code] = min(day, found.get(code, day))
    return found


def _named(page: Page) -> Iterator[tuple[str, date]]:
    for line in page.facts():
        for code in line.sources:
            if line.checked:
                yield code, line.checked
    if page.asked:
        for question in STANDARD_QUESTIONS:
            for code in question.sources:
                yield code, page.asked


def _source(guide: Guide, code: str, day: date, today: date) -> ShownSource:
    known = guide.sources.get(code)
    title = known.title if known else str(QUESTION_SOURCES[code])
    old = freshness(day, today=today) is Freshness.OLD
    foreign = "en" if known and guide.language != "en" else ""
    return ShownSource(title, known.address if known else "", foreign, day, old)
