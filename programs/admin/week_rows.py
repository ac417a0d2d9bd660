"""A program's timetable as compact rows: "Mon Wed Thu 18:00–21:00" is one row and makes three sessions.

The rows are the truth. `static/js/week_rows.js` draws them as a grid that can be edited with the keyboard and
writes what is drawn back into the same inputs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any, cast

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from programs.models import Center, Program, Session, SessionKind, UsTimeZone, ZipCode
from programs.timetable import DAYS, Slot, hours_a_week, meetings
from programs.week import spans
from programs.week_words import meeting_words
from programs.zones import zone_of

BLANK = 2
"""Empty rows below those there are; who needs more saves and goes on, or has a script that adds them."""
MOST = 60
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
"""What may be typed as a time where the browser has no field of its own for it."""
SAID = {"": None, "yes": True, "no": False}
_CODES = {told: code for code, told in SAID.items()}


class DayBoxes(forms.CheckboxSelectMultiple):
    """Seven boxes with short names to see and whole names to hear."""

    template_name = "admin/programs/days.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().create_option(name, value, *args, **kwargs),
            "short": WEEKDAYS_ABBR[int(str(value))],
        }


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 60, "class": "vTimeField"})
    return forms.TimeField(label=label, required=False, input_formats=TIMES, widget=widget)


class WeekRow(forms.Form):
    """Sessions of one kind at one time of day, on one or several days. Empty: no session."""

    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=[(day, WEEKDAYS[day]) for day in range(DAYS)],
        coerce=int,
        required=False,
        widget=DayBoxes,
    )
    starts = _time(_("From"))
    ends = _time(_("To"))
    kind = forms.ChoiceField(label=_("Kind"), choices=SessionKind.choices, initial=SessionKind.GROUP.value)
    telehealth = forms.ChoiceField(
        label=_("By telehealth"),
        choices=[("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[("", _("Choose")), *UsTimeZone.choices], required=False
    )

    def clean_days(self) -> list[int]:
        return sorted(self.cleaned_data["days"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_empty:
            return data
        for name, message in (
            ("days", _("Tick the days on which it meets.")),
            ("starts", _("Say when it starts.")),
            ("ends", _("Say when it ends.")),
            ("time_zone", _("Choose the time zone of its clock.")),
        ):
            if name not in self.errors and data.get(name) in (None, "", []):
                self.add_error(name, message)
        if data.get("starts") and data.get("ends") and data["starts"] >= data["ends"]:
            self.add_error("ends", _("A session ends after it starts. One past midnight is two sessions."))
        return data

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed into it."""
        sent = cast("MultiValueDict[str, str]", self.data)
        return not any("".join(sent.getlist(self.add_prefix(name))).strip() for name in _TOLD)

    @property
    def slots(self) -> Iterator[Slot]:
        """Its sessions. It must be valid."""
        data = self.cleaned_data
        for day in data.get("days", ()):
            said = SAID[data["telehealth"]]
            yield Slot(day, data["starts"], data["ends"], data["kind"], data["time_zone"], said)


_TOLD = ("days", "starts", "ends")


class WeekRows(forms.BaseFormSet):
    """All rows of one program. `before`: its sessions as they are stored; `zone`: where new rows begin."""

    def __init__(self, data: Any = None, *, prefix: str, before: Sequence[Slot] = (), zone: str = "") -> None:
        self.before = tuple(sorted(before))
        self.zone = self.before[0].zone if self.before else zone
        # A form that does not show the week leaves it as it is.
        sent = data if data is not None and f"{prefix}-TOTAL_FORMS" in data else None
        super().__init__(sent, prefix=prefix, initial=[] if sent else list(rows_of(self.before)))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        if index is None or index >= self.initial_form_count():
            kwargs["initial"] = {"kind": SessionKind.GROUP.value, "time_zone": self.zone}
        return kwargs

    def clean(self) -> None:
        """A group cannot meet twice at once. Sessions of two kinds can: families meet beside the group."""
        seen: list[Slot] = []
        for form in self._kept():
            if not form.is_valid():
                continue
            own = list(form.slots)
            pairs = ((slot, one) for slot in own for one in seen if _overlap(one, slot))
            if pair := next(pairs, None):
                form.add_error("starts", _overlap_words(*pair))
            seen += own

    def _kept(self) -> Iterator[WeekRow]:
        for form in self.forms:
            if not (form.is_empty or self._should_delete_form(form)):  # type: ignore[attr-defined]
                yield form

    def has_changed(self) -> bool:
        return self.is_bound and (not self.is_valid() or _told(self.sessions) != _told(self.before))

    @property
    def sessions(self) -> tuple[Slot, ...]:
        """What is typed; where no row was sent, what is stored. It must be valid."""
        if not self.is_bound:
            return self.before
        return tuple(slot for form in self._kept() for slot in form.slots)

    @property
    def hours(self) -> float:
        return hours_a_week(self.sessions)

    def save(self, program: Program) -> None:
        """Make the stored sessions those of the rows. What stays the same is not touched."""
        wanted = {(slot.day, slot.starts, slot.kind): slot for slot in self.sessions}
        stored = {(one.day, one.starts, one.kind): one for one in program.sessions.all()}
        for key in stored.keys() - wanted.keys():
            stored[key].delete()
        for key, slot in sorted(wanted.items()):
            session = stored.get(key) or Session(
                program=program, day=slot.day, starts=slot.starts, kind=slot.kind
            )
            told = {"ends": slot.ends, "telehealth": slot.telehealth, "time_zone": slot.zone}
            if session.pk and all(getattr(session, name) == value for name, value in told.items()):
                continue
            for name, value in told.items():
                setattr(session, name, value)
            session.save()
        program._prefetched_objects_cache = {}  # type: ignore[attr-defined]


