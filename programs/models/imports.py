"""What was imported, when, and which row of which source became which center."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models.centers import Center
from programs.models.changes import kept
from programs.models.columns import one_of
from programs.models.statements import Statement, StatementSource


class ImportRun(models.Model):
    """One import that was applied. The six outcomes add up to `read`; the database checks it."""

    public_id = models.UUIDField(_("import id"), default=uuid.uuid4, unique=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    files = models.JSONField(
        _("files"), default=list, help_text=_("Name, SHA-256, source and edition of each file.")
    )
    read = models.PositiveIntegerField(_("read"))
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    joined = models.PositiveIntegerField(_("joined"), default=0)
    duplicate = models.PositiveIntegerField(_("duplicate"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    vanished = models.PositiveIntegerField(_("not in the latest edition"), default=0)
    warnings = models.JSONField(_("warnings"), default=list)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        ordering = ["-finished_at", "-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="importrun_adds_up",
                condition=Q(
                    read=F("created")
                    + F("updated")
                    + F("unchanged")
                    + F("joined")
                    + F("duplicate")
                    + F("refused")
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M}: {self.read}"


class RefusedRow(models.Model):
    """A row that could not be taken, with the reason, so that someone can mend it."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="refused_rows", verbose_name=_("import")
    )
    file = models.CharField(_("file"), max_length=200)
    row_number = models.PositiveIntegerField(_("row"))
    reason = models.CharField(_("reason"), max_length=300)
    values = models.JSONField(_("values"), default=dict)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)

    class Meta:
        ordering = ["run_id", "file", "row_number"]
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")

    def __str__(self) -> str:
        return f"{self.file}:{self.row_number}: {self.reason}"


class DirectoryEntry(models.Model):
    """A row of a directory that survives editions: its derived identity, and the center it stands for."""

    source = models.CharField(_("source"), max_length=20, choices=StatementSource)
    scope = models.CharField(
        _("list"), max_length=40, blank=True, help_text=_("Which of several lists of this kind it is.")
    )
    key = models.CharField(
        _("identity"), max_length=64, help_text=_("Derived from the name and the address of the row.")
    )
    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="entries", verbose_name=_("center")
    )
    statement = models.OneToOneField(
        Statement, on_delete=models.PROTECT, related_name="entry", verbose_name=_("statement")
    )
    digest = models.CharField(_("digest of the row"), max_length=80)
    first_edition = models.PositiveSmallIntegerField(_("first edition"))
    last_edition = models.PositiveSmallIntegerField(_("last edition"))
    in_latest = models.BooleanField(_("in the latest edition"), default=True)

    history = kept()

    class Meta:
        ordering = ["source", "id"]
        verbose_name = _("directory entry")
        verbose_name_plural = _("directory entries")
        constraints = [
            models.UniqueConstraint(fields=["source", "scope", "key"], name="directoryentry_once"),
            one_of("directoryentry", "source", StatementSource),
            models.CheckConstraint(
                name="directoryentry_editions_in_order",
                condition=Q(first_edition__lte=F("last_edition")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key[:12]}"
