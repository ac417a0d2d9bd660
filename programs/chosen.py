"""The programs a visitor chose, by the public ids in an address, with all that is known of each."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from programs import facts, places
from programs.comparison import MOST, levels_for
from programs.criteria import Wish
from programs.facts import FactSet, Said
from programs.fit import Fit, compare
from programs.forms import SearchForm
from programs.levels import LEVELS, Level
from programs.models import UNPUBLISHED, Center, CenterStatus, Program, Statement
from programs.models.centers import SHORT_ID
from programs.names import Name, center_name
from programs.week import spans

READ = 2 * MOST
"""Ids of one address that are looked at: enough to say which of too many to take off."""
_ID = re.compile(rf"([0-9a-f]{{{SHORT_ID}}})(?:-({'|'.join(LEVELS)}))?")


@dataclass(frozen=True, slots=True)
class Token:
    """A center in an address, with or without the level to look at: "0123456789-iop"."""

    short_id: str
    level: Level | None = None

    def __str__(self) -> str:
        return f"{self.short_id}-{self.level.value}" if self.level else self.short_id


class ChosenField(forms.Field):
    """Any number of tokens, each center once. What is no token becomes None, so that the page can say so."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[Token | None, ...]:
        written = value if isinstance(value, list | tuple) else [value] if value else []
        tokens: dict[str, Token | None] = {}
        for text in written:
            if text:
                found = _ID.fullmatch(text)
                level = Level(found[2]) if found and found[2] else None
                tokens.setdefault(found[1] if found else "", Token(found[1], level) if found else None)
        return tuple(tokens.values())[:READ]


class ChosenForm(SearchForm):
    """A search that is carried along, and the programs chosen from it.

    show: which lines of a comparison. caller: for whom a call is made.
    """

    SHOW = ("differences", "unknowns")
    OTHER = "other"

    center = ChosenField(label=_("Programs to compare"), required=False)
    show = forms.ChoiceField(choices=[("", ""), *((one, one) for one in SHOW)], required=False)
    caller = forms.ChoiceField(choices=[("", ""), (OTHER, OTHER)], required=False)

    @property
    def tokens(self) -> tuple[Token | None, ...]:
        """The ids, also where something else in the address is wrong."""
        self.is_valid()
        return tuple(self.cleaned_data.get("center", ()))

    @property
    def shown(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("show", ""))

    @property
    def for_other(self) -> bool:
        self.is_valid()
        return self.cleaned_data.get("caller") == self.OTHER

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """The search as pairs for an address; nothing where none was made."""
        return carried(self)


def carried(form: SearchForm) -> tuple[tuple[str, str], ...]:
    """A search as pairs for an address; nothing where none was made."""
    if not form.is_valid():
        return ()
    left_out = {"page"} if form.cleaned_data["place"] else {"place", "radius", "page"}
    return tuple(pair for pair in form.pairs() if pair[0] not in left_out)


def query(tokens: Iterable[Token], carried: Iterable[tuple[str, str]], **more: str) -> str:
    """An address's query that names these programs and carries the search along."""
    pairs = [("center", str(token)) for token in tokens]
    return urlencode([*pairs, *carried, *((name, value) for name, value in more.items() if value)])