Week = cast(
    "type[WeekRows]",
    forms.formset_factory(
        WeekRow, formset=WeekRows, extra=BLANK, can_delete=True, max_num=MOST, absolute_max=2 * MOST
    ),
)


def _told(slots: Iterable[Slot]) -> list[tuple[Slot, bool | None]]:
    """Slots in order, with whether they are by telehealth: that does not count when slots are compared."""
    return [(slot, slot.telehealth) for slot in sorted(slots)]


def _overlap(one: Slot, other: Slot) -> bool:
    same = (one.day, one.kind) == (other.day, other.kind)
    return same and one.starts < other.ends and other.starts < one.ends


def _overlap_words(slot: Slot, twin: Slot) -> str:
    return now("On %(day)s this overlaps with %(starts)s to %(ends)s.") % {
        "day": WEEKDAYS[slot.day],
        "starts": f"{twin.starts:%H:%M}",
        "ends": f"{twin.ends:%H:%M}",
    }


def rows_of(slots: Iterable[Slot]) -> Iterator[dict[str, Any]]:
    """Sessions as rows: those that differ by nothing but the day together, in order."""
    days: dict[tuple[time, time, str, str, bool | None], list[int]] = {}
    for slot in sorted(slots):
        days.setdefault((slot.starts, slot.ends, slot.kind, slot.zone, slot.telehealth), []).append(slot.day)
    for (starts, ends, kind, zone, said), on in days.items():
        yield {
            "days": on,
            "starts": starts,
            "ends": ends,
            "kind": kind,
            "telehealth": _CODES[said],
            "time_zone": zone,
        }


def as_typed(slots: Iterable[Slot], prefix: str) -> Mapping[str, list[str]]:
    """Sessions as the inputs of their rows would send them."""
    rows = list(rows_of(slots))
    data = {f"{prefix}-TOTAL_FORMS": [str(len(rows))], f"{prefix}-INITIAL_FORMS": [str(len(rows))]}
    for number, row in enumerate(rows):
        at = f"{prefix}-{number}"
        data |= {
            f"{at}-days": [str(day) for day in row["days"]],
            f"{at}-starts": [f"{row['starts']:%H:%M}"],
            f"{at}-ends": [f"{row['ends']:%H:%M}"],
            **{f"{at}-{name}": [row[name]] for name in ("kind", "telehealth", "time_zone")},
        }
    return data


def week_words(slots: Iterable[Slot]) -> str:
    """Sessions as a person would tell them: "Monday and Thursday, 6 p.m. to 9 p.m.: group"."""
    return "; ".join(meeting_words(one) for one in meetings(spans(slots, "", date.min)))


def zone_for(center: Center) -> str:
    """The zone in which a center keeps its timetable, by its state and ZIP code; "" where nobody knows."""
    if not center.state:
        return ""
    known = ZipCode.objects.filter(zip=center.zip).first()
    lat, lon = (known.lat, known.lon) if known else (center.lat or 0.0, center.lon or 0.0)
    zone = zone_of(center.state, known.county if known else "", lat, lon)
    return zone if zone in UsTimeZone.values else ""
