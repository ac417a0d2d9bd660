"""Addresses of the API. `iopfinder.urls` includes them under /api/, without a language."""

from django.urls import path

from programs.api import bulk, views
from programs.api.endpoints import ENDPOINTS

VIEWS = {
    "root": views.root,
    "services": views.service_list,
    "service": views.service,
    "at_locations": views.at_location_list,
    "at_location": views.at_location,
    "organizations": views.organization_list,
    "organization": views.organization,
    "taxonomies": views.taxonomy_list,
    "taxonomy": views.taxonomy,
    "terms": views.term_list,
    "term": views.term,
    "search": views.search,
}
app_name = "programs_api"
urlpatterns = [
    path("bulk/programs.csv", bulk.programs_csv, name="bulk_csv"),
    path("bulk/programs.geojson", bulk.programs_geojson, name="bulk_geojson"),
    path("bulk/programs.xlsx", bulk.programs_xlsx, name="bulk_xlsx"),
    path("openapi.json", views.openapi, name="openapi"),
    *(path(one.path.replace("{id}", "<str:wanted>"), VIEWS[one.name], name=one.name) for one in ENDPOINTS),
]
