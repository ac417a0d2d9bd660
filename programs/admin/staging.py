"""The import room: send files, look at what they would change, apply, take back.

Each page asks `programs.staff.access`. Reading goes on step by step, by POST: a page that stays open asks for
the next step by itself; without scripts there is a button, and `manage.py work_imports` beside both.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from programs.admin.staging_forms import NEW, SendForm, ShownForm
from programs.duplicates.finding import search_after
from programs.importing.run import BusyError
from programs.importing.undoing import NotUndoableError, newest, undo
from programs.models import Center, ImportRun, SavedMapping, StagedImport, StageStatus
from programs.once import once
from programs.staff.access import may
from programs.staff.roles import Act, Thing
from programs.staging import aside, sent
from programs.staging.applying import ChangedSinceError, NotReadyError, discard, plan_anew
from programs.staging.preview import counted, differences_of, pages_of, place_of
from programs.staging.uploads import BoundedUploads

View = Callable[..., HttpResponse]
_UNDOABLE = 10
"""Past imports that the room names."""


def asking(act: Act) -> Callable[[View], View]:
    """A page for those who may do this to imports. Anybody else is refused before a form is read."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, act, Thing.IMPORT):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def page(request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
    """A page of the room."""
    every = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/staging/{name}.html", every)


# Only until the handler for files is in place: `_send` checks the token.
@csrf_exempt
@asking(Act.VIEW)
def room(request: HttpRequest) -> HttpResponse:
    """What is on its way, what was done, and the form for files.

    Exempt from the check of the token only until the handler for files is in place: reading the token reads
    the form.
    """
    if request.method == "POST":
        if not may(request.user, Act.ADD, Thing.IMPORT):
            raise PermissionDenied
        bounds = BoundedUploads(
            most_bytes=sent.MOST_BYTES, most_files=sent.MOST_FILES, most_in_all=sent.MOST_IN_ALL
        )
        request.upload_handlers = [bounds]
        sent_on: HttpResponse = _send(request, bounds)
        return sent_on
    return _room(request, SendForm())


@csrf_protect
@once
def _send(request: HttpRequest, bounds: BoundedUploads) -> HttpResponse:
    form = SendForm(request.POST, request.FILES)
    sent_well = form.is_valid()
    for name in bounds.too_large:
        form.add_error("sent", _("%(name)s is larger than 25 MB.") % {"name": name})
    for name in bounds.too_many:
        form.add_error("sent", _("%(name)s is one file too many.") % {"name": name})
    if not sent_well or form.errors:
        return _room(request, form)
    data = form.cleaned_data
    needs_mapping = data["kind"] == NEW
    try:
        staged = sent.begin(
            data["sent"],
            by=request.user,
            mapping=form.mapping,
            day=data["day"],
            needs_mapping=needs_mapping,
            year=data["year"],
            is_part=data["is_part"],
        )
    except sent.NotTakenError as error:
        form.add_error("sent", str(error))
        return _room(request, form)
    return _to("staged_mapping" if needs_mapping else "staged", staged.public_id)


def _room(request: HttpRequest, form: SendForm) -> HttpResponse:
    waiting = StagedImport.objects.filter(status__in=(StageStatus.READING, StageStatus.READY))
    last = newest()
    return page(
        request,
        "room",
        _("Import"),
        form=form if may(request.user, Act.ADD, Thing.IMPORT) else None,
        waiting=waiting.select_related("by").annotate(sent=Count("files"))[:20],
        runs=ImportRun.objects.select_related("by", "undone_by")[:_UNDOABLE],
        undoable=last.public_id if last and may(request.user, Act.REVERT, Thing.IMPORT) else None,
        mappings=SavedMapping.objects.defer("document")[:50],
    )


