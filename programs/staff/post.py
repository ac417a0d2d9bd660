"""Mail to staff: a subject and plain words, from templates/staff/mail/."""

import logging
import threading
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def send(name: str, user: User, context: dict[str, Any]) -> bool:
    """Sends templates/staff/mail/<name>.txt; its first line is the subject. False when it did not go out."""
    text = render_to_string(
        f"staff/mail/{name}.txt",
        {
            **context,
            "user": user,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "site_runner": settings.SITE_RUNNER,
        },
    )
    subject, _, body = text.strip().partition("\n")
    message = EmailMessage(subject.strip(), body.strip() + "\n", to=[user.email])
    try:
        return message.send() == 1
    except (SMTPException, OSError):
        # The message of the error quotes addresses: its kind is enough.
        log.exception("staff mail was not taken")
        return False


def send_apart(name: str, user: User, context: dict[str, Any]) -> threading.Thread:
    """The same beside the request: how long a page takes must not tell whether anybody was written to."""
    thread = threading.Thread(target=send, args=(name, user, context), name="staff mail")
    thread.start()
    return thread
