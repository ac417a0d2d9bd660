"""What centers say of themselves, in the desk: what they want changed, and the links by which they say it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import BigIntegerField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from programs.confirming import deciding, links, sending, taking
from programs.confirming.as_listed import AsListed, as_listed
from programs.confirming.deciding import Row
from programs.confirming.forms import ActForm, CorrectionForm, SaidForm
from programs.confirming.links import State
from programs.confirming.page import confirming_page
from programs.models import Center, CenterLink, Proposal, ProposalStatus
from programs.staff.access import may, reach
from programs.staff.roles import Act, Thing

PER_PAGE = 50
LINKS_SHOWN = 50
ACCEPT, DECLINE = "accept", "decline"
STATE_LABELS = {
    State.OPEN: _("Works"),
    State.USED: _("Used"),
    State.WITHDRAWN: _("Withdrawn"),
    State.EXPIRED: _("Its time is up"),
}


def _page(request: HttpRequest, template: str, title: Any, status: int = 200, **context: Any) -> HttpResponse:
    whole = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"admin/confirming/{template}.html", whole, status=status)


def _require(request: HttpRequest, act: Act, of: Any) -> None:
    if not may(request.user, act, of):
        raise PermissionDenied


# -- What centers want changed ------------------------------------------------------------------


class FilterForm(forms.Form):
    """Which proposals, and which page of them. A page that is no number is the first."""

    status = forms.ChoiceField(
        choices=[("waiting", _("To look at")), ("decided", _("Decided"))], required=False
    )
    center = forms.IntegerField(required=False, min_value=1, max_value=BigIntegerField.MAX_BIGINT)
    page = forms.CharField(required=False, max_length=8)

    def rows(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Those that wait, oldest first; or those decided, newest first. Of one center where one is named."""
        if self.cleaned_data.get("center"):
            rows = rows.filter(center_id=self.cleaned_data["center"])
        if self.cleaned_data.get("status") == "decided":
            return rows.exclude(status=ProposalStatus.WAITING).order_by("-decided_at", "-id")
        return rows.filter(status=ProposalStatus.WAITING).order_by("created_at", "id")


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What centers within reach want changed, the oldest first."""
    _require(request, Act.VIEW, Thing.PROPOSAL)
    form = FilterForm(request.GET)
    if not form.is_valid():
        form = FilterForm({})
        form.full_clean()
    found = form.rows(reach(request.user, Proposal.objects.all()))
    page = Paginator(
        found.select_related("center", "program", "link", "by", "decided_by"), PER_PAGE
    ).get_page(form.cleaned_data["page"])
    status = form.cleaned_data["status"] or "waiting"
    return _page(
        request,
        "proposals",
        _("Changes that centers propose"),
        page=page,
        status_shown=status,
        center=form.cleaned_data["center"],
    )


class DecisionForm(forms.Form):
    """Accept or decline, row by row; `rest` decides for those left open."""

    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=300,
        help_text=_("For colleagues, and for center staff with an account."),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, rows: list[Row], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[_field_of(row)] = forms.ChoiceField(
                label=row.label, choices=_choices(row), required=False, widget=forms.RadioSelect
            )
        self.fields["rest"] = forms.ChoiceField(
            label=_("All others"),
            choices=[(ACCEPT, _("Accept")), (DECLINE, _("Decline"))],
            required=False,
            widget=forms.RadioSelect,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("rest"):
            for row in self.rows:
                if not data.get(_field_of(row)) and _field_of(row) not in self.errors:
                    self.add_error(_field_of(row), _("Accept or decline this."))
        return data

    @property
    def accepted(self) -> list[str]:
        rest = self.cleaned_data["rest"]
        return [row.key for row in self.rows if (self.cleaned_data[_field_of(row)] or rest) == ACCEPT]

    def with_rows(self) -> Iterator[tuple[Row, forms.BoundField]]:
        return ((row, self[_field_of(row)]) for row in self.rows)


def _field_of(row: Row) -> str:
    return f"row-{row.key.replace(':', '-')}"


def _choices(row: Row) -> list[tuple[str, Any]]:
    if row.key == deciding.NOTE:
        return [(ACCEPT, _("I have dealt with it")), (DECLINE, _("Nothing to do"))]
    return [(ACCEPT, _("Accept")), (DECLINE, _("Decline"))]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal beside what is listed. Who may publish decides; the others look."""
    related = Proposal.objects.select_related("center", "program", "link", "by", "decided_by")
    found = reach(request.user, related)
    one = get_object_or_404(found, pk=pk)
    if request.method != "POST":
        return _review(request, one)
    _require(request, Act.PUBLISH, one)
    form = DecisionForm(deciding.rows(one), request.POST)
    if not form.is_valid():
        return _review(request, one, form)
    try:
        decided = deciding.decide(
            one.pk,
            form.accepted,
            by=request.user,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        )
    except deciding.DecidedError:
        one.refresh_from_db()
        told = gettext("%(who)s has decided this meanwhile. Nothing of yours was saved.")
        messages.warning(request, told % {"who": one.decided_by or "–"})
        return HttpResponseRedirect(request.path)
    except deciding.ChangedError:
        messages.warning(
            request, gettext("What we list changed while you were looking. Please look once more.")
        )
        return _review(request, get_object_or_404(found, pk=pk))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _review(request, get_object_or_404(found, pk=pk), form)
    messages.success(request, decided.get_status_display())
    return HttpResponseRedirect(reverse("admin:proposals"))


