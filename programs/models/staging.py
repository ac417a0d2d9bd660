"""An import made in the browser: files and rows wait here, so that any process can go on with them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.columns import one_of
from programs.models.imports import ImportRun


class SavedMapping(models.Model):
    """Which column of a list means what, made in a page and kept for the next time."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    document = models.TextField(_("mapping"), help_text=_("As docs/importing.md describes it."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")

    def __str__(self) -> str:
        return self.name


class StageStatus(models.TextChoices):
    READING = "reading", _("Being read")
    READY = "ready", _("Ready to look at")
    REFUSED = "refused", _("Cannot be taken")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


class StagedImport(models.Model):
    """One import on its way. `read` of `total` rows are staged; `message` says why it was refused.

    `document`: the mapping with the date of this list. `progress`: how far reading is, then what was planned:
    see `programs.staging.work`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    mapping = models.ForeignKey(
        SavedMapping, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    document = models.TextField(_("mapping as it was then"), blank=True)
    year = models.PositiveSmallIntegerField(_("edition"), null=True, blank=True)
    is_part = models.BooleanField(
        _("some rows only"), default=False, help_text=_("Rows that are not in the files stay as they are.")
    )
    status = models.CharField(_("status"), max_length=10, choices=StageStatus, default=StageStatus.READING)
    read = models.PositiveIntegerField(_("rows read"), default=0)
    total = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    counts = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    message = models.TextField(_("message"), blank=True)
    run = models.OneToOneField(
        ImportRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="staged"
    )
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    touched_at = models.DateTimeField(_("last worked on"), auto_now=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import on its way")
        verbose_name_plural = _("imports on their way")
        constraints = [one_of("stagedimport", "status", StageStatus)]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class StagedFile(models.Model):
    """A file as it was sent. Deleted when its import is applied or discarded."""

    staged = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name


class StagedRow(models.Model):
    """What one row of a file would do. `values`: the row as it was read; of a refused one, its cells.

    `changes`: "columns": column → [old, new]; "facts": fact → [old, new]; "kept": column → [ours, theirs];
    "notes": what else. A row that vanished has no file.
    """

    staged = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="rows")
    file = models.CharField(_("file"), max_length=200)
    number = models.PositiveIntegerField(_("row"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10)
    center_public_id = models.UUIDField(null=True)
    changes = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("staged row")
        verbose_name_plural = _("staged rows")
        indexes = [models.Index(fields=["staged", "outcome", "id"], name="stagedrow_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["staged", "file", "number"], name="stagedrow_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"
