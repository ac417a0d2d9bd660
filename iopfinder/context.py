"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, who runs it, how to write to them, where quick exit leads, the crisis lines, and whose
    pictures lie under a map ("" for nobody's).

    Asks no database and touches no cookie: error pages and the front page use it too.
    """
    return {
        "site_name": settings.SITE_NAME,
        "site_runner": settings.SITE_RUNNER,
        "site_contact": settings.SITE_CONTACT,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "crisis": settings.CRISIS_LINES,
        "map_tile_host": settings.MAP_TILE_ORIGIN.removeprefix("https://"),
    }
