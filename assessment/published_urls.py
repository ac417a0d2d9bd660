"""Addresses of the protocol as data, without a language: under /api/protocol/."""

from django.urls import path, re_path

from assessment import published_views as views

app_name = "protocol"
urlpatterns = [
    re_path(r"^questionnaire\.(?P<language>en|es)\.json$", views.questions, name="questions"),
    path("flow.svg", views.flow, name="flow"),
    re_path(r"^(?P<version>[a-z0-9.-]{1,40})\.json$", views.protocol, name="version"),
]
