"""Addresses of the directory. `iopfinder.urls` includes them under /programs/; the guide is beside them."""

from django.urls import path, register_converter

from programs import compare_views, map_views, views
from programs.confirming import views as confirming
from programs.models.centers import SHORT_ID
from programs.visitors import views as visits


class ShortId:
    """The first hexadecimal digits of a center's public id."""

    regex = rf"[0-9a-f]{{{SHORT_ID}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class LinkToken:
    """The secret of a one-time link (`programs.confirming.tokens`), as somebody may have typed it."""

    regex = r"[0-9A-Za-z-]{28,60}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ShortId, "short_id")
register_converter(LinkToken, "link_token")
app_name = "programs"
urlpatterns = [
    path("programs/", views.search, name="search"),
    path("programs/places/", views.places, name="places"),
    path("programs/map/", map_views.search_map, name="map"),
    path("programs/week/", views.week, name="week"),
    path("programs/compare/", compare_views.compare, name="compare"),
    path("programs/call/", compare_views.call, name="call_sheet"),
    path("programs/why-this-order/", views.why_order, name="why_order"),
    path("programs/centers/<slug:slug>-<short_id:short_id>/", views.center, name="center"),
    path("programs/centers/<slug:slug>-<short_id:short_id>/map/", map_views.center_map, name="center_map"),
    path("programs/centers/<slug:slug>-<short_id:short_id>/report/", visits.report, name="report"),
    path("programs/centers/<slug:slug>-<short_id:short_id>/call-back/", visits.call_back, name="call_back"),
    path("programs/your-code/", visits.by_code, name="by_code"),
    path("programs/your-code/withdraw/", visits.withdraw, name="withdraw"),
    path("confirm/<link_token:token>/", confirming.confirm, name="confirm"),
    path("confirm/thanks/", confirming.confirmed, name="confirmed"),
    path("guide/levels/", views.levels, name="levels"),
]
