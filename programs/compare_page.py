"""What the comparison shows, as one object: programs side by side, line by line, and what to ask of whom."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from programs import compare_rows, geo
from programs.cards import distance
from programs.chosen import Chosen, ChosenForm, Pick, Token, choose, query
from programs.compare_rows import Cell, Subject
from programs.comparison import MOST, Kind, has_unknown, kind
from programs.labels import level_shorts
from programs.other_searches import url
from programs.phones import dial
from programs.places import Place
from programs.sources import Source

SHORT = 40
"""Letters that are read well in a third of a phone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One subject across all programs. `ask`: id of the question that settles it, or "". shared: what all of
    them have, where the cells tell only the rest. is_long: too long for narrow columns."""

    label: str
    cells: tuple[Cell, ...]
    ask: str
    shared: str
    differs: bool
    unknown: bool
    is_shown: bool
    columns: tuple["Column", ...]

    @property
    def is_long(self) -> bool:
        return any(len("".join((*one.lines, one.denied, one.asks))) > SHORT for one in self.cells)

    @property
    def pairs(self) -> tuple[tuple["Column", Cell], ...]:
        return tuple(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind under their caption."""

    kind: Kind
    caption: str
    rows: tuple[Row, ...]
    is_first: bool

    @property
    def is_shown(self) -> bool:
        return any(row.is_shown for row in self.rows)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One program at the head of the table. `others`: the same center at its other levels.

    short: enough of its name to tell it from the others.
    """

    pick: Pick
    id: str
    token: str
    label: str
    short: str
    where: str
    url: str
    phone: str
    dial: str
    call_url: str
    off_url: str
    level_label: str
    others: tuple[Link, ...]
    said: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything on the page.

    too_many: what to press to take one off, where more were named than fit. share: how to hand it on; what
    the visitor asked for does not go along.
    """

    title: str
    chosen: Chosen
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    shows: tuple[Link, ...]
    shown: str
    too_many: tuple[Link, ...]
    most: int
    has_sample: bool
    back_url: str
    call_url: str
    share_url: str
    sms_url: str
    mail_url: str

    @property
    def has_lines(self) -> bool:
        return any(section.is_shown for section in self.sections)

    @property
    def has_others(self) -> bool:
        return any(column.others for column in self.columns)


def compare_page(form: ChosenForm, *, today: date, origin: str) -> ComparePage:
    """The page for the programs of an address. At most four queries, two more where a place is carried.

    origin: scheme and host, for the address to share.
    """
    chosen, carried = choose(form, today=today), form.carried
    compare_url = reverse("programs:compare")
    tokens = chosen.tokens

    def there(some: Iterable[Token], **more: str) -> str:
        return f"{compare_url}?{query(some, carried, **more)}"

    labels = _labels(chosen.picks)
    columns = tuple(
        _column(pick, label, tokens, carried, there, today)
        for pick, label in zip(chosen.picks, labels, strict=True)
    )
    share = f"{origin}{compare_url}?{query(tokens, ())}"
    return ComparePage(
        title=_title(chosen),
        chosen=chosen,
        columns=columns,
        sections=tuple(_sections(columns, chosen.place, form.shown, today)) if columns else (),
        shows=tuple(
            Link(str(label), there(tokens, show=code), code == form.shown) for code, label in _SHOWS.items()
        ),
        shown=form.shown,
        too_many=_take_off(chosen, there) if chosen.too_many else (),
        most=MOST,
        has_sample=any(pick.center.is_sample for pick in chosen.picks),
        back_url=url(carried) if carried else reverse("programs:search"),
        call_url=f"{reverse('programs:call_sheet')}?{query(tokens, carried)}",
        share_url=share,
        sms_url=f"sms:?&body={quote(share)}",
        mail_url=f"mailto:?subject={quote(gettext('Programs to compare'))}&body={quote(share)}",
    )


_SHOWS: dict[str, str | Promise] = {
    "": gettext_lazy("Everything"),
    "differences": gettext_lazy("Only differences"),
    "unknowns": gettext_lazy("Only unknowns"),
}


