"""Where an operator's map pictures come from, if they want any. Pure."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PARTS = ("{z}", "{x}", "{y}")


def origin(template: str) -> str:
    """The origin of an address of tiles such as https://tiles.example.org/{z}/{x}/{y}.png; "" for none.

    ImproperlyConfigured for one that a policy cannot name exactly, or that is no address of tiles.
    """
    if not template:
        return ""
    address = urlsplit(template)
    missing = [part for part in PARTS if part not in address.path + address.query]
    if address.scheme != "https" or not address.hostname or set("{}*;, ") & set(address.netloc) or missing:
        raise ImproperlyConfigured(
            f"MAP_TILE_URL={template!r} must be https, name one server, and hold {', '.join(PARTS)}: "
            "for example https://tiles.example.org/{z}/{x}/{y}.png"
        )
    return f"https://{address.netloc}"
