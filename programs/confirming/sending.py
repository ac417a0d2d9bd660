"""Mail to a center: plain text in English and Spanish, through Django's mail backend.

It names the center, who runs the site and how to reach them, and says that nobody has to answer. It holds no
word about anybody's health, and nothing that tells us whether it was read.
"""

from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override

from programs.confirming import links
from programs.models import CenterLink

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
"""What settings choose where no mail server is named."""


class NotSentError(Exception):
    """The mail did not go out. ``str()`` says why, without an address."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def send(link: CenterLink, token: str, connection: BaseEmailBackend | None = None) -> None:
    """Sends the link to the address it was made for, and withdraws the center's other links.

    NotSentError: then the link works no more, and the others as before.
    """
    try:
        _hand_over(link, token, connection)
    except (SMTPException, OSError, ValueError) as error:
        links.withdraw(link)
        raise NotSentError(_why(error)) from error
    except NotSentError:
        links.withdraw(link)
        raise
    CenterLink.objects.filter(pk=link.pk).update(sent_at=timezone.now())
    links.replace_others(link)


def _hand_over(link: CenterLink, token: str, connection: BaseEmailBackend | None) -> None:
    if settings.EMAIL_BACKEND == NOWHERE:
        raise NotSentError(gettext("No mail server is set up (EMAIL_URL)."))
    if not link.email:
        raise NotSentError(gettext("The center has no e-mail address."))
    letter = written(link, token)
    message = EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[link.email],
        reply_to=[settings.SITE_CONTACT] if settings.SITE_CONTACT else None,
        # Answering machines answer machines unless they are told.
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        connection=connection,
    )
    if not message.send():
        raise NotSentError(gettext("The mail server took nothing."))


def written(link: CenterLink, token: str) -> Letter:
    """The mail, English first. One line of subject, whatever stands in the center's name."""
    bodies, subjects = [], []
    for language, _ in settings.LANGUAGES:
        with override(language):
            name = " ".join(str(link.center.name).split())
            subjects.append(gettext("Is your listing still right?"))
            context = {
                "center": link.center,
                "name": name,
                "address": links.address(token, language),
                "expires": timezone.localdate(link.expires_at),
                "is_reminder": link.is_reminder,
                "site": settings.SITE_NAME,
                "runner": settings.SITE_RUNNER,
                "contact": settings.SITE_CONTACT,
            }
            bodies.append(render_to_string("confirming/mail.txt", context).strip())
    return Letter(f"{' / '.join(subjects)} {name}", "\n\n\n".join(bodies) + "\n")


def _why(error: Exception) -> str:
    """The kind of failure and the server's number for it. Its own words may quote the address."""
    code = getattr(error, "smtp_code", "") or getattr(error, "errno", "") or ""
    return f"{type(error).__name__} {code}".strip()
