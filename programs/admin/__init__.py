"""The staff's side of the directory: Django's own admin, told what a directory is."""

from django.conf import settings
from django.contrib import admin
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.admin import accounts, centers, imports, listings, organizations, places, programs, statements

__all__ = ["accounts", "centers", "imports", "listings", "organizations", "places", "programs", "statements"]

# Not the template variable site_name: the sign-in page gives it the name of the host.
admin.site.site_header = lazy(lambda: f"{settings.SITE_NAME}: {gettext('Directory desk')}", str)()
admin.site.site_title = _("Directory desk")
admin.site.index_title = _("What would you like to look after?")
admin.site.empty_value_display = "–"