def _title(chosen: Chosen) -> str:
    count = len(chosen.named)
    if chosen.too_many:
        return gettext("Up to %(most)d fit side by side") % {"most": MOST}
    if not count:
        return gettext("Compare programs")
    if count == 1:
        return gettext("One program, line by line")
    return ngettext("%(n)d program, side by side", "%(n)d programs, side by side", count) % {"n": count}


def _take_off(chosen: Chosen, there: Callable[..., str]) -> tuple[Link, ...]:
    return tuple(
        Link(
            f"{center.name}, {center.street1 or center.city}",
            there([one for one in chosen.tokens if one != token]),
        )
        for token, center in chosen.named
    )


def _labels(picks: Sequence[Pick]) -> list[str]:
    """The centers' names; several of one name are told apart by their street."""
    names = [pick.name.title for pick in picks]
    return [
        f"{name}, {pick.center.street1 or pick.center.city}" if names.count(name) > 1 else name
        for name, pick in zip(names, picks, strict=True)
    ]


def _column(
    pick: Pick,
    label: str,
    tokens: Sequence[Token],
    carried: Sequence[tuple[str, str]],
    there: Callable[..., str],
    today: date,
) -> Column:
    center, shorts = pick.center, level_shorts()
    search = query((), carried)
    said, source = compare_rows.who_said(pick, today=today)
    token = Token(pick.token.short_id, pick.level)

    def at(level: str) -> str:
        return there([Token(one.short_id, level) if one == pick.token else one for one in tokens])  # type: ignore[arg-type]

    return Column(
        pick=pick,
        id=center.short_id,
        token=str(token),
        label=label,
        short=label.removeprefix(f"{pick.name.title}, ") or label,
        where=f"{center.city}, {center.state}",
        url=f"{center.get_absolute_url()}{'?' if search else ''}{search}",
        phone=center.phone,
        dial=dial(center.phone),
        call_url=f"{reverse('programs:call_sheet')}?{query([token], carried)}",
        off_url=there([one for one in tokens if one != pick.token]),
        level_label=shorts[pick.level] if pick.level else "",
        others=tuple(Link(shorts[one], at(one)) for one in pick.levels if one != pick.level),
        said=said,
        source=source,
    )


# -- The lines ----------------------------------------------------------------------------------


def _sections(columns: Sequence[Column], place: Place | None, shown: str, today: date) -> Iterator[Section]:
    picks = [column.pick for column in columns]
    subjects = [*_distance(picks, place), *compare_rows.subjects(picks, place, today=today)]
    rows: dict[Kind, list[Row]] = {one: [] for one in Kind}
    for subject in subjects:
        values = [cell.points for cell in subject.cells]
        what, unknown = kind(values), has_unknown(values)
        differs = what is Kind.DIFFERS
        is_shown = {"differences": differs, "unknowns": unknown}.get(shown, True)
        rows[what].append(
            Row(
                subject.label,
                subject.cells,
                subject.ask,
                subject.shared,
                differs,
                unknown,
                is_shown,
                tuple(columns),
            )
        )
    count = len(picks)
    captions = {
        Kind.DIFFERS: gettext("Where they differ"),
        Kind.ASK: gettext("Ask about these"),
        Kind.SAME: gettext("The same in both") if count == 2 else gettext("The same in all of them"),
    }
    if count == 1:
        captions[Kind.SAME] = gettext("What is known")
    there = [one for one in Kind if rows[one]]
    for one in there:
        yield Section(one, captions[one], tuple(rows[one]), one is there[0])


def _distance(picks: Sequence[Pick], place: Place | None) -> Iterator[Subject]:
    if place is None:
        return
    cells = []
    for pick in picks:
        point = pick.center.point
        told = ""
        if point:
            miles = geo.miles_between(place.point, point)
            told = distance(miles, approximate=pick.center.location != "exact")
        cells.append(Cell({"": told} if told else {}, lines=(told,) if told else ()))
    yield Subject(gettext("Distance"), tuple(cells))
