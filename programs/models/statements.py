"""Who said what about a center, how and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.facts import Said
from programs.models.centers import Center, Program
from programs.models.changes import kept
from programs.models.columns import FactColumns, fact_constraints, one_of


class StatementSource(models.TextChoices):
    SAMHSA_SU = "samhsa_su", _("National directory, substance use")
    SAMHSA_MH = "samhsa_mh", _("National directory, mental health")
    FINDTREATMENT_SU = "findtreatment_su", _("FindTreatment.gov, substance use")
    FINDTREATMENT_MH = "findtreatment_mh", _("FindTreatment.gov, mental health")
    LIST = "list", _("State or local list")
    COORDINATOR = "coordinator", _("Care coordinator")
    CENTER = "center", _("The center")
    SAMPLE = "sample", _("Sample")


class StatementMethod(models.TextChoices):
    DIRECTORY = "directory", _("Directory")
    PHONE = "phone", _("By phone")
    WEBSITE = "website", _("Center's website")
    EMAIL = "email", _("By email")
    VISIT = "visit", _("On a visit")
    CENTER = "center", _("By the center itself")


class Statement(FactColumns):
    """What one source said on one day about a center, or about one of its programs.

    The masks hold what it said yes and no to; about all other facts it said nothing. `programs.facts.merge`
    makes one picture of all statements; `programs.listings.rebuild` writes that picture for the search.
    """

    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="statements", verbose_name=_("center")
    )
    program = models.ForeignKey(
        Program,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("only about this program"),
    )
    source = models.CharField(_("source"), max_length=20, choices=StatementSource)
    method = models.CharField(_("how"), max_length=10, choices=StatementMethod)
    said_on = models.DateField(_("when"))
    edition = models.PositiveSmallIntegerField(_("edition"), null=True, blank=True)
    is_current = models.BooleanField(
        _("current"),
        default=True,
        editable=False,
        help_text=_("Off: the latest edition of its directory no longer lists the row it comes from."),
    )
    said_by = models.CharField(
        _("who"), max_length=100, blank=True, help_text=_("For example: intake. No names of clients.")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("For colleagues who call next. No names of clients."),
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    history = kept()

    class Meta:
        ordering = ["-said_on", "-id"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            *fact_constraints("statement"),
            one_of("statement", "source", StatementSource),
            one_of("statement", "method", StatementMethod),
            models.CheckConstraint(
                name="statement_directory_has_edition",
                condition=~Q(method="directory") | Q(edition__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}, {self.get_method_display()}, {self.said_on:%Y-%m-%d}"

    @property
    def said(self) -> Said:
        """This statement for the pure functions of `programs.facts`; `ref` is the statement."""
        number = self.pk or 0
        return Said(self.facts, self.source, self.method, self.said_on, self, self.is_current, number)
