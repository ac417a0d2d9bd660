"""What stands behind a link, as one object: what we list, subject by subject, each with its fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext

from programs.confirming import columns
from programs.confirming.as_listed import AsListed
from programs.confirming.forms import CorrectionForm, SaidForm, prefix_of
from programs.labels import fact_labels
from programs.names import Name, center_name
from programs.offers import Offer, offer
from programs.sources import Source, source
from programs.taxonomy import GROUPS
from programs.words import GROUP_LABELS


@dataclass(frozen=True, slots=True)
class Line:
    """A column of the center with its words; "" where nobody has told."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class ProgramShown:
    """A program as its public page tells it. is_open: whether its fields are to be seen at once."""

    offer: Offer
    fields: tuple[BoundField, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class FactAsked:
    """One fact and what is chosen: a form's own way to write three choices takes a template each."""

    name: str
    label: str
    chosen: str
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Facts of one subject in words: yes and no; and how many nobody has told us, each a question below."""

    label: str
    yes: str
    no: str
    unknown: int
    facts: tuple[FactAsked, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class ConfirmingPage:
    """right, correct: the two forms. confirmed: who said the newest of it, and when; None where nobody."""

    listed: AsListed
    name: Name
    lines: tuple[Line, ...]
    contact: tuple[BoundField, ...]
    contact_open: bool
    programs: tuple[ProgramShown, ...]
    groups: tuple[GroupShown, ...]
    confirmed: Source | None
    right: SaidForm
    correct: CorrectionForm


def confirming_page(
    listed: AsListed, *, right: SaidForm, correct: CorrectionForm, today: date
) -> ConfirmingPage:
    """No query: all was read before."""
    center = listed.center
    contact = _fields(correct, (f"center-{name}" for name in columns.CENTER_LABELS))
    newest = max(listed.said_by.values(), key=lambda said: said.on, default=None)
    return ConfirmingPage(
        listed=listed,
        name=center_name(center.name, center.name_detail),
        lines=tuple(
            Line(str(label), columns.shown(name, getattr(center, name)))
            for name, label in columns.CENTER_LABELS.items()
        ),
        contact=contact,
        contact_open=_is_open(correct, contact),
        programs=tuple(_programs(listed, correct, today)),
        groups=tuple(_group(listed, correct, group) for group in GROUPS),
        confirmed=source(newest, today=today) if newest else None,
        right=right,
        correct=correct,
    )


def _programs(listed: AsListed, form: CorrectionForm, today: date) -> Iterable[ProgramShown]:
    for program in listed.programs:
        prefix = prefix_of(program)
        fields = _fields(form, (f"{prefix}-{name}" for name in (*columns.PROGRAM_LABELS, "week")))
        shown = offer(program, listed.own[program.pk], listed.known, today=today)
        yield ProgramShown(shown, fields, _is_open(form, fields))


def _group(listed: AsListed, form: CorrectionForm, group: str) -> GroupShown:
    labels, codes = fact_labels(), GROUPS[group]

    def words(value: bool) -> str:
        return "; ".join(capfirst(labels[code]) for code in codes if listed.known.value(code) is value)

    fields = _fields(form, (f"fact-{code}" for code in codes))
    unknown = [listed.known.value(code) is None for code in codes]
    return GroupShown(
        str(GROUP_LABELS[group]),
        yes=words(True),
        no=words(False),
        unknown=sum(unknown),
        facts=tuple(_asked(field, is_open) for field, is_open in zip(fields, unknown, strict=True)),
        is_open=_is_open(form, fields),
    )


def _asked(field: BoundField, is_unknown: bool) -> FactAsked:
    """What nobody has told us reads as a question."""
    label = gettext("%(fact)s?") % {"fact": field.label} if is_unknown else str(field.label)
    return FactAsked(field.html_name, label, field.value() or "", tuple(map(str, field.errors)))


def _fields(form: CorrectionForm, names: Iterable[str]) -> tuple[BoundField, ...]:
    return tuple(form[name] for name in names)


def _is_open(form: CorrectionForm, fields: Iterable[BoundField]) -> bool:
    """Open what was changed or has an error, so that nobody has to look for it when the form comes back."""
    return form.is_bound and any(field.errors or field.name in form.changed_data for field in fields)
