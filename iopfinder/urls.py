"""Every address of the site. English has no prefix; Spanish lives under /es/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from iopfinder import views

urlpatterns = [
    path("admin/", admin.site.urls),
    # Leaving needs no language, and one address is easier to keep working.
    path("leave/", views.quick_exit, name="quick_exit"),
    path("left/", views.left, name="left"),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("crisis/", views.crisis, name="crisis"),
    path("privacy/", views.privacy, name="privacy"),
    path("about/", views.about, name="about"),
    path("families/", views.families, name="families"),
    prefix_default_language=False,
)
