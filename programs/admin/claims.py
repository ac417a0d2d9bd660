"""Claims nobody may make, pointed out where they were written. They warn; saving goes on."""

from collections.abc import Iterable, Mapping

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now

from programs.advertising import Finding, check_program, check_texts
from programs.claim_words import told
from programs.facts import FactSet
from programs.levels import Level
from programs.models import Center, Organization, Program
from programs.offers import for_teens
from programs.timetable import hours_a_week

PROGRAM_TEXTS = ("track", "plans", "admission", "intake", "family", "return_to_use_policy", "aftercare")
CENTER_TEXTS = ("name", "name_detail")
HOURS = ("level", "hours_per_week_min", "hours_per_week_max", "week")
_SHOWN_AT = {"hours_per_week": "hours_per_week_min", "week": "hours_per_week_min"}
"""Where a finding is shown that is about no single field."""


def of_center(center: Center) -> tuple[Finding, ...]:
    return check_texts({name: getattr(center, name) for name in CENTER_TEXTS})


def of_organization(organization: Organization) -> tuple[Finding, ...]:
    return tuple(
        Finding(one.code, "name", one.what) for one in check_texts({"organization": organization.name})
    )


def of_program(program: Program, known: FactSet) -> tuple[Finding, ...]:
    """known: all that is known of the program, for whether it is one for teens. Reads its sessions."""
    low, high = program.hours_per_week_min, program.hours_per_week_max
    return check_program(
        Level(program.level),
        {name: getattr(program, name) for name in PROGRAM_TEXTS},
        teen=for_teens(known),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        timetable=hours_a_week(program.slots),
    )


def new(findings: Iterable[Finding], changed: Iterable[str]) -> tuple[Finding, ...]:
    """Those about what was just written; the others stay beside their fields."""
    fields = set(changed)
    about_hours = bool(fields & set(HOURS))
    return tuple(
        one for one in findings if one.where in fields or (about_hours and one.code.startswith("hours_"))
    )


def teach(
    request: HttpRequest, findings: Iterable[Finding], labels: Mapping[str, object], *, about: str = ""
) -> None:
    """A message for each: where it stands, why it misleads, what could stand there instead."""
    for finding in findings:
        one = told(finding)
        where = " · ".join(str(part) for part in (about, labels.get(_at(finding), "")) if part)
        line = now("%(where)s: “%(what)s”. %(why)s %(suggestion)s") % {
            "where": where,
            "what": one.what,
            "why": one.why,
            "suggestion": one.suggestion,
        }
        messages.warning(request, line)


def beside(form: forms.BaseForm, findings: Iterable[Finding]) -> None:
    """Write each beside its field, where a screen reader reads it with the field's help."""
    for finding in findings:
        field = form.fields.get(_at(finding))
        if field is not None:
            field.help_text = _helped(field.help_text, finding)


def _helped(help_text: object, finding: Finding) -> SafeString:
    one = told(finding)
    template = '{}<span class="claim"><b>“{}”</b> {} {}</span>'
    return format_html(template, help_text, one.what, one.why, one.suggestion)


def _at(finding: Finding) -> str:
    return _SHOWN_AT.get(finding.where, finding.where)
