"""A center with a few facts and a program; a mail server on loopback that keeps what it is given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from programs.models import Center
from tests.programs import factories

TOKEN = re.compile(r"/confirm/([0-9a-z-]+)/")


@dataclass
class Letters:
    """What a mail server was given. refused: addresses it takes nothing for; down: it takes nothing."""

    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    down: bool = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.down or address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def letters(settings) -> Iterator[Letters]:
    """What a real mail server on loopback was given through Django's SMTP backend."""
    box = Letters()
    server = Controller(box, hostname="127.0.0.1", port=0, server_hostname="localhost")
    server.start()
    assert server.server is not None
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server.sockets[0].getsockname()[1]
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 10
    settings.SITE_URL = "https://find.example.org"
    settings.SITE_RUNNER, settings.SITE_CONTACT = "Example County", "listings@find.example.org"
    yield box
    server.stop()


@pytest.fixture
def center(db) -> Center:
    return a_center()


def a_center(**fields: Any) -> Center:
    """A published center with an IOP; a coordinator heard that it takes Medicaid and has no telehealth."""
    fields = {"name": "Kite Clinic", "email": "desk@kite.example", **fields}
    return factories.center(["iop"], yes=["pay_medicaid"], no=["telehealth"], **fields)


def tokens_in(message: EmailMessage) -> set[str]:
    return set(TOKEN.findall(message.get_content()))
