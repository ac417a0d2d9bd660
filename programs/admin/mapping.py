"""The page on which somebody says what the columns of a list mean, and sees how rows would be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.admin.mapping_forms import AboutForm, MappingForm
from programs.admin.staging import View, asking, page
from programs.facts import unpack
from programs.importing.load import state_boxes
from programs.importing.mapped import about_words, read_mapped_part
from programs.importing.mapping import ListMapping, parse_mapping
from programs.importing.reading import Refused
from programs.importing.rows import Row
from programs.importing.tables import Layout
from programs.importing.workbook import StructureError
from programs.labels import fact_labels
from programs.models import SavedMapping, StagedImport, StageStatus
from programs.staff.roles import Act
from programs.staging.describing import Answers, words_in
from programs.staging.documents import document_of, tables_of
from programs.staging.glimpse import Glimpse, glimpse, guess, words_of
from programs.staging.work import on_disk

CHECKED = 20
"""Rows that are shown as they would be read."""
_USUAL = {
    "name": ("name", "provider", "facility", "site", "center", "agency", "program", "licensee", "name1"),
    "name_detail": ("name2", "second name"),
    "street1": ("street", "address", "street1", "address1", "street address"),
    "street2": ("suite", "street2", "address2", "unit"),
    "city": ("city", "town", "municipality"),
    "state": ("state", "st"),
    "zip": ("zip", "zip code", "zipcode", "postal code"),
    "phone": ("phone", "telephone", "main phone", "phone number"),
    "website": ("website", "web", "url", "site page"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon", "lng"),
}
"""Headings that lists often have: what the form begins with."""


@dataclass
class Checked:
    """How the first rows would be read: each with what it says, or why it is refused; and what is wrong."""

    rows: list[tuple[Row, list[str], list[str]]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str = ""


@asking(Act.ADD)
def mapping_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Check and save by POST. Nothing is kept until "Save and go on"."""
    staged = get_object_or_404(
        StagedImport, public_id=public_id, status=StageStatus.READING, progress__step="mapping"
    )
    with on_disk(staged, 0) as path:
        if request.method == "POST":
            return _posted(request, staged, path)
        try:
            seen = glimpse(path, *guess(path))
        except StructureError as error:
            return _page(request, staged, path, error=str(error))
        return _page(request, staged, path, seen, MappingForm(seen.headings, _first(path, seen)))


def _posted(request: HttpRequest, staged: StagedImport, path: Path) -> HttpResponse:
    """What was sent, checked; shown again, or saved."""
    try:
        layout, sheets = guess(path)
        seen = glimpse(path, _layout(request.POST, layout), sheets)
    except StructureError as error:
        return _page(request, staged, path, error=str(error))
    form = MappingForm(seen.headings, Answers(), request.POST)
    if not form.is_valid():
        return _page(request, staged, path, seen, form)
    document = document_of(form.tables)
    mapping, checked = _check(path, document, form.about.cleaned_data["name"])
    if mapping is not None and "save" in request.POST:
        if _save(request, staged, form, document):
            return HttpResponseRedirect(reverse("admin:staged", args=[staged.public_id]))
        return _page(request, staged, path, seen, form)
    again = MappingForm(seen.headings, _with_words(path, seen.layout, form.answers))
    return _page(request, staged, path, seen, again, checked)


def _page(
    request: HttpRequest,
    staged: StagedImport,
    path: Path,
    seen: Glimpse | None = None,
    form: MappingForm | None = None,
    checked: Checked | None = None,
    error: str = "",
) -> HttpResponse:
    context = {"staged": staged, "file": path.name, "seen": seen, "form": form, "checked": checked}
    return page(request, "mapping", _("What the columns mean"), error=error, **context)


def _layout(data: Mapping[str, Any], guessed: Layout) -> Layout:
    """How the file is written, as somebody said; what makes no sense stays as it was guessed."""
    form = AboutForm(data, prefix="list")
    form.is_valid()
    said = {name: form.cleaned_data.get(name) for name in ("encoding", "delimiter", "sheet")}
    return replace(guessed, **{name: value for name, value in said.items() if value})


def _first(path: Path, seen: Glimpse) -> Answers:
    """What the form begins with: columns whose headings say it."""
    title = path.stem.replace("_", " ").replace("-", " ").strip()[:80]
    plain = {" ".join(one.lower().replace("_", " ").split()): one for one in reversed(seen.headings)}
    columns = {
        ours: next((plain[one] for one in usual if one in plain), "") for ours, usual in _USUAL.items()
    }
    about = {
        "name": title,
        "title": title,
        "code": slugify(title)[:40].strip("-"),
        "date": timezone.localdate(),
        "encoding": seen.layout.encoding,
        "delimiter": seen.layout.delimiter,
        "sheet": seen.layout.sheet,
    }
    return Answers(about=about, columns=columns)


def _check(path: Path, document: str, name: str) -> tuple[ListMapping | None, Checked]:
    """The mapping, and how it reads the first rows; None and the reason where it is none."""
    try:
        mapping = parse_mapping(document, name)
        part = read_mapped_part(path, mapping, boxes=state_boxes(), most=CHECKED)
    except StructureError as error:
        return None, Checked(error=str(error))
    labels = fact_labels()
    edition = part.editions[0]
    rows = [
        (
            row,
            [labels[code] for code in unpack(row.facts.yes)],
            [labels[code] for code in unpack(row.facts.no)],
        )
        for row in edition.rows
    ]
    return mapping, Checked(rows, edition.refused, about_words(mapping.source.title, part.tallies))


def _with_words(path: Path, layout: Layout, answers: Answers) -> Answers:
    """Words that stand in a column of words, and that nobody has said a fact for, as rows to fill in."""
    told = {(one["column"], one["word"].casefold()) for one in answers.words}
    for column in answers.word_columns:
        left_out = {word.casefold() for word in words_in(column["left_out"])}
        try:
            found = words_of(path, layout, column["column"], column["separator"])
        except StructureError:
            continue  # The check says what is wrong with it.
        answers.words += [
            {"column": column["column"], "word": word, "fact": ""}
            for word in found
            if word.casefold() not in left_out and (column["column"], word.casefold()) not in told
        ]
    return answers


def _save(request: HttpRequest, staged: StagedImport, form: MappingForm, document: str) -> bool:
    """Keep the mapping by its name and go on with the import. False where another has that name."""
    name = form.about.cleaned_data["name"]
    by: Any = request.user
    kept, is_new = SavedMapping.objects.get_or_create(name=name, defaults={"document": document, "by": by})
    if not is_new and tables_of(kept.document)["list"]["id"] != form.about.cleaned_data["code"]:
        form.about.add_error("name", _("Another list has a mapping of this name. Choose another name."))
        return False
    if not is_new:
        kept.document, kept.by = document, by
        kept.save()
    going_on = StagedImport.objects.filter(pk=staged.pk, progress__step="mapping")
    going_on.update(mapping=kept, document=document, progress={})
    messages.success(request, _("The mapping is saved as “%(name)s”.") % {"name": name})
    return True


@require_safe
@asking(Act.VIEW)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A saved mapping as the file that `import_directory --mapping` reads."""
    mapping = get_object_or_404(SavedMapping, pk=pk)
    name = f"{slugify(mapping.name) or 'mapping'}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(mapping.document, content_type="application/toml; charset=utf-8", headers=headers)


ROOMS: tuple[tuple[str, View, str], ...] = (
    ("import/<uuid:public_id>/mapping/", mapping_page, "staged_mapping"),
    ("import/mapping/<int:pk>.toml", document, "staged_document"),
)
