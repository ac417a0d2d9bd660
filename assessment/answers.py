"""What a person has told us so far, kept in their own browser: the only code that touches the answer cookie.

Nothing is stored on the server. The cookie is encrypted and authenticated with a key that is derived from
SECRET_KEY for this purpose alone. The times of the first and the last visit lie inside, where nobody can
change them: the server refuses it half an hour after the last, and four hours after the first.
See docs/adr/0003-answers-live-in-the-browser.md.
"""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from assessment.domain import Protocol, load, versions
from assessment.renewal import Renewal, carried
from programs.sealing import BrokenSealError, derived, lock, unlock_with_any

COOKIE: str = settings.ANSWER_COOKIE_NAME
IDLE_SECONDS = 30 * 60
"""A draft nobody touched for this long is refused, whatever the browser still holds."""
LIFE_SECONDS = 4 * 60 * 60
"""Nor is one that was begun longer ago: somebody with a copy cannot keep it open for ever."""
MAX_BYTES = 4096
"""Browsers may drop a cookie (name, value and attributes) that is longer than this."""
NOT_SURE = "not_sure"

_FORMAT = 2
_PURPOSE = b"iopfinder assessment answers, format 1"
_BLOCK = 512
"""The plain text is filled up to a multiple of this: the length of the cookie tells nothing."""
_SKEW_SECONDS = 120

Given = str | tuple[str, ...]


class Loss(StrEnum):
    """Why a cookie that was there could not be used."""

    EXPIRED = "expired"
    OTHER_VERSION = "other_version"
    """Of questions this server does not know: newer ones, after an upgrade was taken back."""
    UNREADABLE = "unreadable"


