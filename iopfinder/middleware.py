"""Headers and language for every answer the site gives."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]

# Nothing here needs a camera or a sensor. A page that one day does must say so here.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)


# The search has a button for "near me". The browser asks the visitor all the same.
POSITION_ON = frozenset({"programs:search"})
WITH_POSITION = PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)")


def safety_headers(get_response: GetResponse) -> GetResponse:
    """What Django and django-csp do not set, on every answer. It stands first, so that no other middleware
    can answer past it (a redirect to HTTPS, a file, a page that broke).

    - Permissions-Policy, and the Reporting-Endpoints that the policy's `report-to` names;
    - Cross-Origin-Resource-Policy: what may be fetched from elsewhere says so itself, as the API does;
    - Cross-Origin-Embedder-Policy on pages: nothing of others' is loaded that does not agree to it. Pictures
      under a map, where an operator asked for them, come without cookies and need not agree;
    - Origin-Agent-Cluster: no memory shared with another site of the same registered domain;
    - X-Robots-Tag: whatever is no page (data, downloads, this site's own lists) is not to be indexed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        policy = WITH_POSITION if match and match.view_name in POSITION_ON else PERMISSIONS_POLICY
        headers = response.headers
        headers.setdefault("Permissions-Policy", policy)
        headers.setdefault("Reporting-Endpoints", f'{settings.REPORT_GROUP}="{settings.REPORT_PATH}"')
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Origin-Agent-Cluster", "?1")
        if response.get("Content-Type", "").startswith("text/html"):
            embedder = "credentialless" if settings.MAP_TILE_ORIGIN else "require-corp"
            headers.setdefault("Cross-Origin-Embedder-Policy", embedder)
        else:
            headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return middleware


def utf8_only(get_response: GetResponse) -> GetResponse:
    """400 for a request that says it is written in anything but UTF-8, which all our pages ask for.

    Python also knows "character sets" that are none (hex, rot13, idna), and Django would read by them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            raise BadRequest("Not written in UTF-8.")
        return get_response(request)

    return middleware


class AddressLocaleMiddleware(LocaleMiddleware):
    """The address alone says the language: /es/ is Spanish, the rest English.

    Django's own adds `Vary: Accept-Language` to unprefixed pages, although that header decides
    nothing here, and every shared cache would then keep a copy per browser.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


class PublicGZipMiddleware(GZipMiddleware):
    """Compresses pages anybody may read: a search page is a fifth of its size on a weak signal.

    Pages made from somebody's answers (no-store) stay as they are: the length of a compressed page
    can tell what is in it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "no-store" in response.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
