"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`site_name`, `site_runner`, `site_contact`, `quick_exit_url` and the crisis lines (`crisis`). No query, no cookie."""
    return {
        "site_name": settings.SITE_NAME,
        "site_runner": settings.SITE_RUNNER,
        "site_contact": settings.SITE_CONTACT,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "crisis": settings.CRISIS_LINES,
    }
