"""Every address of the site. English has no prefix; Spanish lives under /es/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from iopfinder import health, metrics, reports, sitemaps, views
from iopfinder.guide.views import families

handler400 = "iopfinder.errors.bad_request"
handler500 = "iopfinder.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    # Leaving needs no language, and one address is easier to keep working.
    path("leave/", views.quick_exit, name="quick_exit"),
    path("left/", views.left, name="left"),
    path("healthz", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.show, name="metrics"),
    path("policy-reports/", reports.policy, name="policy_reports"),
    # Browsers ask for this by themselves on pages that name no icon, such as the admin's.
    path("favicon.ico", views.icon, name="icon"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-centers-<slug:state>-<int:part>.xml", sitemaps.centers, name="sitemap_centers"),
]
urlpatterns += [
    # For machines: one language, and no prefix for it.
    path("api/protocol/", include("assessment.published_urls")),
    path("api/", include("programs.api.urls")),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("crisis/", views.crisis, name="crisis"),
    path("privacy/", views.privacy, name="privacy"),
    path("about/", views.about, name="about"),
    path("data/", views.data, name="data"),
    path("families/", families, name="families"),
    path("assessment/", include("assessment.urls")),
    path("", include("programs.urls")),
    path("guide/", include("iopfinder.guide.urls")),
    prefix_default_language=False,
)
