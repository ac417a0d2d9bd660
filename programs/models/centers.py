"""Organizations, their centers, the programs there, and the sessions of a program's week."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programs.geo import Point
from programs.models.changes import kept
from programs.models.columns import one_of, within
from programs.querysets import CenterQuerySet, ProgramQuerySet
from programs.timetable import Slot

SHORT_ID = 10
"""Hexadecimal digits of the public id that stand in a center's address."""


class LevelChoices(models.TextChoices):
    """`programs.levels.Level`, with words for forms and the admin."""

    OUTPATIENT = "outpatient", _("Outpatient")
    IOP = "iop", _("Intensive outpatient (IOP)")
    PHP = "php", _("Day program (PHP)")
    RESIDENTIAL = "residential", _("Residential")
    DETOX = "detox", _("Detox")


class UsTimeZone(models.TextChoices):
    """IANA names of the zones in which US centers keep their timetables."""

    EASTERN = "America/New_York", _("Eastern")
    CENTRAL = "America/Chicago", _("Central")
    MOUNTAIN = "America/Denver", _("Mountain")
    ARIZONA = "America/Phoenix", _("Arizona")
    PACIFIC = "America/Los_Angeles", _("Pacific")
    ALASKA = "America/Anchorage", _("Alaska")
    HAWAII = "Pacific/Honolulu", _("Hawaii")
    PUERTO_RICO = "America/Puerto_Rico", _("Puerto Rico and the Virgin Islands")
    GUAM = "Pacific/Guam", _("Guam and the Northern Marianas")
    SAMOA = "Pacific/Pago_Pago", _("American Samoa")
    PALAU = "Pacific/Palau", _("Palau")