class UnusableError(Exception):
    """The cookie cannot be used; `loss` says why."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss.value)
        self.loss = loss


@dataclass(frozen=True, slots=True, repr=False)
class Wishes:
    """What a person asks of a program beside their answers. Empty means: no wish."""

    zip: str = ""
    payment: tuple[str, ...] = ()
    language: str = ""
    gender: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """Answers in progress. `seen`: the safety pages this person has read and gone on from.

    Neither this nor `Wishes` can be printed with what it holds: a repr can end up in a log.
    """

    answers: Mapping[str, Given] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    asked_again: bool = False
    wishes: Wishes = Wishes()
    begun: int | None = field(default=None, compare=False)
    """When the first of it was locked, in seconds; None until then."""
    renewal: Renewal | None = field(default=None, compare=False)
    """Set when these answers were given to an older version of the questions and carried over."""

    @property
    def empty(self) -> bool:
        return not self.answers and not self.seen and self.wishes == Wishes()


EMPTY = Draft()


def _mask(codes: Iterable[str], known: tuple[str, ...]) -> int:
    return sum(1 << known.index(code) for code in codes)


def _known(options: tuple[str, ...]) -> tuple[str, ...]:
    return (*options, NOT_SURE)


def pack(draft: Draft, protocol: Protocol, at: float) -> bytes:
    """The draft as short as it goes: one number per question, a bit per option."""
    masks = []
    for question in protocol.questions:
        given = draft.answers.get(question.id, ())
        masks.append(_mask((given,) if isinstance(given, str) else given, _known(question.options)))
    wishes = draft.wishes
    body = [
        _FORMAT,
        protocol.version,
        int(at),
        int(at) if draft.begun is None else draft.begun,
        masks,
        sorted(draft.seen),
        int(draft.asked_again),
        [wishes.zip, list(wishes.payment), wishes.language, wishes.gender],
    ]
    plain = json.dumps(body, separators=(",", ":")).encode()
    return plain + b" " * (-len(plain) % _BLOCK)


def unpack(plain: bytes, protocol: Protocol, at: float) -> Draft:
    """The draft in these bytes; answers to an older version of the questions are carried over.

    UnusableError when it is too old, of a version this server does not have, or malformed.
    """
    try:
        body = json.loads(plain)
        form, version, issued, *rest = body
    except (ValueError, TypeError) as error:
        raise UnusableError(Loss.UNREADABLE) from error
    given_under = _version(version, protocol)
    if form != _FORMAT or given_under is None:
        raise UnusableError(Loss.OTHER_VERSION)
    try:
        begun, masks, seen, asked_again, (zip_code, payment, language, gender) = rest
        answers = _answers(masks, given_under)
        wishes = Wishes(zip_code, tuple(payment), language, gender)
        latest = at + _SKEW_SECONDS
        fresh = at - IDLE_SECONDS <= issued <= latest and at - LIFE_SECONDS <= begun <= latest
    except (ValueError, TypeError, IndexError) as error:
        raise UnusableError(Loss.UNREADABLE) from error
    if not fresh:
        raise UnusableError(Loss.EXPIRED)
    # A box under a private code tells no time: what comes out of it begins anew.
    draft = Draft(answers, frozenset(seen), bool(asked_again), wishes, begun or None)
    return draft if given_under is protocol else _renewed(draft, version, protocol)


def _version(version: object, protocol: Protocol) -> Protocol | None:
    """The questions these answers were given to: of today, or of an older version, which stays at hand."""
    if version == protocol.version:
        return protocol
    return load(version) if isinstance(version, str) and version in versions() else None


def _renewed(draft: Draft, version: str, protocol: Protocol) -> Draft:
    """The draft under the questions of today. Safety pages are to be read anew: they may say more now."""
    kept, lost = carried(draft.answers, protocol)
    observer = draft.answers.get("who") == "someone_else"
    return replace(draft, answers=kept, seen=frozenset(), renewal=Renewal(version, lost, observer))


def _answers(masks: list[int], protocol: Protocol) -> dict[str, Given]:
    answers: dict[str, Given] = {}
    for question, mask in zip(protocol.questions, masks, strict=True):
        known = _known(question.options)
        codes = tuple(code for bit, code in enumerate(known) if mask >> bit & 1)
        if mask < 0 or mask >> len(known):
            raise ValueError(question.id)
        if codes:
            answers[question.id] = codes if question.many else codes[0]
    return answers


def seal(draft: Draft, at: float) -> str:
    """The draft as the value of a cookie, readable by this server only."""
    plain = pack(draft, load(), at)
    return urlsafe_b64encode(lock(derived(settings.SECRET_KEY, _PURPOSE), plain, _PURPOSE)).decode()


def unseal(value: str, at: float) -> Draft:
    """The draft in a cookie's value. UnusableError when it was forged cut, too old or of another version."""
    if len(value) > MAX_BYTES:
        raise UnusableError(Loss.UNREADABLE)
    try:
        sealed = urlsafe_b64decode(value.encode("ascii"))
    except ValueError as error:
        raise UnusableError(Loss.UNREADABLE) from error
    return unpack(_open(sealed), load(), at)


def _open(sealed: bytes) -> bytes:
    try:
        return unlock_with_any(sealed, _PURPOSE, _PURPOSE)
    except BrokenSealError as error:
        raise UnusableError(Loss.UNREADABLE) from error


class AnswerStore:
    """The draft of one request. Read when made; written once, onto the response."""

    def __init__(self, request: HttpRequest, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.time
        self._sent = request.COOKIES.get(COOKIE)
        self.loss: Loss | None = None
        self.draft = EMPTY
        if not self._sent:
            return
        try:
            self.draft = unseal(self._sent, self._clock())
        except UnusableError as error:
            self.loss = error.loss

    def put(self, draft: Draft) -> None:
        self.draft = draft

    def forget(self) -> None:
        self.draft = EMPTY

    def write(self, response: HttpResponse) -> None:
        """Renews the cookie (each visit starts the half hour anew), or deletes it when nothing is left."""
        if not self.draft.empty:
            response.set_cookie(
                COOKIE,
                seal(self.draft, self._clock()),
                path="/",
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        elif self._sent is not None:
            forget(response)


def forget(response: HttpResponse) -> None:
    """Deletes the answers from the browser this response goes to."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")
