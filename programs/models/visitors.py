"""What visitors write to us. What could tell who wrote is sealed (`programs.sealing`), and goes in time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.centers import Center
from programs.models.columns import one_of


class ReportKind(models.TextChoices):
    PHONE = "phone", _("The phone number is wrong")
    CLOSED = "closed", _("It has closed")
    MOVED = "moved", _("It has moved")
    NOT_OFFERED = "not_offered", _("It does not offer this care")
    COST = "cost", _("What it costs or takes is wrong")
    HOURS = "hours", _("The hours are wrong")
    CLAIM = "claim", _("It promises too much")
    OTHER = "other", _("Something else")


class ReportStatus(models.TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("Being looked into")
    FIXED = "fixed", _("Put right")
    UNCHANGED = "unchanged", _("Checked, and it is right as it is")


class Report(models.Model):
    """Something is wrong on a center's page. The reporter may look up by code what became of it."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="reports", verbose_name=_("center")
    )
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    form_digest = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("what"), max_length=12, choices=ReportKind)
    sealed = models.BinaryField(_("in their words"), editable=False, default=bytes)
    sealed_notes = models.BinaryField(editable=False, default=bytes)
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus, default=ReportStatus.NEW)
    answer = models.CharField(
        _("answer"), max_length=500, blank=True, help_text=_("The person who reported it can read this.")
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    created_at = models.DateTimeField(_("reported"), auto_now_add=True)
    purge_on = models.DateField(_("deleted on"), db_index=True)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [models.Index(fields=["status", "created_at"], name="report_open")]
        constraints = [
            one_of("report", "kind", ReportKind),
            one_of("report", "status", ReportStatus),
        ]

    def __str__(self) -> str:
        return f"{self.center_id}: {self.kind}"


class InquiryStatus(models.TextChoices):
    NEW = "new", _("New")
    TRYING = "trying", _("Tried, not reached")
    REACHED = "reached", _("Reached")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Inquiry(models.Model):
    """Someone asks a center to call back. Name, way to reach them, time and note are sealed together."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="inquiries", verbose_name=_("center")
    )
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    form_digest = models.CharField(max_length=64, unique=True, editable=False)
    sealed = models.BinaryField(editable=False)
    sealed_notes = models.BinaryField(editable=False, default=bytes)
    consent_version = models.CharField(_("consented to"), max_length=20, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=InquiryStatus, default=InquiryStatus.NEW)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    due_at = models.DateTimeField(_("due"), db_index=True)
    do_not_call = models.BooleanField(_("do not call"), default=False)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    purge_on = models.DateField(_("deleted on"), db_index=True)

    class Meta:
        ordering = ["due_at", "id"]
        verbose_name = _("call-back request")
        verbose_name_plural = _("call-back requests")
        constraints = [one_of("inquiry", "status", InquiryStatus)]

    def __str__(self) -> str:
        return f"{self.center_id}: {self.created_at:%Y-%m-%d}"


class DoNotCall(models.Model):
    """Someone does not want calls of a center. Their number or address is not kept; a keyed digest of it is:
    it is known again when it is given again, and cannot be read out of the table."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="do_not_call", verbose_name=_("center")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    purge_on = models.DateField(_("deleted on"), db_index=True)

    class Meta:
        verbose_name = _("do not call")
        verbose_name_plural = _("do not call")

    def __str__(self) -> str:
        return f"{self.center_id}: {self.digest[:8]}"


class KeptKey(models.Model):
    """A key drawn at random for one purpose, sealed under SECRET_KEY: what was made with it stays true
    when SECRET_KEY changes."""

    purpose = models.CharField(max_length=40, primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.purpose


class ExportLog(models.Model):
    """Who took what out of the directory desk, and when."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    what = models.CharField(_("what"), max_length=60)
    file_format = models.CharField(_("format"), max_length=10)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return f"{self.what}: {self.rows}"