class CenterStatus(models.TextChoices):
    """Draft and review were never public; closed and merged keep an address for those who still have it."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("To be reviewed")
    PUBLISHED = "published", _("Published")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged into another")


UNPUBLISHED = (CenterStatus.DRAFT, CenterStatus.REVIEW)
"""Nobody outside has ever seen these."""


class CenterLocation(models.TextChoices):
    EXACT = "exact", _("Address")
    ZIP = "zip", _("Approximate: middle of the ZIP code")
    UNKNOWN = "unknown", _("Unknown")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class SessionKind(models.TextChoices):
    GROUP = "group", _("Group")
    INDIVIDUAL = "individual", _("One-to-one")
    FAMILY = "family", _("Family")
    MEDICAL = "medical", _("Medical")


class Organization(models.Model):
    """Who runs one or more centers. From a directory: centers of one name in one state."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(_("state"), max_length=2, blank=True)
    website = models.URLField(_("website"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    history = kept()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.CheckConstraint(name="organization_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})" if self.state else self.name


class Center(models.Model):
    """A place where care is given. Its facts are stated by `Statement`s, never stored here."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="centers", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=200)
    name_detail = models.CharField(_("second line of the name"), max_length=200, blank=True)
    slug = models.SlugField(_("address part"), max_length=120, db_index=False)
    status = models.CharField(
        _("status"), max_length=10, choices=CenterStatus, default=CenterStatus.PUBLISHED
    )
    street1 = models.CharField(_("street"), max_length=200, blank=True)
    street2 = models.CharField(_("street, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100)
    state = models.CharField(_("state"), max_length=2)
    zip = models.CharField(_("ZIP code"), max_length=5)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    intake_phones = models.CharField(
        _("intake phones"), max_length=200, blank=True, help_text=_("Several are parted by semicolons.")
    )
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("For asking the center itself. Not shown on the site.")
    )
    takes_inquiries = models.BooleanField(
        _("takes call-back requests"),
        default=False,
        help_text=_("Only where the center has agreed to call back people who ask."),
    )
    kept_columns = models.JSONField(
        _("kept by people"),
        default=list,
        editable=False,
        help_text=_("Columns a person has set: an import does not overwrite these."),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged_here"
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    location = models.CharField(
        _("location is"), max_length=8, choices=CenterLocation, default=CenterLocation.UNKNOWN
    )
    in_latest_edition = models.BooleanField(
        _("in the latest edition"),
        null=True,
        editable=False,
        help_text=_("Unknown for a center that no directory listed."),
    )
    is_sample = models.BooleanField(_("sample"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = CenterQuerySet.as_manager()
    history = kept()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        indexes = [
            models.Index(fields=["zip"], name="center_zip"),
            models.Index(fields=["state", "city"], name="center_state_city"),
            models.Index(fields=["name", "id"], name="center_name"),
            models.Index(fields=["status"], name="center_status"),
            models.Index(fields=["phone"], name="center_phone"),
        ]
        constraints = [
            models.CheckConstraint(name="center_named", condition=~Q(name="") & ~Q(slug="")),
            models.CheckConstraint(name="center_zip_5_digits", condition=Q(zip__regex=r"^[0-9]{5}$")),
            models.CheckConstraint(name="center_state_2_letters", condition=Q(state__regex=r"^[A-Z]{2}$")),
            within("center", "lat", -90, 90),
            within("center", "lon", -180, 180),
            models.CheckConstraint(
                name="center_location_whole",
                condition=Q(location="unknown", lat__isnull=True, lon__isnull=True)
                | (~Q(location="unknown") & Q(lat__isnull=False, lon__isnull=False)),
            ),
            one_of("center", "status", CenterStatus),
            models.CheckConstraint(
                name="center_merged_into_one",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
            ),
            one_of("center", "location", CenterLocation),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}, {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("programs:center", kwargs={"slug": self.slug, "short_id": self.short_id})

    @property
    def web_address(self) -> str:
        """The website as a link may hold it; "" for anything a browser would run instead of opening."""
        return self.website if self.website.lower().startswith(("http://", "https://")) else ""

    @property
    def short_id(self) -> str:
        return self.public_id.hex[:SHORT_ID]

    @property
    def point(self) -> Point | None:
        return None if self.lat is None or self.lon is None else Point(self.lat, self.lon)


class Program(models.Model):
    """One level of care offered at a center, in one track ("" is the only or the general one).

    Empty numbers mean that nobody has told us. `details_from` says who stated the numbers here.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    center = models.ForeignKey(
        Center, on_delete=models.CASCADE, related_name="programs", verbose_name=_("center")
    )
    level = models.CharField(_("level of care"), max_length=12, choices=LevelChoices)
    track = models.CharField(
        _("track"), max_length=60, blank=True, help_text=_("For example: evening group, teens, women.")
    )
    is_listed = models.BooleanField(
        _("listed"), default=True, help_text=_("Off: no source lists this program any more.")
    )
    hours_per_week_min = models.DecimalField(
        _("hours a week, from"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    hours_per_week_max = models.DecimalField(
        _("hours a week, to"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    weeks_min = models.PositiveSmallIntegerField(_("weeks, from"), null=True, blank=True)
    weeks_max = models.PositiveSmallIntegerField(_("weeks, to"), null=True, blank=True)
    price_min = models.DecimalField(
        _("price a week, from"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    price_max = models.DecimalField(
        _("price a week, to"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    deposit = models.DecimalField(_("deposit"), max_digits=8, decimal_places=2, null=True, blank=True)
    wait_days = models.PositiveSmallIntegerField(_("days to wait for intake"), null=True, blank=True)
    plans = models.TextField(_("insurance plans it takes"), blank=True)
    admission = models.TextField(_("who is admitted, and what has to come first"), blank=True)
    intake = models.TextField(_("how intake works"), blank=True)
    family = models.TextField(_("how family takes part"), blank=True)
    return_to_use_policy = models.TextField(_("what happens after a return to use"), blank=True)
    aftercare = models.TextField(_("after the program"), blank=True)
    openings = models.PositiveSmallIntegerField(_("open places"), null=True, blank=True)
    openings_until = models.DateField(
        _("open places hold until"), null=True, blank=True, help_text=_("After this day the page shows none.")
    )
    details_from = models.ForeignKey(
        "programs.Statement",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="detailed_programs",
        verbose_name=_("details stated by"),
    )

    objects = ProgramQuerySet.as_manager()
    history = kept()

    class Meta:
        ordering = ["center_id", "id"]
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        constraints = [
            models.UniqueConstraint(fields=["center", "level", "track"], name="program_once_per_track"),
            one_of("program", "level", LevelChoices),
            within("program", "hours_per_week_min", 0, 168),
            within("program", "hours_per_week_max", 0, 168),
            *(
                models.CheckConstraint(
                    name=f"program_{name}_in_order",
                    condition=Q(**{f"{name}_min__isnull": True})
                    | Q(**{f"{name}_max__isnull": True})
                    | Q(**{f"{name}_min__lte": F(f"{name}_max")}),
                )
                for name in ("hours_per_week", "weeks", "price")
            ),
            models.CheckConstraint(
                name="program_prices_positive",
                condition=(Q(price_min__isnull=True) | Q(price_min__gte=0))
                & (Q(deposit__isnull=True) | Q(deposit__gte=0)),
            ),
            models.CheckConstraint(
                name="program_openings_expire",
                condition=Q(openings__isnull=True) | Q(openings_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} – {self.track}" if self.track else self.get_level_display()

    @property
    def slots(self) -> list[Slot]:
        """Its sessions for `programs.week`; no query where they are prefetched."""
        return [
            Slot(one.day, one.starts, one.ends, one.kind, one.time_zone, one.telehealth)
            for one in self.sessions.all()
        ]


class Session(models.Model):
    """One meeting in a program's week, in local time of `time_zone`."""

    program = models.ForeignKey(
        Program, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("program")
    )
    day = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    kind = models.CharField(_("kind"), max_length=10, choices=SessionKind, default=SessionKind.GROUP)
    telehealth = models.BooleanField(_("by telehealth"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, choices=UsTimeZone)

    history = kept()

    class Meta:
        ordering = ["day", "starts", "id"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["program", "day", "starts", "kind"], name="session_once_a_week"),
            models.CheckConstraint(name="session_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="session_day_known", condition=Q(day__gte=0, day__lte=6)),
            one_of("session", "kind", SessionKind),
            one_of("session", "time_zone", UsTimeZone),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"
