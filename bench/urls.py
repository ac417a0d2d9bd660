"""The site's addresses and the reference pages, behind the same middleware."""

from django.urls import path

from bench import plain, references
from iopfinder.urls import urlpatterns as site

urlpatterns = [
    *site,
    path("bench/literal/", references.literal),
    path("bench/cards/", references.cards),
    path("bench/kept-cards/", references.kept_cards),
    path("bench/plain/", plain.plain),
]
