"""How a center speaks for itself: one-time links, and what is proposed until somebody has looked at it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models.centers import Center, Program
from programs.models.columns import FactColumns, fact_constraints, one_of


class CenterLink(models.Model):
    """A link by which one center confirms or corrects its listing, once. We keep a digest of its token."""

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="links", verbose_name=_("center")
    )
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    email = models.EmailField(_("sent to"), blank=True)
    is_reminder = models.BooleanField(_("reminder"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("link to a center")
        verbose_name_plural = _("links to centers")

    def __str__(self) -> str:
        return f"{self.center_id}: {self.created_at:%Y-%m-%d}"


class ProposalStatus(models.TextChoices):
    WAITING = "waiting", _("To look at")
    ACCEPTED = "accepted", _("Accepted")
    PARTLY = "partly", _("Accepted in part")
    DECLINED = "declined", _("Declined")


class Proposal(FactColumns):
    """What a center says should be different. Nothing of it shows before somebody accepts it.

    `changes`: column → new value, of the center or of `program`. `base`: the same columns as they were
    when it was proposed. The masks hold facts said yes and no.
    """

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("center")
    )
    program = models.ForeignKey(
        Program, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("program")
    )
    link = models.ForeignKey(
        CenterLink, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_by = models.CharField(_("who"), max_length=100, blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    base = models.JSONField(_("as it was"), default=dict)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalStatus, default=ProposalStatus.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        indexes = [models.Index(fields=["status", "created_at"], name="proposal_waiting")]
        constraints = [
            *fact_constraints("proposal"),
            one_of("proposal", "status", ProposalStatus),
            models.CheckConstraint(
                name="proposal_decided_at",
                condition=Q(status="waiting", decided_at__isnull=True)
                | (~Q(status="waiting") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.center_id}: {self.created_at:%Y-%m-%d}"
