"""Centers: the page a coordinator works on while on the phone."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from programs import listings
from programs.admin import claims, kept, organizations, saying, workflow
from programs.admin.conflicts import Part
from programs.admin.listed import KeepsListings
from programs.admin.program_rows import ProgramInline, ProgramRows
from programs.admin.programs import known_of, labels, part_of, state, statements_of
from programs.admin.statements import StatementHistory
from programs.admin.watched import Watched
from programs.facts import FactSet
from programs.models import (
    UNPUBLISHED,
    Center,
    CenterLocation,
    CenterStatus,
    Organization,
    Program,
    ZipCode,
)
from programs.staff.access import may, takes_in
from programs.staff.roles import Act
from programs.states import STATES
from programs.words import LEVEL_SHORT

COLUMNS = (
    "organization",
    "name",
    "name_detail",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "lat",
    "lon",
    "phone",
    "intake_phones",
    "website",
    "email",
    "takes_inquiries",
)
RUNS = "organization_"
"""What the names of the inputs begin with that change the organization in place."""
_OF_RUNNER = tuple(f"{RUNS}{name}" for name in organizations.IN_PLACE)
HELP: Mapping[str, Any] = {
    "organization": _("Ask: “Who runs the center?” Search by name, or add one with the plus sign."),
    "name": _("Ask: “How do you answer the phone?” The name people will hear, without praise."),
    "name_detail": _("A second line where the center has one, for example the department."),
    "street1": _("Ask: “At which address do people come in?” House number and street."),
    "street2": _("Ask: “Which building, floor or suite?”"),
    "city": _("The city of the postal address."),
    "state": _("Two letters, for example AZ."),
    "zip": _("Five digits. It places the center on the map when the point below is empty."),
    "lat": _("Leave both empty to use the middle of the ZIP code."),
    "lon": _("In the United States this is less than zero."),
    "phone": _("Ask: “Which number should people call first?”"),
    "intake_phones": _("Ask: “Is there another number for new clients?” Several are parted by semicolons."),
    "website": _("Ask: “Where on the web is this center?” Its own page, if it has one."),
    "email": _("Ask: “Where can we write to, to ask you?” Not shown on the site."),
    "takes_inquiries": _(
        "Ask: “May people leave a request on our site, and will you call them back within one working day?” "
        "Only where they said yes."
    ),
}
RUNNER_HELP = {
    "name": _("The organization's name on all of its centers. Change it here only if it is wrong."),
    "phone": organizations.HELP["phone"],
    "website": organizations.HELP["website"],
}


class CenterForm(saying.SayingForm):
    """A center's own columns, those of who runs it, and what was heard.

    user: whose form it is. asked: the fields on the page; beside the model's own, no others are read.
    """

    user: Any = None
    asked: Iterable[str] = ()
    organization_name = forms.CharField(label=_("Name"), max_length=200)
    organization_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    organization_website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    hand_back = kept.HandBackField()

    class Meta:
        model = Center
        fields = COLUMNS
        field_classes = {"website": partial(forms.URLField, assume_scheme="https")}
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {*_OF_RUNNER, "hand_back"} - set(self.asked):
            del self.fields[name]
        if "hand_back" in self.fields:
            self.fields["hand_back"].choices = kept.choices(self.instance)  # type: ignore[attr-defined]
        for name in organizations.IN_PLACE:
            if (field := self.fields.get(RUNS + name)) is not None:
                field.help_text = RUNNER_HELP[name]
                field.initial = getattr(self.instance.organization, name)
                field.widget.attrs.setdefault("class", "vTextField")
        if self.instance.pk and "facts" in self.fields:
            self.show_known(one for one in statements_of(self.instance) if one.program_id is None)
        if self.instance.pk and not self.is_bound:
            claims.beside(self, claims.of_center(self.instance))

    def clean_state(self) -> str:
        state: str = self.cleaned_data["state"].strip().upper()
        if state not in STATES:
            raise forms.ValidationError(_("Use the two letters of a state, for example AZ."))
        return state

    def clean_zip(self) -> str:
        code: str = self.cleaned_data["zip"].strip()
        if not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("A ZIP code has 5 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.instance.slug or "name" in self.changed_data:
            self.instance.slug = slugify(data.get("name", ""))[:120] or "center"
        if "lat" in data and "lon" in data and "zip" in data:
            self._place(data)
        if data.get("organization") and data.get("state"):
            self._stay_within_reach(data)
        if "organization" in self.changed_data and set(_OF_RUNNER) & set(self.changed_data):
            self.add_error(
                "organization", _("Choose another organization first and save; then change its details.")
            )
        return data

    def _stay_within_reach(self, data: dict[str, Any]) -> None:
        moved = self.instance.pk is None or {"organization", "state"} & set(self.changed_data)
        if moved and not takes_in(self.user, state=data["state"], organization=data["organization"]):
            self.add_error("state", _("You look after centers of other states or organizations."))

    def _place(self, data: dict[str, Any]) -> None:
        """An address that was typed is exact; otherwise the place is the middle of the ZIP code."""
        given = (data["lat"] is not None, data["lon"] is not None)
        if given[0] != given[1]:
            self.add_error("lat", _("Give both latitude and longitude, or neither."))
            return
        typed = {"lat", "lon"} & set(self.changed_data)
        if self.instance.pk and not typed and "zip" not in self.changed_data:
            return
        if all(given) and (typed or self.instance.location == CenterLocation.EXACT):
            self.instance.location = CenterLocation.EXACT
            return
        middle = ZipCode.objects.filter(zip=data["zip"]).first()
        data["lat"], data["lon"] = (middle.lat, middle.lon) if middle else (None, None)
        self.instance.location = CenterLocation.ZIP if middle else CenterLocation.UNKNOWN

    @property
    def own_changes(self) -> list[str]:
        """Columns of the center itself that were changed."""
        return [name for name in self.changed_data if name in COLUMNS]


@admin.register(Center)
class CenterAdmin(Watched, KeepsListings):
    form = CenterForm
    change_form_template = "admin/programs/center/change_form.html"
    list_display = [
        "name",
        "city",
        "state",
        "zip",
        "levels",
        "status",
        "in_latest_edition",
        "is_sample",
        "phone",
    ]
    list_filter = ["programs__level", "status", "in_latest_edition", "is_sample", "state"]
    search_fields = ["name", "name_detail", "city", "=zip", "phone", "organization__name"]
    search_help_text = _("Name, city, ZIP code, phone or organization")
    show_full_result_count = False
    list_per_page = 50
    view_on_site = False  # The bar of its status leads there, where there is a page.
    autocomplete_fields = ["organization"]
    readonly_fields = ["location", "in_latest_edition", "is_sample"]
    inlines = [ProgramInline, StatementHistory]
    fieldsets = [
        saying.HOW,
        (None, {"fields": ["name", "name_detail", "phone", "intake_phones", "website"]}),
        (_("For asking back"), {"fields": ["email", "takes_inquiries"], "classes": ["collapse"]}),
        (
            _("Address"),
            {
                "fields": ["street1", "street2", ("city", "state", "zip"), ("lat", "lon", "location")],
                "classes": ["collapse"],
            },
        ),
        (_("Who runs it"), {"fields": ["organization", *_OF_RUNNER], "classes": ["collapse"]}),
        (
            _("Where it comes from"),
            {"fields": ["hand_back", "in_latest_edition", "is_sample"], "classes": ["collapse"]},
        ),
        saying.HEARD,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Center]:
        rows = super().get_queryset(request)
        if self.is_one(request):
            found: QuerySet[Center] = rows.select_related("organization").prefetch_related(
                "programs__sessions"
            )
            return found
        programs = Prefetch("programs", queryset=Program.objects.filter(is_listed=True), to_attr="listed")
        return rows.prefetch_related(programs)

    def get_form(
        self, request: HttpRequest, obj: Center | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user, form.asked = request.user, kwargs.get("fields") or ()
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Center | None = None) -> Any:
        """Nobody is asked what they may not change; who may only look is not asked what they heard."""
        hidden: set[str] = set()
        if obj is None or not may(request.user, Act.CHANGE, obj.organization):
            hidden |= set(_OF_RUNNER)
        if obj is None or not obj.kept_columns:
            hidden.add("hand_back")
        sections = super().get_fieldsets(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            sections = saying.without(sections)
            hidden |= {*_OF_RUNNER, "hand_back"}
        return [_section(title, options, hidden, is_new=obj is None) for title, options in sections]

    # -- Lists ----------------------------------------------------------------------------------

    @admin.display(description=_("levels"))
    def levels(self, center: Center) -> str:
        offered = {program.level for program in center.listed}  # type: ignore[attr-defined]
        return ", ".join(str(label) for code, label in LEVEL_SHORT.items() if code in offered)

    def center_ids(self, rows: QuerySet[Any]) -> Iterable[int]:
        return rows.values_list("pk", flat=True)

    # -- One page -------------------------------------------------------------------------------

    def parts(self, center: Center) -> list[Part]:
        runner = organizations.part_of(center.organization, columns=organizations.IN_PLACE, prefix=RUNS)
        own = Part("center", "", center, CenterForm, COLUMNS)
        return [own, runner, *(part_of(program) for program in center.programs.all())]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Center | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["steps"] = workflow.steps(request.user, obj)
            context["step_form"] = workflow.StepForm(initial={"was": obj.status}, auto_id="step_%s")
            context["is_closable"] = any(to == CenterStatus.CLOSED for to, _words in context["steps"])
            context["is_public"] = obj.status not in UNPUBLISHED
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Center, form: ModelForm, change: bool) -> None:
        assert isinstance(form, CenterForm)
        if not change:
            obj.status = CenterStatus.DRAFT
            super().save_model(request, obj, form, change)
            return
        noted = kept.keep(obj, form.changed_data, form.cleaned_data.get("hand_back", ()))
        if form.own_changes or noted:
            super().save_model(request, obj, form, change)
        self._save_runner(form, obj.organization)

    def _save_runner(self, form: CenterForm, organization: Organization) -> None:
        changed = [name for name in organizations.IN_PLACE if RUNS + name in form.changed_data]
        for name in changed:
            setattr(organization, name, form.cleaned_data[RUNS + name])
        if changed:
            organization.save()

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        assert isinstance(form, CenterForm)
        form.save_m2m()
        said: FactSet = form.cleaned_data["facts"]
        if any(said.yes) or any(said.no):
            form.record(center=form.instance, program=None, said=said, by=request.user)
        changed: list[Any] = []
        for formset in formsets:
            if isinstance(formset, ProgramRows):
                changed = [one for one in formset.forms if one.has_changed()]
                _save_programs(formset, form, by=request.user)
            else:
                self.save_formset(request, form, formset, change=change)
        if not change or changed or form.says_something:
            listings.rebuild([form.instance.pk])
            _teach(request, form, changed)

    def response_add(
        self, request: HttpRequest, obj: Center, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new center is a draft; the next thing is to read it over and to pass it on."""
        if "_popup" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, now("Saved as a draft. It is shown on the site once it is published."))
        return HttpResponseRedirect(reverse("admin:programs_center_change", args=[obj.pk]))

    # -- The end of it, and the way there -------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never public. What was is closed: people still have its address."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (isinstance(obj, Center) and workflow.was_public(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected += [str(one) for one in objs if workflow.was_public(one)]
        return deleted, counts, perms_needed, protected

    def get_urls(self) -> list[Any]:
        own = path(
            "<int:pk>/status/", self.admin_site.admin_view(self.step_view), name="programs_center_status"
        )
        return [own, *super().get_urls()]

    def step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST: take a step of the workflow, then back to the page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        center = self.get_object(request, str(pk))
        if center is None:
            raise PermissionDenied
        form = workflow.StepForm(request.POST)
        if not form.is_valid():
            problem = str(next(iter(form.errors.values()))[0])
            messages.error(request, problem)
        else:
            self._step(request, center, form.cleaned_data)
        return HttpResponseRedirect(reverse("admin:programs_center_change", args=[pk]))

    def _step(self, request: HttpRequest, center: Center, asked: Mapping[str, Any]) -> None:
        try:
            moved = workflow.take(request.user, center.pk, **asked)
        except workflow.OutdatedError:
            messages.warning(request, now("Somebody else was faster: look at what it is now."))
            return
        changed = [str(Center._meta.get_field("status").verbose_name)]
        self.log_change(request, moved, [{"changed": {"fields": changed}}])
        words = now("%(center)s: %(status)s.") % {"center": moved, "status": moved.get_status_display()}
        messages.success(request, words)


