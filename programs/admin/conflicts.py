"""Two people at one page: nothing is overwritten that somebody else has changed in the meantime.

A form carries, signed, what its fields held when it was opened. Where the rows hold something else when it
comes back, nothing is saved: a page shows what was, what is now and who changed it, and what was typed. It
holds all that was typed, so that choosing and saving needs no second typing, and no script.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as now

from programs import week
from programs.admin.week_rows import Week, WeekRows, as_typed, week_words
from programs.history.authors import author
from programs.models import Program, Session

BASE, SEEN, CHOICE, TAKE = "edit_base", "edit_seen", "choose-", "take"
"""Inputs: what the form held when it was opened; what was in sight when sides were chosen; the choice for one
field; all of one side at once."""
_OURS = (BASE, SEEN, TAKE, "csrfmiddlewaretoken")
GONE = "gone"
_UNREAD = "~"
"""Before a week that cannot be read: it is shown as it was typed."""
THEIRS, MINE = "theirs", "mine"
WEEK = "week"
Base = Mapping[str, Mapping[str, str]]
"""By part and column: what it held, as text."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row on a page. form: the class whose fields read what was typed. prefix: of its inputs ("" or
    "organization_"); None for a row of `programs`, which is found by its id. week: it has a timetable too."""

    key: str
    label: str
    row: models.Model
    form: type[forms.BaseForm]
    columns: tuple[str, ...]
    prefix: str | None = ""
    week: bool = False

    def texts(self) -> dict[str, str]:
        """What its columns hold now."""
        held = {name: _text(getattr(self.row, _attribute(self.row, name))) for name in self.columns}
        if self.week and isinstance(self.row, Program):
            held[WEEK] = week.written(self.row.slots)
        return held


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that somebody else changed. was, theirs, mine: in words. `name`: of its choice.

    is_mine: it was changed here too, so that a choice is needed; else theirs stands unless chosen otherwise.
    """

    name: str
    label: str
    was: str
    theirs: str
    mine: str
    by: str
    at: datetime | None
    is_mine: bool
    chosen: str


@dataclass(slots=True)
class Held:
    """A form that came back, held against the rows: what clashes, and what to send once it is settled."""

    data: QueryDict
    base: Base | None
    seen: Base
    clashes: list[Clash] = field(default_factory=list)

    def choice(self, key: str, name: str, theirs: str) -> str:
        """The side chosen for a field, if it was chosen with this value in sight; else ""."""
        if self.seen.get(key, {}).get(name) != theirs:
            return ""
        return str(self.data.get(f"{CHOICE}{key}.{name}") or self.data.get(TAKE, ""))

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """All that was typed, to be sent again."""
        for name, values in self.data.lists():
            if not (name in _OURS or name.startswith(CHOICE)):
                for value in values:
                    yield name, str(value)


def signed(parts: Iterable[Part]) -> str:
    """What the parts hold, for the hidden input of a form."""
    return signing.dumps({part.key: part.texts() for part in parts}, salt=BASE, compress=True)


def read(text: str) -> Base | None:
    """What a form held when it was opened; None where it does not say, or was tampered with."""
    try:
        return signing.loads(text, salt=BASE)  # type: ignore[no-any-return]
    except signing.BadSignature:
        return None


def hold(parts: Iterable[Part], sent: QueryDict) -> Held:
    """Hold a form that came back against the rows as they are now.

    Where theirs was chosen, it stands in the data in place of what was typed.
    """
    found = Held(sent.copy(), read(sent.get(BASE, "")), read(sent.get(SEEN, "")) or {})
    there = list(parts)
    for part in there:
        prefix = _prefix(part, found.data)
        if prefix is not None:
            _hold(part, prefix, found)
    _hold_gone({part.key for part in there}, found)
    return found


def _hold(part: Part, prefix: str, found: Held) -> None:
    was = None if found.base is None else found.base.get(part.key)
    for name, theirs in part.texts().items():
        mine = _typed(part, prefix, name, found.data)
        # None: this account was not asked for it.
        if mine is None or mine == theirs or (was is not None and was.get(name) == theirs):
            continue
        choice = found.choice(part.key, name, theirs)
        if choice == THEIRS:
            _put(part, prefix, name, theirs, found.data)
        elif choice != MINE:
            found.clashes.append(_clash(part, name, None if was is None else was.get(name, ""), theirs, mine))


def _clash(part: Part, name: str, was: str | None, theirs: str, mine: str) -> Clash:
    copies: Any = part.row.history  # type: ignore[attr-defined]
    if name == WEEK:
        copies = Session.history.filter(program_id=part.row.pk)
    copy = copies.order_by("-history_date", "-history_id").first()
    is_mine = was is None or mine != was
    return Clash(
        name=f"{part.key}.{name}",
        label=" · ".join(filter(None, (part.label, _label(part, name)))),
        was=now("not known") if was is None else _shown(part, name, was),
        theirs=_shown(part, name, theirs),
        mine=_shown(part, name, mine),
        by=author(copy) if copy else "",
        at=copy.history_date if copy else None,
        is_mine=is_mine,
        chosen="" if is_mine else THEIRS,
    )


# -- What was typed -----------------------------------------------------------------------------


def _prefix(part: Part, data: QueryDict) -> str | None:
    """What the names of a part's inputs begin with; None where the page did not show it."""
    if part.prefix is not None:
        return part.prefix
    number = _numbers(data).get(str(part.row.pk))
    return None if number is None else f"programs-{number}-"


