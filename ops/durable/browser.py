"""A browser as far as the site is concerned: cookies, forms sent as they stand, and answers that get lost."""

import hashlib
import http.client
import random
import re
import secrets
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from ops.durable.site import HOST

Fields = Mapping[str, str | Sequence[str]]
File = tuple[str, str, bytes]
"""Name of the input, name of the file, content."""
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE = 90.0
"""Seconds after which a person would press the button again."""


class LostError(Exception):
    """No answer came, or one that says that the site could not: nobody can know what became of it."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    path: str

    @property
    def token(self) -> str:
        found = _TOKEN.search(self.text)
        return found.group(1) if found else ""


class Browser:
    """One person's browser behind the proxy. `loses`: how often an answer is lost on its way, 0 to 1."""

    def __init__(self, port: int, chance: random.Random, loses: float = 0.0) -> None:
        self.port, self.chance, self.loses = port, chance, loses
        self.cookies: dict[str, str] = {}
        self.lost = 0
        self.network()

    def network(self) -> None:
        """From now on this browser is in another network, so that no limit on one of them stops it."""
        self.address = ".".join(str(self.chance.randint(1, 250)) for _ in range(4))

    def get(self, path: str) -> Answer:
        """A page, after at most five redirects. LostError."""
        for _ in range(5):
            answer = self._ask("GET", path, b"", "")
            if answer.status not in (301, 302, 303):
                return answer
            path = answer.location
        raise RuntimeError(f"redirected for ever: {path}")

    def post(self, path: str, fields: Fields, files: Sequence[File] = ()) -> Answer:
        """Sends a form; redirects are not followed. LostError: it may have been taken all the same."""
        kind, body = _multipart(fields, files) if files else _urlencoded(fields)
        return self._ask("POST", path, body, kind)

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        parts = urlsplit(path)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, self._headers(kind))
            if method == "POST" and self.chance.random() < self.loses:
                self._hang_up(connection)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.lost += 1
            raise LostError(str(error)) from error
        finally:
            connection.close()
        self._keep(answer)
        if answer.status >= 500:
            self.lost += 1
            raise LostError(f"{answer.status} {path}")
        return Answer(answer.status, answer.getheader("Location") or "", text, path)

    def _hang_up(self, connection: http.client.HTTPConnection) -> None:
        """The answer gets lost: now, or while it is made."""
        time.sleep(self.chance.random() * 0.2)
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)
        raise OSError("hung up")

    def _headers(self, kind: str) -> dict[str, str]:
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address,
            "Origin": f"https://{HOST}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        return headers | ({"Content-Type": kind} if kind else {})

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def _urlencoded(fields: Fields) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(dict(fields), doseq=True).encode()


def _multipart(fields: Fields, files: Sequence[File]) -> tuple[str, bytes]:
    edge = hashlib.sha256(secrets.token_bytes(16)).hexdigest()
    flat = [
        (name, one)
        for name, value in fields.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
    head = f"--{edge}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{one}\r\n'.encode() for name, one in flat]
    for name, file, content in files:
        parts.append(f'{head}"{name}"; filename="{file}"\r\n\r\n'.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={edge}", b"".join([*parts, f"--{edge}--\r\n".encode()])
