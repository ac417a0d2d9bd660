"""The wording, by language and voice.

A string file has a table for each kind of text; a table ``observer`` beside them holds the same shape and
wins when the answers are about someone else. What a language lacks is taken from English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class OptionWords:
    """An answer as it is offered, with a hint ("" where none is needed)."""

    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question as it is asked, a hint ("" where none is needed), why we ask, and its answers by code."""

    text: str
    hint: str
    why: str
    options: Mapping[str, OptionWords]


class Words:
    """Look-ups by id; KeyError for an id no file knows."""

    def __init__(
        self, files: Mapping[str, Mapping[str, object]], language: str, observer: bool = False
    ) -> None:
        self.language = language if language in files else FALLBACK
        self.observer = observer
        self._layers = list(_layers(files, self.language, observer))

    def question(self, question: str) -> QuestionWords:
        """Text, hint, why and options (``not_sure`` included) of a question."""
        options = {code: self._option(question, code) for code in self._codes(question)}
        return QuestionWords(
            self._text("question", question, "text"),
            self._text("question", question, "hint", default=""),
            self._text("question", question, "why"),
            options | {"not_sure": OptionWords(self._text("not_sure", "label"), "")},
        )

    def said(self, question: str, code: str) -> str:
        """An answer as a short quote for the result page: in the person's words, or the observer's."""
        if code == "not_sure":
            return self._text("not_sure", "said")
        for layer in self._layers:
            for key in ("said", "label"):
                if (found := _find(layer, ("question", question, "options", code, key))) is not None:
                    return found
        raise KeyError(f"question.{question}.options.{code}")

    def section(self, section: str) -> str:
        """The name of a part of the questionnaire."""
        return self._text("section", section)

    def need(self, need: str) -> str:
        """The title of a need."""
        return self._text("need", need)

    def because(self, rule: str) -> str:
        """Why a rule gives its level, in one sentence."""
        return self._text("because", rule)

    def advice(self, code: str) -> tuple[str, str]:
        """Title and text of a piece of advice."""
        return self._titled("advice", code)

    def support(self, code: str) -> tuple[str, str]:
        """Title and text of a support that a level needs beside it."""
        return self._titled("support", code)

    def tradeoff(self, code: str) -> tuple[str, str]:
        """Title and text where what fits and what is possible disagree: what else could work."""
        return self._titled("tradeoff", code)

    def benefit(self, code: str) -> tuple[str, str]:
        """Title and text of something an IOP offers this person."""
        return self._titled("benefit", code)

    def downside(self, code: str) -> tuple[str, str]:
        """Title and text of something that is hard or missing in an IOP for this person."""
        return self._titled("downside", code)

    def interrupt(self, code: str) -> tuple[str, str]:
        """Title and text of an interrupt: what to do now. Phone numbers stand beside it, from settings."""
        return self._titled("interrupt", code)

    def fit(self, code: str) -> tuple[str, str]:
        """Title and text of the answer to "is an IOP right?" (``iop_fit``)."""
        return self._titled("fit", code)

    def stage(self, level: str) -> tuple[str, str]:
        """Title and text of a level as a stage of the path: how long, and what moves a person on."""
        return self._titled("stage", level)

    def _titled(self, kind: str, code: str) -> tuple[str, str]:
        return self._text(kind, code, "title"), self._text(kind, code, "text")

    def _option(self, question: str, code: str) -> OptionWords:
        path = ("question", question, "options", code)
        return OptionWords(self._text(*path, "label"), self._text(*path, "hint", default=""))

    def _codes(self, question: str) -> list[str]:
        options = _table(self._layers[-1], ("question", question, "options"))
        if options is None:
            raise KeyError(f"question.{question}")
        return list(options)

    def _text(self, *path: str, default: str | None = None) -> str:
        for layer in self._layers:
            found = _find(layer, path)
            if found is not None:
                return found
        if default is None:
            raise KeyError(".".join(path))
        return default


def _layers(
    files: Mapping[str, Mapping[str, object]], language: str, observer: bool
) -> Iterator[Mapping[str, object]]:
    """The tables to look in: this language before English, the observer's voice before the own."""
    for code in dict.fromkeys((language, FALLBACK)):
        voice = files[code].get("observer")
        if observer and isinstance(voice, Mapping):
            yield voice
        yield files[code]


def _table(layer: Mapping[str, object], path: tuple[str, ...]) -> Mapping[str, object] | None:
    found: object = layer
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found if isinstance(found, Mapping) else None


def _find(layer: Mapping[str, object], path: tuple[str, ...]) -> str | None:
    table = _table(layer, path[:-1])
    found = table.get(path[-1]) if table is not None else None
    return found if isinstance(found, str) else None
