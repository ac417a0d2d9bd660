"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix

from iopfinder.brand.painting import papers


def fragment_key(key: str, prefix: str, version: int) -> str:
    """The key of a kept part of a page: its links begin where the site is mounted."""
    return f"{get_script_prefix()}:{version}:{key}"


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, who runs it, how to write to them, where quick exit leads, the crisis lines, whose
    pictures lie under a map ("" for nobody's), and what else the brand says: logo, footer, whether there is a
    picture to share, the color of the page in light and in dark, the levels of care the directory lists.

    Asks no database and touches no cookie: error pages and the front page use it too.
    """
    return {
        "site_name": settings.SITE_NAME,
        "site_runner": settings.SITE_RUNNER,
        "site_contact": settings.SITE_CONTACT,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "crisis": settings.CRISIS_LINES,
        "site_logo": settings.BRAND.logo,
        "site_footer": settings.BRAND.footer,
        "site_share": bool(settings.BRAND.share) or not settings.BRAND.key,
        "site_papers": papers(settings.BRAND, settings.BASE_DIR / "static" / "css" / "theme.css"),
        "levels_listed": settings.LEVELS_LISTED,
        "map_tile_host": settings.MAP_TILE_ORIGIN.removeprefix("https://"),
    }
