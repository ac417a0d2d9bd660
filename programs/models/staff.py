"""Who works on the directory, and how far each may reach. What a role may do: `programs.staff.roles`."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.centers import Center, Organization
from programs.models.changes import kept
from programs.models.columns import one_of


class RoleChoices(models.TextChoices):
    """`programs.staff.roles.Role`, with words for forms and the admin."""

    ADMIN = "admin", _("Platform admin")
    COORDINATOR = "coordinator", _("Care coordinator")
    REVIEWER = "reviewer", _("Reviewer")
    CENTER = "center", _("Center staff")
    READER = "reader", _("Read only")


class StaffMember(models.Model):
    """The role of an account. An account without one may do nothing; a superuser is a platform admin.

    Coordinators, reviewers and readers reach centers in `states` or of `organizations`, and all of them where
    both are empty. Center staff reach `centers` only, and none where that is empty.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="staff_member"
    )
    role = models.CharField(_("role"), max_length=12, choices=RoleChoices)
    states = models.JSONField(
        _("states"), default=list, blank=True, help_text=_("Two-letter codes. None: no limit by state.")
    )
    organizations = models.ManyToManyField(
        Organization, blank=True, related_name="+", verbose_name=_("organizations")
    )
    centers = models.ManyToManyField(Center, blank=True, related_name="+", verbose_name=_("centers"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    history = kept(m2m_fields=[organizations, centers])

    class Meta:
        ordering = ["user_id"]
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")
        constraints = [one_of("staffmember", "role", RoleChoices)]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """A way for an invited account to set its first password. The address holds a token; this, its digest."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitation")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return str(self.user)
