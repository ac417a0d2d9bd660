"""What coordinators are doing: who is at which center now, what waits until later, and pairs to look at."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programs.models.centers import Center
from programs.models.columns import one_of


class Claim(models.Model):
    """Someone works on a center. One at a time: the database holds it. After `until` it is free again."""

    center = models.OneToOneField(Center, on_delete=models.CASCADE, primary_key=True, related_name="claim")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    until = models.DateTimeField(_("until"), db_index=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return f"{self.center_id}: {self.by}"


class SnoozeReason(models.TextChoices):
    NO_ANSWER = "no_answer", _("No answer")
    CALL_BACK = "call_back", _("They will call back")
    LATER = "later", _("Asked to call later")
    OTHER = "other", _("Another reason")


class Snooze(models.Model):
    """A center stays off the queue until a day. `tries`: how often that happened in a row."""

    center = models.OneToOneField(Center, on_delete=models.CASCADE, primary_key=True, related_name="snooze")
    until = models.DateField(_("try again on"), db_index=True)
    reason = models.CharField(_("why"), max_length=10, choices=SnoozeReason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("snooze")
        verbose_name_plural = _("snoozes")
        constraints = [one_of("snooze", "reason", SnoozeReason)]

    def __str__(self) -> str:
        return f"{self.center_id}: {self.until:%Y-%m-%d}"


class PairStatus(models.TextChoices):
    OPEN = "open", _("To look at")
    MERGED = "merged", _("Merged")
    DIFFERENT = "different", _("Two different centers")


class DuplicatePair(models.Model):
    """Two centers that may be one. `score` from 0 to 1; `reasons`: what makes it, as codes with numbers."""

    first = models.ForeignKey(Center, on_delete=models.CASCADE, related_name="+", verbose_name=_("first"))
    second = models.ForeignKey(Center, on_delete=models.CASCADE, related_name="+", verbose_name=_("second"))
    score = models.FloatField(_("score"))
    reasons = models.JSONField(_("reasons"), default=list)
    status = models.CharField(_("status"), max_length=10, choices=PairStatus, default=PairStatus.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)

    class Meta:
        ordering = ["-score", "id"]
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        indexes = [models.Index(fields=["status", "-score"], name="duplicatepair_open")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicatepair_once"),
            models.CheckConstraint(name="duplicatepair_in_order", condition=Q(first__lt=F("second"))),
            one_of("duplicatepair", "status", PairStatus),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} / {self.second_id}"


class Merge(models.Model):
    """One center became part of another. `before`: all that was moved or overwritten, for undoing it."""

    survivor = models.ForeignKey(Center, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Center, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    before = models.JSONField(default=dict)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(survivor=F("merged"))),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.survivor_id}"
