"""The lines to call or text when a form is not enough.

Every page has them through the context processor (`crisis.emergency.call.href`, or a loop over
`crisis.lines`). An installation sets its own with `CRISIS_LINES` in the settings.
Sources: 988lifeline.org, veteranscrisisline.net, samhsa.gov, poisonhelp.org, thehotline.org.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Kind = Literal["call", "text", "chat", "tty"]
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a line: a number to call or text, or a page to chat on.

    `target` is digits for call, text and tty, an https address for chat.
    `body` is the word to send in a text; `note` what to press or add.
    """

    kind: Kind
    target: str
    shown: str
    body: str = ""
    note: Words = ""

    @property
    def href(self) -> str:
        if self.kind == "chat":
            return self.target
        if self.kind == "text":
            # `?&body=` is the one spelling that both Android and iPhone fill in.
            return f"sms:{self.target}?&body={self.body}" if self.body else f"sms:{self.target}"
        return f"tel:{self.target}"


@dataclass(frozen=True, slots=True)
class Line:
    """A crisis line: a code, what it is called, when to use it, and the ways to reach it.

    `language`: set for a line whose people speak that language; pages in it name this line first.
    """

    code: str
    name: Words
    when: Words
    ways: tuple[Way, ...]
    language: str = ""

    def _first(self, kind: Kind) -> Way | None:
        return next((way for way in self.ways if way.kind == kind), None)

    @property
    def call(self) -> Way | None:
        return self._first("call")

    @property
    def text(self) -> Way | None:
        return self._first("text")

    @property
    def chat(self) -> Way | None:
        return self._first("chat")

    @property
    def tty(self) -> Way | None:
        return self._first("tty")


class Lines:
    """The lines of one installation, in order, each also an attribute by its code."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self._by_code = {line.code: line for line in self.lines}
        if len(self._by_code) != len(self.lines):
            raise ValueError("Two crisis lines have the same code.")

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    @property
    def talk(self) -> Line | None:
        """The line to talk on in the language of the page: its own where there is one, else `suicide`."""
        language = (get_language() or "")[:2]
        own = (line for line in self.lines if line.language and line.language == language)
        return next(own, self._by_code.get("suicide"))

    def __getattr__(self, code: str) -> Line:
        line: Line | None = self.__dict__.get("_by_code", {}).get(code)
        if line is None:
            raise AttributeError(f"no crisis line has the code {code!r}")
        return line


UNITED_STATES = Lines(
    [
        Line(
            "emergency",
            _("Emergency"),
            _("Someone may die or be badly hurt: an overdose, a seizure, a suicide attempt, violence."),
            (Way("call", "911", "911"),),
        ),
        Line(
            "suicide",
            _("988 Suicide and Crisis Lifeline"),
            _("Thoughts of suicide, or any crisis of mood, alcohol or drugs. Free, day and night."),
            (
                Way("call", "988", "988"),
                Way("text", "988", "988"),
                Way("chat", "https://988lifeline.org/chat/", "988lifeline.org/chat"),
            ),
        ),
        Line(
            "veterans",
            _("Veterans Crisis Line"),
            _("For Veterans, service members and those who care about them."),
            (
                Way("call", "988", "988", note=_("then press 1")),
                Way("text", "838255", "838255"),
            ),
        ),
        Line(
            "spanish",
            _("988 in Spanish"),
            _("The same help from people who speak Spanish."),
            (
                Way("call", "988", "988", note=_("then press 2")),
                Way("text", "988", "988", body="AYUDA"),
            ),
            language="es",
        ),
        Line(
            "poison",
            _("Poison Control"),
            _("Someone took too much of something, or the wrong thing, and is awake and breathing."),
            (Way("call", "18002221222", "1-800-222-1222"),),
        ),
        Line(
            "violence",
            _("National Domestic Violence Hotline"),
            _("Someone at home hurts, threatens or controls you."),
            (
                Way("call", "18007997233", "1-800-799-7233"),
                Way("text", "88788", "88788", body="START"),
            ),
        ),
        Line(
            "helpline",
            _("SAMHSA National Helpline"),
            _("Where to find treatment. Free and private, day and night, in English and Spanish."),
            (
                Way("call", "18006624357", "1-800-662-4357"),
                Way("tty", "18004874889", "1-800-487-4889"),
                Way("text", "435748", "435748", note=_("send your ZIP code")),
            ),
        ),
    ]
)
