"""Two centers side by side: what differs, what each offers, what is known, why they may be one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from programs import facts, geo
from programs.admin.duplicates_forms import LABELS, DecisionForm, Twins, differing
from programs.cards import hours_words, openings_words
from programs.duplicates.merging import GROUPS
from programs.labels import fact_labels
from programs.models import Center, CenterLocation, DuplicatePair, Program, Statement
from programs.sources import source

SHOWN_FACTS = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison. field: the choice, None where both say the same."""

    label: str
    left: str
    right: str
    field: Any = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A program both or one of them has. track: the field for keeping both, where both have it."""

    label: str
    left: Sequence[str] | None
    right: Sequence[str] | None
    track: Any = None


def reason_words(reason: dict[str, Any]) -> str:
    """A reason of `programs.duplicates.scoring`, for a person."""
    about, code = str(reason.get("about", "")), reason["code"]
    if code in ("phone", "line", "intake_phone"):
        about = _phone(about)
    words = {
        "address": _("the same address: %(about)s"),
        "street": _("the same street and number, another suite: %(about)s"),
        "same_street": _("the same street, another number: %(about)s"),
        "zip": _("the same ZIP code: %(about)s"),
        "distance": _("%(about)s miles apart on the map"),
        "phone": _("the same phone: %(about)s"),
        "line": _("the same phone, another extension: %(about)s"),
        "intake_phone": _("one phone in common: %(about)s"),
        "name": _("in both names: %(about)s"),
        "website": _("the same website: %(about)s"),
    }[code]
    return words % {"about": about}


def _phone(dialed: str) -> str:
    number, _comma, extension = dialed.partition(",")
    digits = number.removeprefix("+1")
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}{f' x{extension}' if extension else ''}"


def reasons(pair: DuplicatePair) -> list[tuple[str, int]]:
    """Each reason in words, and how much of what it could count it does count, in percent."""
    return [(reason_words(one), round(100 * one["value"])) for one in pair.reasons]


def lines(left: Center, right: Center, form: DecisionForm) -> Iterator[Line]:
    """Every group of columns: those that differ first, as a choice."""
    differ = set(differing(left, right))
    for group in sorted(GROUPS, key=lambda one: one not in differ):
        field = form[group] if group in differ else None
        yield Line(str(LABELS[group]), _value(group, left), _value(group, right), field)


def _value(group: str, center: Center) -> str:
    if group == "organization":
        return str(center.organization)
    if group == "takes_inquiries":
        return _("Yes") if center.takes_inquiries else _("No")
    if group == "address":
        city = f"{center.city}, {center.state} {center.zip}"
        street = [part for part in (center.street1, center.street2, city) if part]
        where = (
            _("on the map: exact")
            if center.location == CenterLocation.EXACT
            else _("on the map: by ZIP code")
        )
        return "; ".join((*street, where))
    return str(getattr(center, GROUPS[group][0]))


def apart(left: Center, right: Center) -> str:
    """How far apart they are, where both are known to the door."""
    exact = CenterLocation.EXACT
    if left.point is None or right.point is None or not left.location == right.location == exact:
        return _("How far apart they are is not known: at least one is placed by its ZIP code only.")
    miles = geo.miles_between(left.point, right.point)
    return _("%(miles)s miles apart on the map.") % {"miles": f"{miles:.2f}"}


def programs_of(left: Center, right: Center) -> dict[int, list[Program]]:
    """The programs of both, with their sessions. Two queries."""
    found: dict[int, list[Program]] = {left.pk: [], right.pk: []}
    both = (
        Program.objects.filter(center__in=found).order_by("level", "track", "id").prefetch_related("sessions")
    )
    for program in both:
        found[program.center_id].append(program)
    return found


def twins(left: Center, right: Center, programs: dict[int, list[Program]]) -> Twins:
    """Programs of one level and track that both have."""
    there = {(one.level, one.track): one for one in programs[right.pk]}
    return [
        (one, there[one.level, one.track]) for one in programs[left.pk] if (one.level, one.track) in there
    ]


def offers(
    left: Center, right: Center, programs: dict[int, list[Program]], form: DecisionForm
) -> list[Offer]:
    paired = {here.pk: there for here, there in form.twins}
    second = {there.pk for there in paired.values()}
    found = [
        Offer(
            str(one),
            _told(one),
            _told(paired[one.pk]) if one.pk in paired else None,
            form[f"track_{one.pk}"] if one.pk in paired else None,
        )
        for one in programs[left.pk]
    ]
    return [
        *found,
        *(Offer(str(one), None, _told(one)) for one in programs[right.pk] if one.pk not in second),
    ]


def _told(program: Program) -> list[str]:
    """What a program's own columns say, a line each."""
    said = [hours_words(program.hours_per_week_min, program.hours_per_week_max)]
    if program.price_min is not None or program.price_max is not None:
        ends = [f"${amount:,.0f}" for amount in (program.price_min, program.price_max) if amount is not None]
        said.append(_("%(price)s a week") % {"price": " – ".join(ends)})
    until = program.openings_until
    holds = until is not None and until >= timezone.localdate()
    said.append(openings_words(program.openings, until) if holds else "")
    said += [
        f"{one.get_day_display()} {time_format(one.starts)}–{time_format(one.ends)}"
        for one in program.sessions.all()
    ]
    said += [text for text in (program.plans, program.admission, program.intake) if text]
    if not program.is_listed:
        said.append(_("not listed any more"))
    return [line for line in said if line]


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact and what is known of it on each side: yes, no or "", with its source in words."""

    label: str
    left: str
    right: str
    left_source: str
    right_source: str

    @property
    def differs(self) -> bool:
        return bool(self.left and self.right and self.left != self.right)


def fact_lines(left: Center, right: Center) -> list[FactLine]:
    """What is known of both, with the statement behind it; contradictions first. One query."""
    said: dict[int, list[facts.Said]] = defaultdict(list)
    about = Statement.objects.filter(Q(center=left) | Q(center=right), program=None)
    for statement in about:
        said[statement.center_id].append(statement.said)
    known = [facts.merge(said[one.pk]) for one in (left, right)]
    by = [facts.provenance(said[one.pk]) for one in (left, right)]
    found = []
    for code, label in fact_labels().items():
        if code in by[0] or code in by[1]:
            values = [_yes_or_no(one.value(code)) for one in known]
            sources = [_source(one.get(code)) for one in by]
            found.append(FactLine(label, *values, *sources))
    return sorted(found, key=lambda one: not one.differs)[:SHOWN_FACTS]


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else _("Yes") if value else _("No")


def _source(said: facts.Said | None) -> str:
    return source(said, today=timezone.localdate()).words if said else ""
