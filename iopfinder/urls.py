"""Every address of the site. English has no prefix; Spanish lives under /es/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
urlpatterns += i18n_patterns(prefix_default_language=False)
