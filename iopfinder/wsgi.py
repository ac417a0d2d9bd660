"""The WSGI application that a server runs."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from iopfinder import brand

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iopfinder.settings")

_CHARSET = re.compile(r";\s*charset\s*=.*", re.IGNORECASE | re.DOTALL)
_OURS = re.compile(r";\s*charset\s*=\s*\"?utf-?8\"?\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)
_django = get_wsgi_application()
# Servers run no checks: a site under half a brand would show the wrong name over the wrong numbers.
brand.refuse(settings.BRAND_PROBLEMS)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, but for one thing: it reads an address by the character set a request names before any
    middleware could look, and breaks on Python's "character sets" that are none (hex, rot13). Such a name is
    made one that nobody knows; `iopfinder.middleware.utf8_only` then answers 400.
    """
    kind = environ.get("CONTENT_TYPE") or ""
    charset = _CHARSET.search(kind)
    if charset and not _OURS.fullmatch(charset[0]):
        environ["CONTENT_TYPE"] = f"{kind[: charset.start()]}; charset=not-utf-8"
    return _django(environ, start_response)
