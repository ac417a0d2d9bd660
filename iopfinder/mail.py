"""Where an operator's mail goes out, read from one address. Pure.

``smtp+tls://user:password@mail.example.org`` is a server that turns to TLS (port 587), ``smtps://`` one that
speaks it from the start (465), ``smtp://`` one that does not: for a relay on this machine (25). ``console:``
prints mail instead of sending it.
"""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BACKENDS = "django.core.mail.backends"
NOWHERE = f"{BACKENDS}.dummy.EmailBackend"
CONSOLE = f"{BACKENDS}.console.EmailBackend"
SMTP = f"{BACKENDS}.smtp.EmailBackend"
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
TIMEOUT = 10
"""Seconds a page waits for the mail server: whoever sent a form waits with it."""


def read(address: str) -> dict[str, object]:
    """Django's mail settings for one address; "" sends nothing. ImproperlyConfigured for any other word."""
    if not address:
        return {"EMAIL_BACKEND": NOWHERE}
    if address == "console:":
        return {"EMAIL_BACKEND": CONSOLE}
    server = urlsplit(address)
    try:
        port = server.port
    except ValueError:
        port = 0
    if server.scheme not in PORTS or not server.hostname or port == 0 or server.path.strip("/"):
        # Not quoted: there is a password in it.
        raise ImproperlyConfigured(
            "EMAIL_URL must be like smtp+tls://user:password@mail.example.org:587, smtps:// for TLS from the "
            "start, smtp:// for none, or console: to print mail. Write % and @ of a password as %25 and %40."
        )
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": server.hostname,
        "EMAIL_PORT": port or PORTS[server.scheme],
        "EMAIL_HOST_USER": unquote(server.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(server.password or ""),
        "EMAIL_USE_TLS": server.scheme == "smtp+tls",
        "EMAIL_USE_SSL": server.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT,
    }
