"""ZIP codes and cities, to look up. `manage.py load_places` writes them."""

from django.contrib import admin

from programs.admin.reading import ReadOnlyAdmin
from programs.models import City, ZipCode


@admin.register(ZipCode)
class ZipCodeAdmin(ReadOnlyAdmin):
    list_display = ["zip", "city", "state", "county", "lat", "lon"]
    list_filter = ["state"]
    search_fields = ["^zip", "city"]


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "county", "zip_count", "lat", "lon"]
    list_filter = ["state"]
    search_fields = ["name", "search_name"]