def _section(title: Any, options: Mapping[str, Any], hidden: set[str], *, is_new: bool) -> tuple[Any, Any]:
    """A section without what is hidden; a new center's are not folded, since most of them must be filled."""
    classes = [one for one in options.get("classes", ()) if not (is_new and one == "collapse")]
    fields = [one for one in options["fields"] if one not in hidden]
    return title, {**options, "classes": classes, "fields": fields}


def _save_programs(rows: ProgramRows, form: CenterForm, *, by: Any) -> None:
    """What was typed of the programs, each resting on a statement of its own where somebody's word counts."""
    for stored in rows.changed_ones:
        state(stored, FactSet(), form, by=by)
    rows.save()
    for new in rows.new_ones:
        if state(new, FactSet(), form, by=by):
            new.instance.save(update_fields=["details_from"])


def _teach(request: HttpRequest, form: CenterForm, changed: Iterable[Any]) -> None:
    """Messages about what was just written and may not be claimed."""
    center = form.instance
    claims.teach(request, claims.new(claims.of_center(center), form.changed_data), labels(form))
    if f"{RUNS}name" in form.changed_data:
        claims.teach(request, claims.of_organization(center.organization), {"name": _("Organization")})
    there = [row for row in changed if row.instance.pk]
    said = statements_of(Center.objects.get(pk=center.pk)) if there else []
    for row in there:
        names = [*row.changed_data, *(["week"] if row.week.has_changed() else [])]
        found = claims.new(claims.of_program(row.instance, known_of(row.instance, said)), names)
        claims.teach(request, found, labels(row), about=str(row.instance))