@dataclass(frozen=True, slots=True)
class Pick:
    """One chosen center, looked at in one of its programs (None where it lists none).

    levels: all it lists. known, said_by: what is known of that program, and the statement behind each fact.
    fit: held against what the visitor asked for.
    """

    token: Token
    center: Center
    name: Name
    program: Program | None
    levels: tuple[Level, ...]
    known: FactSet
    said_by: Mapping[str, Said]
    fit: Fit

    @property
    def level(self) -> Level | None:
        return Level(self.program.level) if self.program else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address names. `missing`: how many of its ids lead to no center. `closed`: those that closed.

    too_many: more than fit beside each other were named; then `picks` is empty and `named` has all of them.
    """

    tokens: tuple[Token, ...]
    picks: tuple[Pick, ...]
    closed: tuple[Center, ...]
    missing: int
    named: tuple[tuple[Token, Center], ...]
    place: places.Place | None

    @property
    def too_many(self) -> bool:
        return len(self.named) > MOST


def choose(form: ChosenForm, *, today: date) -> Chosen:
    """The programs of an address. At most four queries, and two more where it carries a place."""
    tokens = form.tokens
    known = [token for token in tokens if token]
    centers = _centers(known)
    found = [token for token in known if token.short_id in centers]
    named = _each_once((token, centers[token.short_id]) for token in found)
    there = [pair for pair in named if pair[1].status == CenterStatus.PUBLISHED]
    place = _place(form) if len(there) <= MOST else None
    return Chosen(
        tokens=tuple(token for token, _ in there),
        picks=_picks(there, form, place, today) if len(there) <= MOST else (),
        closed=tuple(center for _, center in named if center.status == CenterStatus.CLOSED),
        missing=len(tokens) - len(found),
        named=tuple(there),
        place=place,
    )


def _centers(tokens: Sequence[Token]) -> dict[str, Center]:
    """Published and closed centers by their short id; one that was merged is the other now. One query, none
    without a token."""
    if not tokens:
        return {}
    ranges = Q()
    for token in tokens:
        low, high = (uuid.UUID(hex=token.short_id.ljust(32, fill)) for fill in "0f")
        ranges |= Q(public_id__gte=low, public_id__lte=high)
    found = Center.objects.filter(ranges).exclude(status__in=UNPUBLISHED).select_related("merged_into")
    now = {center.short_id: center.merged_into or center for center in found}
    return {short_id: center for short_id, center in now.items() if center.status not in UNPUBLISHED}


def _each_once(named: Iterable[tuple[Token, Center]]) -> list[tuple[Token, Center]]:
    """Each center once, under its own id: two that a visitor kept may have become one since."""
    once: dict[int, tuple[Token, Center]] = {}
    for token, center in named:
        once.setdefault(center.pk, (Token(center.short_id, token.level), center))
    return list(once.values())


def _place(form: ChosenForm) -> places.Place | None:
    typed = form.cleaned_data["place"] if form.is_valid() else ""
    found = places.resolve(typed) if typed else None
    return found.place if isinstance(found, places.Found) else None


def _picks(
    there: Sequence[tuple[Token, Center]], form: ChosenForm, place: places.Place | None, today: date
) -> tuple[Pick, ...]:
    ids = [center.pk for _, center in there]
    programs: dict[int, list[Program]] = defaultdict(list)
    statements: dict[int, list[Statement]] = defaultdict(list)
    if ids:
        listed = Program.objects.listed().filter(center_id__in=ids).select_related("details_from")
        for program in listed.prefetch_related("sessions").order_by("track", "id"):
            programs[program.center_id].append(program)
        for statement in Statement.objects.filter(center_id__in=ids):
            statements[statement.center_id].append(statement)
    offered = [tuple(one for one in LEVELS if any(p.level == one for p in programs[pk])) for pk in ids]
    wanted = [Level(level) for level in form.cleaned_data["level"]] if form.is_valid() else []
    levels = levels_for(offered, [token.level for token, _ in there], wanted)
    wishes, zone = form.wishes() if form.is_valid() else (), place.zone if place else ""

    def pick(token: Token, center: Center, has: tuple[Level, ...], level: Level | None) -> Pick:
        tracks: list[Program | None] = [one for one in programs[center.pk] if one.level == level]
        looked_at = [
            _look(program, statements[center.pk], wishes, zone, today) for program in tracks or [None]
        ]
        # Of several tracks at one level, the one that fits the visitor best.
        program, said, fit = min(looked_at, key=lambda one: (-one[2].score, -one[2].meets))
        name = center_name(center.name, center.name_detail)
        return Pick(token, center, name, program, has, facts.merge(said), facts.provenance(said), fit)

    return tuple(
        pick(token, center, has, level)
        for (token, center), has, level in zip(there, offered, levels, strict=True)
    )


def _look(
    program: Program | None, statements: Iterable[Statement], wishes: Iterable[Wish], zone: str, today: date
) -> tuple[Program | None, list[Said], Fit]:
    """A program with what was said of its center or of itself, held against the wishes."""
    said = [one.said for one in statements if one.program_id in (None, program and program.pk)]
    sessions = spans(program.slots, zone, today) if program else ()
    return program, said, compare(wishes, facts.merge(said), sessions)
