"""The rows the search reads, to look into. Only `programs.listings.rebuild` writes them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programs.admin.fact_field import summary
from programs.admin.reading import ReadOnlyAdmin
from programs.models import Listing


@admin.register(Listing)
class ListingAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "track", "city", "state", "said_on", "in_latest_edition", "is_sample"]
    list_filter = ["level", "state", "in_latest_edition", "is_sample"]
    search_fields = ["name", "city"]
    ordering = ["center_id", "program_id"]
    readonly_fields = ["known"]
    fields = [
        "center",
        "program",
        "level",
        "track",
        "known",
        "said_on",
        "said_method",
        "said_source",
        "hours_per_week_min",
        "hours_per_week_max",
        "openings",
        "openings_until",
        "approximate",
        "in_latest_edition",
        "is_sample",
    ]

    @admin.display(description=_("what is known"))
    def known(self, listing: Listing) -> str:
        return summary(listing.facts)
