"""A center with a few facts and a program; a mail server on loopback that keeps what it is given."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
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
    """What a mail server was given. refused: addresses it takes nothing for; down: it takes nothing.

    hold_at: which mail it takes and then never answers about, until `let_go`; `holding` is set meanwhile.
    """

    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    down: bool = False
    hold_at: int = 0
    holding: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

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
        if len(self.taken) == self.hold_at:
            self.holding.set()
            while not self.released.is_set():
                await asyncio.sleep(0.01)
        return "250 OK"

    def let_go(self) -> None:
        self.released.set()


@pytest.fixture
def letters(settings) -> Iterator[Letters]:
    """What a real mail server on loopback was given through Django's SMTP backend."""
    box = Letters()
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port, server_hostname="localhost")
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 10
    settings.SITE_URL = "https://find.example.org"
    settings.SITE_RUNNER, settings.SITE_CONTACT = "Example County", "listings@find.example.org"
    yield box
    box.let_go()
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
