"""The staff's side of the directory: Django's own admin, told what a directory is."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programs.admin import centers, imports, listings, organizations, places, programs, statements

__all__ = ["centers", "imports", "listings", "organizations", "places", "programs", "statements"]

admin.site.site_header = _("Directory desk")
admin.site.site_title = _("Directory desk")
admin.site.index_title = _("What would you like to look after?")
admin.site.empty_value_display = "–"
