"""One page for one call: whom to call, what to ask, what was said; saved in one step, then the next one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs import listings
from programs.admin import queue, saying, work
from programs.facts import FactSet
from programs.models import Center, Program, Report, ReportKind, ReportStatus, Statement
from programs.once import once
from programs.queue import claiming, snoozing
from programs.queue.asking import Asked, Reason, Section, sections
from programs.queue.waiting import of_center
from programs.sealing import BrokenSealError
from programs.sources import source
from programs.staff.access import may, reach
from programs.staff.roles import Act, Thing
from programs.taxonomy import BY_CODE
from programs.visitors import handling
from programs.visitors.contents import words_of
from programs.visitors.keeping import kept
from programs.words import FACT_LABELS, GROUP_LABELS

YES, NO = "yes", "no"
HEADINGS = {
    Reason.EXPIRING: _("Ask again: this turns old"),
    Reason.REPORTED: _("Ask about this: a visitor says it is wrong"),
    Reason.DECISIVE: _("Most people look for this"),
}
OPEN = (ReportStatus.NEW, ReportStatus.WORKING)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact with its three choices. `known`: True, False or None; `told`: who said so and when."""

    name: str
    label: str
    group: str
    chosen: str
    known: bool | None
    told: str
    is_old: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Facts under one heading."""

    heading: str
    rows: tuple[Row, ...]


class CallForm(saying.SayingForm):
    """What was said in a call: facts that the page asks about, and answers to reports."""

    facts = None  # type: ignore[assignment]  # A form leaves out what is set to None.
    as_it_was = forms.BooleanField(required=False, label=_("Everything listed here is still as it was"))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("For colleagues who call next. No names of clients."),
    )

    class Meta:
        model = Center
        fields = ()

    def __init__(
        self, *args: Any, asked: Sequence[Section], reports: Sequence[Report], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.reports = asked, reports
        self.fields["said_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for name, _row in self._named():
            choices = [("", _("Not asked")), (YES, _("Yes")), (NO, _("No"))]
            self.fields[name] = forms.ChoiceField(required=False, choices=choices)
        for report in reports:
            self.fields[f"report-{report.pk}"] = forms.ChoiceField(
                required=False, choices=[(one.value, one.label) for one in ReportStatus if one not in OPEN]
            )
            self.fields[f"answer-{report.pk}"] = forms.CharField(required=False, max_length=500)
            # Somebody else may answer it meanwhile: what this page was made of comes back with it.
            self.fields[f"mark-{report.pk}"] = forms.CharField(
                required=False, max_length=40, widget=forms.HiddenInput, initial=handling.mark(report)
            )

    def blocks(self, programs: Mapping[int, Program], today: Any) -> list[Block]:
        """The facts to ask about, for the page."""
        return [
            Block(_heading(section, programs), tuple(self._row(section, one, today) for one in section.rows))
            for section in self.asked
        ]

    def report_rows(self) -> list[dict[str, Any]]:
        """The open reports, each with its fields."""
        return [
            {
                "report": report,
                "kind": ReportKind(report.kind).label,
                "choice": self[f"report-{report.pk}"],
                "answer": self[f"answer-{report.pk}"],
                "mark": self[f"mark-{report.pk}"],
                "words": _words(report),
            }
            for report in self.reports
        ]

    def said(self, program: int | None) -> FactSet:
        """What was said of the whole center, or of one program."""
        values: dict[str, bool] = {}
        for section in self.asked:
            if section.program == program:
                values |= {one.code: value for one, value in self._answers(section) if value is not None}
        yes = [code for code, value in values.items() if value]
        return FactSet.of(yes=yes, no=[code for code in values if code not in yes])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        answers = [value for section in self.asked for _, value in self._answers(section)]
        decided = [report for report in self.reports if data.get(f"report-{report.pk}")]
        if not self.errors and not decided and all(value is None for value in answers):
            raise forms.ValidationError(
                _("Nothing was said yet. Choose yes or no for a fact, or tick that all is as it was.")
            )
        return data

    def _answers(self, section: Section) -> Iterator[tuple[Asked, bool | None]]:
        """What was said of each fact. As it was: as far as it was known and nothing else was chosen."""
        for one in section.rows:
            chosen = self.cleaned_data.get(_name(section, one))
            if chosen:
                yield one, chosen == YES
            else:
                yield one, one.known if self.cleaned_data.get("as_it_was") else None

    def _named(self) -> Iterator[tuple[str, Asked]]:
        return ((_name(section, one), one) for section in self.asked for one in section.rows)

    def _row(self, section: Section, one: Asked, today: Any) -> Row:
        name = _name(section, one)
        line = source(one.said, today=today) if one.said else None
        return Row(
            name=name,
            label=str(FACT_LABELS[one.code]),
            group=str(GROUP_LABELS[BY_CODE[one.code].group]),
            chosen=str(self[name].value() or ""),
            known=one.known,
            told=line.words if line else "",
            is_old=bool(line and line.state == "old"),
        )


@once
def page(request: HttpRequest, center_id: int) -> HttpResponse:
    """Shows the page of a call; a form sent from it is saved, and the next center taken."""
    center = queue.center_for(request, center_id)
    today = timezone.localdate()
    programs = {program.pk: program for program in center.programs.filter(is_listed=True)}
    reports = _open_reports(request.user, center)
    statements = list(center.statements.all())
    asked: tuple[Section, ...] = ()
    if may(request.user, Act.CHANGE, center):
        asked = _asked(statements, programs, reports, today)
    form = CallForm(request.POST or None, instance=center, asked=asked, reports=reports)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form, center, programs)
        except handling.ChangedMeanwhileError:
            form.add_error(None, _("Somebody answered a report meanwhile. Look at it again, then save."))
        else:
            return _onward(request, center)
    context = {
        **admin.site.each_context(request),
        **_shown(request, center, form, programs),
        "notes": [statement for statement in statements if statement.note][:3],
        "title": center.name,
    }
    return render(request, "admin/queue/call.html", context, status=422 if form.errors else 200)


def _shown(
    request: HttpRequest, center: Center, form: CallForm, programs: Mapping[int, Program]
) -> dict[str, Any]:
    now, today = timezone.now(), timezone.localdate()
    claim = getattr(center, "claim", None)
    return {
        "center": center,
        "header": work.header(center, now=now, with_hours=True),
        "lines": work.lines(of_center(request.user, center, today=today), today=today),
        "holder": work.claim_words(center, request.user, now=now),
        "is_mine": claim is not None and claim.by_id == request.user.pk and claim.until > now,
        "minutes": work.minutes_left(center, now=now),
        "tries": work.tries_words(center),
        "form": form,
        "said_fields": [form[name] for name in ("said_by", "said_method", "said_on", "note")],
        "blocks": form.blocks(programs, today),
        "reports": form.report_rows(),
        "later": queue.LaterForm(today=today),
        "links_url": _links_url(request.user, center),
        "may_change": may(request.user, Act.CHANGE, center),
    }


def _asked(
    statements: Iterable[Statement], programs: Iterable[int], reports: Iterable[Report], today: Any
) -> tuple[Section, ...]:
    statements = list(statements)
    shared = [one.said for one in statements if one.program_id is None]
    own = {pk: [one.said for one in statements if one.program_id == pk] for pk in programs}
    return sections(shared, own, reported={report.kind for report in reports}, today=today)


def _open_reports(user: Any, center: Center) -> list[Report]:
    if not may(user, Act.CHANGE, Thing.REPORT):
        return []
    return list(reach(user, kept(Report.objects.filter(center=center, status__in=OPEN))))


def _save(request: HttpRequest, form: CallForm, center: Center, programs: Mapping[int, Program]) -> None:
    """One statement for what was said of the center (one more for a program, if it was asked about)."""
    with transaction.atomic():
        for program in (None, *programs.values()):
            said = form.said(program.pk if program else None)
            if any(said.yes) or any(said.no):
                form.record(
                    center=center,
                    program=program,
                    said=said,
                    by=request.user,
                    note=form.cleaned_data["note"],
                )
        _answer_reports(request, form)
        snoozing.wake(center)
        listings.rebuild([center.pk])
        claiming.leave(request.user, center.pk)


def _answer_reports(request: HttpRequest, form: CallForm) -> None:
    """What became of the reports. ChangedMeanwhileError where somebody else was faster."""
    data = form.cleaned_data
    for report in form.reports:
        if data.get(f"report-{report.pk}"):
            wish = {name: data[f"{name}-{report.pk}"] for name in ("mark", "answer")}
            wish |= {"status": data[f"report-{report.pk}"], "note": ""}
            handling.change_report(report.pk, request.user, wish)


def _words(report: Report) -> str:
    try:
        return words_of(report)
    except BrokenSealError:
        return gettext("What was written here does not open.")


def _onward(request: HttpRequest, center: Center) -> HttpResponse:
    messages.success(request, gettext("Saved: %(center)s.") % {"center": center.name})
    if "stop" in request.POST:
        return HttpResponseRedirect(reverse("admin:index"))
    return queue.go_on(request)


def _links_url(user: Any, center: Center) -> str:
    """Where a link is sent by which the center itself confirms; "" for an account that may not send one."""
    return work.address("admin:center_links", center.pk) if may(user, Act.ADD, Thing.LINK) else ""


def _heading(section: Section, programs: Mapping[int, Program]) -> str:
    heading = str(HEADINGS[section.reason])
    return f"{heading} ({programs[section.program]})" if section.program else heading


def _name(section: Section, one: Asked) -> str:
    return f"fact-{section.program}-{one.code}" if section.program else f"fact-{one.code}"


ROOMS: tuple[queue.Room, ...] = (("queue/<int:center_id>/", page, "verify"),)
