"""Addresses of the guide. `iopfinder.urls` includes them under /guide/, after the level table's own."""

from django.urls import path

from iopfinder.guide import views

app_name = "guide"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:code>/", views.page, name="page"),
]