def _review(request: HttpRequest, one: Proposal, form: DecisionForm | None = None) -> HttpResponse:
    rows = deciding.rows(one)
    may_decide = one.status == ProposalStatus.WAITING and may(request.user, Act.PUBLISH, one)
    return _page(
        request,
        "proposal",
        one.center.name,
        proposal=one,
        form=form or DecisionForm(rows, initial={"seen": deciding.digest(rows)}),
        digest=deciding.digest(rows),
        warnings=deciding.warnings_of(one),
        may_decide=may_decide,
        may_see_center=may(request.user, Act.VIEW, one.center),
    )


# -- A center's own staff -----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The page behind a link, for who has an account: what they send carries their name."""
    _require(request, Act.ADD, Thing.PROPOSAL)
    center = get_object_or_404(reach(request.user, Center.objects.exclude(status__in=links.GONE)), pk=pk)
    listed = as_listed(center)
    if request.method != "POST":
        return _listing(request, listed)
    act = ActForm(request.POST)
    if act.is_valid() and act.cleaned_data["act"] == "right":
        right = SaidForm(listed, request.POST, auto_id="right_%s")
        if not right.is_valid():
            return _listing(request, listed, right=right)
        taking.all_right(right, by=request.user)
        messages.success(request, gettext("Thank you. Today's date stands beside it now."))
    else:
        correct = CorrectionForm(listed, request.POST)
        if not correct.is_valid():
            return _listing(request, listed, correct=correct)
        taking.corrected(correct, by=request.user)
        messages.success(request, gettext("Thank you. Somebody looks at it before it shows."))
    return HttpResponseRedirect(reverse("admin:proposals"))


def _listing(
    request: HttpRequest,
    listed: AsListed,
    *,
    right: SaidForm | None = None,
    correct: CorrectionForm | None = None,
) -> HttpResponse:
    page = confirming_page(
        listed,
        right=right or SaidForm(listed, auto_id="right_%s"),
        correct=correct or CorrectionForm(listed),
        today=localdate(),
    )
    return _page(request, "propose", listed.center.name, page=page)


# -- Links --------------------------------------------------------------------------------------


class LinkForm(forms.Form):
    """What to do: send a link by mail, show one to read out, or withdraw one."""

    act = forms.ChoiceField(choices=[(one, one) for one in ("send", "show", "withdraw")])
    link = forms.IntegerField(required=False, min_value=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def center_links(request: HttpRequest, pk: int) -> HttpResponse:
    """The links of a center. A token is shown once, on the page that made it, and never again."""
    _require(request, Act.VIEW, Thing.LINK)
    center = get_object_or_404(reach(request.user, Center.objects.all()), pk=pk)
    if request.method != "POST":
        return _links(request, center)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _links(request, center)
    if form.cleaned_data["act"] == "withdraw":
        return _withdraw(request, center, form.cleaned_data["link"])
    _require(request, Act.ADD, Thing.LINK)
    if center.status in links.GONE:
        messages.error(request, gettext("This center is closed or was merged: there is nothing to confirm."))
        return HttpResponseRedirect(request.path)
    return _send(request, center) if form.cleaned_data["act"] == "send" else _show(request, center)


def _links(request: HttpRequest, center: Center, address: str = "") -> HttpResponse:
    rows = list(CenterLink.objects.filter(center=center).select_related("created_by")[:LINKS_SHOWN])
    for row in rows:
        row.center = center
    response = _page(
        request,
        "links",
        center.name,
        center=center,
        rows=[(row, STATE_LABELS[links.state(row)], links.state(row) is State.OPEN) for row in rows],
        address=address,
        days=links.VALID_FOR.days,
        may_make=may(request.user, Act.ADD, Thing.LINK) and center.status not in links.GONE,
        may_withdraw=may(request.user, Act.CHANGE, Thing.LINK),
    )
    if address:
        response.headers["Cache-Control"] = "no-store, private"
    return response


def _send(request: HttpRequest, center: Center) -> HttpResponse:
    if not center.email:
        messages.error(request, gettext("The center has no e-mail address."))
        return HttpResponseRedirect(request.path)
    link, token = links.make(center, by=request.user)
    try:
        sending.send(link, token)
    except sending.NotSentError as error:
        messages.error(request, gettext("The mail did not go out: %(why)s") % {"why": error})
    else:
        messages.success(request, gettext("The link is on its way to %(email)s.") % {"email": center.email})
    return HttpResponseRedirect(request.path)


def _show(request: HttpRequest, center: Center) -> HttpResponse:
    link, token = links.make(center, by=request.user)
    links.replace_others(link)
    return _links(request, center, links.address(token))


def _withdraw(request: HttpRequest, center: Center, pk: int | None) -> HttpResponse:
    _require(request, Act.CHANGE, Thing.LINK)
    link = get_object_or_404(CenterLink, pk=pk, center=center)
    if links.withdraw(link):
        messages.success(request, gettext("The link is withdrawn."))
    else:
        messages.warning(request, gettext("This link was used or withdrawn before."))
    return HttpResponseRedirect(request.path)


ROOMS = (
    ("proposals/", proposals, "proposals"),
    ("proposals/<int:pk>/", proposal, "proposal"),
    ("centers/<int:pk>/propose/", propose, "propose"),
    ("centers/<int:pk>/links/", center_links, "center_links"),
)
"""What `programs.admin.rooms` puts under the desk's address."""