def _numbers(data: QueryDict) -> dict[str, int]:
    """The rows of programs on the page, by their ids as they were sent."""
    count = data.get("programs-INITIAL_FORMS", "")
    rows = range(int(count)) if count.isdecimal() and len(count) < 5 else range(0)
    return {data.get(f"programs-{number}-id", ""): number for number in rows}


def _typed(part: Part, prefix: str, name: str, data: QueryDict) -> str | None:
    """What was typed, as `Part.texts` would write it; as it was typed, where it cannot be read."""
    if name == WEEK:
        rows: WeekRows = Week(data, prefix=f"{prefix}{WEEK}")
        if not rows.is_bound:
            return None
        return week.written(rows.sessions) if rows.is_valid() else _UNREAD + _raw_week(rows)
    asked = part.form.base_fields.get(name)  # type: ignore[attr-defined]
    raw = data.get(prefix + name)
    if isinstance(asked, forms.BooleanField):
        return _text(asked.to_python(raw))
    if raw is None or asked is None or isinstance(asked, forms.ModelChoiceField):
        return raw
    try:
        return _text(asked.to_python(raw))
    except ValidationError:
        return raw


def _raw_week(rows: WeekRows) -> str:
    told = (
        " ".join(one.data.get(one.add_prefix(name), "") for name in ("starts", "ends"))
        for one in rows.forms
        if not one.is_empty
    )
    return "; ".join(told)


def _put(part: Part, prefix: str, name: str, text: str, data: QueryDict) -> None:
    """Put a value into the data as if it had been typed."""
    if name != WEEK:
        data[prefix + name] = text
        if not text and isinstance(part.form.base_fields.get(name), forms.BooleanField):  # type: ignore[attr-defined]
            del data[prefix + name]
        return
    for old in [one for one in data if one.startswith(f"{prefix}{WEEK}-")]:
        del data[old]
    for new, values in as_typed(week.read(text), f"{prefix}{WEEK}").items():
        data.setlist(new, values)


# -- Programs that were taken away --------------------------------------------------------------


def _hold_gone(there: set[str], found: Held) -> None:
    """Programs on the page that somebody has deleted: typed again as new ones, or let go."""
    gone = {pk: number for pk, number in _numbers(found.data).items() if f"program-{pk}" not in there and pk}
    kept_anew: list[int] = []
    for pk, number in gone.items():
        key = f"program-{pk}"
        choice = str(found.data.get(f"{CHOICE}{key}.{GONE}") or found.data.get(TAKE, ""))
        if choice not in (THEIRS, MINE) or not found.seen:
            found.clashes.append(_gone(key, pk, number, found))
        elif choice == MINE:
            kept_anew.append(number)
    if gone and not found.clashes:
        _reorder(found.data, set(gone.values()), kept_anew)


def _gone(key: str, pk: str, number: int, found: Held) -> Clash:
    was = (found.base or {}).get(key, {})
    copy = Program.history.filter(id=pk).order_by("-history_date", "-history_id").first()
    typed = {name: found.data.get(f"programs-{number}-{name}", "") for name in ("level", "track")}
    return Clash(
        name=f"{key}.{GONE}",
        label=_program_words(was or typed),
        was=_program_words(was),
        theirs=now("taken away"),
        mine=_program_words(typed),
        by=author(copy) if copy else "",
        at=copy.history_date if copy else None,
        is_mine=True,
        chosen="",
    )


def _program_words(told: Mapping[str, str]) -> str:
    if not told:
        return "–"
    return str(Program(level=told.get("level", ""), track=told.get("track", "")))


def _reorder(data: QueryDict, gone: set[int], anew: list[int]) -> None:
    """Number the rows of programs anew: those that are stored first, then the new ones; some fall away."""
    initial, total = (int(data.get(f"programs-{name}_FORMS", "")) for name in ("INITIAL", "TOTAL"))
    stored = [number for number in range(initial) if number not in gone]
    order = [*stored, *anew, *range(initial, total)]
    rows: dict[str, list[str]] = {}
    for place, number in enumerate(order):
        old, new = f"programs-{number}-", f"programs-{place}-"
        rows |= {new + name[len(old) :]: values for name, values in data.lists() if name.startswith(old)}
        if number in anew:
            rows[f"{new}id"] = [""]
    for number in range(total):
        for name in [name for name in data if name.startswith(f"programs-{number}-")]:
            del data[name]
    for name, values in rows.items():
        data.setlist(name, values)
    data["programs-INITIAL_FORMS"], data["programs-TOTAL_FORMS"] = str(len(stored)), str(len(order))


# -- Values as text, and in words ---------------------------------------------------------------


def _attribute(row: models.Model, name: str) -> str:
    return str(row._meta.get_field(name).attname)  # type: ignore[union-attr]


def _text(value: Any) -> str:
    """A value as an input would send it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _label(part: Part, name: str) -> str:
    if name == WEEK:
        return now("The week")
    return str(capfirst(part.row._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _shown(part: Part, name: str, text: str) -> str:
    """A value in words; a dash for none."""
    if not text:
        return "–"
    if name == WEEK:
        return text.removeprefix(_UNREAD) if text.startswith(_UNREAD) else week_words(week.read(text))
    column: Any = part.row._meta.get_field(name)
    if isinstance(column, models.BooleanField):
        return now("Yes")
    if isinstance(column, models.ForeignKey):
        related = column.related_model._default_manager.filter(pk=text).first() if text.isdecimal() else None
        return str(related or text)
    if isinstance(column, models.DateField):
        try:
            return date_format(date.fromisoformat(text))
        except ValueError:
            return text
    return str(dict(column.flatchoices).get(text, text))