@require_safe
@asking(Act.VIEW)
def staged_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One import: how far reading is, then what it would change, a page at a time, then what became of it."""
    staged = _staged(public_id)
    if staged.status == StageStatus.READING:
        if staged.progress.get("step") == "mapping":
            return _to("staged_mapping", public_id)
        return page(request, "reading", _("Reading the files"), staged=staged, may_go_on=_may_add(request))
    if staged.status != StageStatus.READY:
        return page(request, "over", _("Import"), staged=staged)
    return _preview(request, staged)


def _preview(request: HttpRequest, staged: StagedImport) -> HttpResponse:
    outcome, number = ShownForm.of(request.GET)
    shown = pages_of(staged, outcome).get_page(number)
    rows = list(shown.object_list)
    known = [row.center_public_id for row in rows if row.center_public_id]
    ids = dict(Center.objects.filter(public_id__in=known).values_list("public_id", "id"))
    lines = [(row, place_of(row), differences_of(row), ids.get(row.center_public_id)) for row in rows]
    warnings = staged.progress.get("all_warnings", [])
    return page(
        request,
        "preview",
        _("What the import would change"),
        staged=staged,
        tabs=counted(staged),
        outcome=outcome,
        shown=shown,
        several=len(staged.progress["files"]) > 1,
        lines=lines,
        warnings=warnings[:50],
        more_warnings=max(0, len(warnings) - 50),
        may_apply=_may_add(request),
        bad_files=_bad_files(staged) if may(request.user, Act.EXPORT, Thing.IMPORT) else [],
    )


def _bad_files(staged: StagedImport) -> list[tuple[int, str]]:
    """Files with refused rows, by their place among the files."""
    if not staged.counts.get("refused"):
        return []
    bad = set(staged.rows.filter(outcome="refused").order_by().values_list("file", flat=True).distinct())
    return [(at, seen["name"]) for at, seen in enumerate(staged.progress["files"]) if seen["name"] in bad]


@require_POST
@asking(Act.ADD)
def go_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The next steps of reading, for some seconds."""
    aside.go_on(_staged(public_id))
    return _to("staged", public_id)


@require_POST
@asking(Act.ADD)
def apply_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    staged = _staged(public_id)
    try:
        run = aside.apply(staged, request.user)
    except NotReadyError:
        messages.warning(request, _("This import was applied or discarded already."))
    except ChangedSinceError:
        messages.warning(
            request,
            _("Nothing was written: the directory has changed since. Look at the new preview, then apply."),
        )
    except BusyError:
        messages.warning(request, _("Another import is being written. Nothing was done: try again."))
    else:
        messages.success(
            request,
            ngettext("The import is done: %(count)s row.", "The import is done: %(count)s rows.", run.read)
            % {"count": run.read},
        )
        search_after(run.public_id)
    return _to("staged", public_id)


@require_POST
@asking(Act.ADD)
def discard_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if discard(_staged(public_id)):
        messages.success(request, _("The import is discarded. Nothing was written."))
    return HttpResponseRedirect(reverse("admin:staging"))


@require_POST
@asking(Act.ADD)
def anew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plan the rows that were read once more, for a directory that has changed."""
    plan_anew(_staged(public_id))
    return _to("staged", public_id)


@asking(Act.REVERT)
def undo_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks, then takes a whole import back."""
    run = get_object_or_404(ImportRun.objects.select_related("by"), public_id=public_id)
    last = newest()
    if request.method != "POST":
        is_last = last is not None and last.pk == run.pk
        return page(request, "undo", _("Undo an import"), run=run, is_last=is_last, last=last)
    try:
        done = undo(run, request.user)
    except NotUndoableError:
        messages.warning(request, _("Nothing was done: only the last import can be undone, and only once."))
    except BusyError:
        messages.warning(request, _("Another import is being written. Nothing was done: try again."))
    else:
        messages.success(
            request,
            _("Undone. Centers taken out: %(deleted)s. As before: %(restored)s. Left: %(left)s.")
            % {"deleted": done.deleted, "restored": done.restored, "left": len(done.left)},
        )
    return HttpResponseRedirect(reverse("admin:programs_importrun_change", args=[run.pk]))


def _may_add(request: HttpRequest) -> bool:
    return may(request.user, Act.ADD, Thing.IMPORT)


def _staged(public_id: UUID) -> StagedImport:
    found = StagedImport.objects.select_related("mapping", "run", "by").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _to(name: str, public_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"admin:{name}", args=[public_id]))


_ONE = "import/<uuid:public_id>/"
ROOMS: tuple[tuple[str, View, str], ...] = (
    ("import/", room, "staging"),
    (_ONE, staged_page, "staged"),
    (f"{_ONE}go-on/", go_on, "staged_go_on"),
    (f"{_ONE}apply/", apply_page, "staged_apply"),
    (f"{_ONE}anew/", anew, "staged_anew"),
    (f"{_ONE}discard/", discard_page, "staged_discard"),
    ("import/run/<uuid:public_id>/undo/", undo_page, "staged_undo"),
)
