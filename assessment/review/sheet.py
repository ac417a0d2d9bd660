"""The review sheet: every question, reading, rule and sentence of a version on one page, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessment.domain import LEVELS, NOT_SURE, Protocol, Question, Rule, Words
from assessment.domain.publication import Spoken
from assessment.review.plain import Plain

STANDING = {
    "draft": "a draft: it may still change and must not be used with people",
    "provisional": "published and provisional: **no clinician has signed it off**",
    "stale": "published; its sign-off is for other files than these and **does not count**",
    "signed_off": "published and signed off",
}

INTRODUCTION = """\
This sheet is made from the content files; a test fails when it is not what they say. It is for a clinician
who decides whether these questions, numbers, rules and sentences may be used with people. Numbers and
thresholds are the project's own; a source says why a rule makes sense, it does not state the numbers. The
protocol is educational decision support, not a diagnosis.

How to sign: read all of it, compare the digest above with the one that `manage.py review_content` prints,
then have the operator run `manage.py review_content --sign-off "your name and credentials"`. A sign-off
counts for exactly these files. Doubts about one rule: name its id and the source that says otherwise."""


class Sheet:
    """Writes the sheet of one protocol. Voices: English and Spanish, for oneself and about someone else."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._plain = Plain(protocol)
        self._voices: list[tuple[str, Words]] = [
            ("English", protocol.words("en")),
            ("English, about someone else", protocol.words("en", observer=True)),
            ("Spanish", protocol.words("es")),
            ("Spanish, about someone else", protocol.words("es", observer=True)),
        ]

    def text(self) -> str:
        """The whole sheet."""
        publication = self._protocol.publication
        parts = [
            *self._head(),
            "## Questions, in the order of the screens",
            *self._questions(),
            "## Interrupts: shown before anything else, after every answer",
            *self._interrupts(),
            "## Facts: conditions with a name of their own",
            "\n".join(
                f"- **{name}**: {self._plain.spelled_out(when)}" for name, when in publication.facts.items()
            ),
            "## Needs, from 0 (none) to 4 (emergency)",
            *self._needs(),
            "## Rules: the first that matches decides",
            *self._rules(publication.rules),
            "## Under 13",
            *self._rules([publication.under_13]),
            "## Further reasons: they do not decide",
            *self._notes(),
        ]
        kinds: list[tuple[str, Sequence[Spoken], str]] = [
            ("Advice: said beside the level", publication.advice, "advice"),
            ("Supports: what a level needs beside it", publication.supports, "support"),
            ("Trade-offs: where what fits and what is possible disagree", publication.tradeoffs, "tradeoff"),
            ("Benefits of an IOP for this person", publication.benefits, "benefit"),
            ("Downsides of an IOP for this person", publication.downsides, "downside"),
        ]
        for title, items, kind in kinds:
            parts += [f"## {title}", *(self._spoken(item, kind) for item in items)]
        return "\n\n".join(parts) + "\n"

    def _head(self) -> list[str]:
        protocol, review = self._protocol, self._protocol.review
        lines = [
            f"- Standing: {STANDING[review.status]}.",
            f"- Digest of the whole version: `{review.sha256}`",
        ]
        if review.published:
            lines.append(f"- Published on {review.published.isoformat()}.")
        if review.sign_off:
            sign_off = review.sign_off
            lines.append(f"- Signed by {sign_off.by} on {sign_off.on.isoformat()} for `{sign_off.sha256}`.")
        picture = "The whole flow as a picture: [flow.svg](flow.svg). Agreement with experts: "
        return [
            f"# Review sheet: protocol {protocol.version}",
            "\n".join(lines),
            INTRODUCTION,
            picture + "[agreement.md](agreement.md). Choices made: [changelog.md](changelog.md).",
            "## Levels",
            self._levels(),
        ]

    def _levels(self) -> str:
        rows = [
            "| level | hours a week | teens | usual weeks | usual next | source |",
            "|---|---|---|---|---|---|",
        ]
        for level, stage in self._protocol.stages.items():
            spans = " | ".join(_span(*one) for one in (stage.hours, stage.teen_hours, stage.weeks))
            rows.append(f"| `{level}` | {spans} | {', '.join(stage.then) or '–'} | {stage.source} |")
        return "\n".join(rows)

    def _questions(self) -> Iterable[str]:
        publication = self._protocol.publication
        for number, screen in enumerate(self._protocol.screens, 1):
            when = publication.screen_when.get(screen.id)
            shown = f" Shown when {self._plain.condition(when)}." if when else ""
            yield f"### Screen {number}: {screen.id}"
            yield f"Section: {self._voices[0][1].section(screen.section)}.{shown}"
            for name in screen.questions:
                yield from self._question(self._protocol.question(name))

    def _question(self, question: Question) -> Iterable[str]:
        yield f"#### `{question.id}`"
        lines = []
        for voice, words in self._voices:
            asked = words.question(question.id)
            hint = f" *{asked.hint}*" if asked.hint else ""
            lines.append(f"- {voice}: **{asked.text}**{hint} Why: {asked.why}")
        lines += [f"- {fact}" for fact in self._facts(question)]
        yield "\n".join(lines)
        rows = [
            "| code | " + " | ".join(voice for voice, _ in self._voices) + " | marked |",
            "|---|" + "---|" * (len(self._voices) + 1),
        ]
        codes = (*question.options, NOT_SURE) if question.allows_not_sure else question.options
        for code in codes:
            cells = [_option(words, question.id, code) for _, words in self._voices]
            rows.append(f"| `{code}` | " + " | ".join(cells) + f" | {_marks(question, code)} |")
        yield "\n".join(rows)

    def _facts(self, question: Question) -> Iterable[str]:
        when = self._protocol.publication.question_when.get(question.id)
        if when:
            yield f"Asked when {self._plain.condition(when)}."
        if question.required:
            yield "An answer is required."
        if question.many:
            yield "Takes several answers."
        if question.readings:
            read = question.readings
            span = f"`{read.low}` (mildest), `{read.central}` (likely), `{read.high}` (most serious)"
            yield f"Not known, it is read as {span}."
        if question.guessed:
            yield "Someone else can only guess it: their range is read one step off either way."
        numbers = [need.id for need in self._protocol.publication.needs if question.id in need.questions]
        if numbers:
            yield f"Makes up: {', '.join(numbers)}."

    def _interrupts(self) -> Iterable[str]:
        for item in self._protocol.publication.interrupts:
            after = "may go on at once" if item.may_go_on else "goes on after “I am safe”"
            yield f"### `{item.code}`"
            lines = [f"- When {self._plain.condition(item.when)}; {after}."]
            yield "\n".join([*lines, *self._said("interrupt", item.code)])

    def _needs(self) -> Iterable[str]:
        for need in self._protocol.publication.needs:
            yield f"### `{need.id}`: {self._voices[0][1].need(need.id)}"
            yield "\n".join(f"{place}. {self._plain.step(step)}" for place, step in enumerate(need.steps, 1))
            yield f"Source: {need.source}."

    def _rules(self, rules: Iterable[Rule]) -> Iterable[str]:
        for rule in rules:
            lines = [
                f"- Gives: **{rule.level or 'no level'}**",
                f"- When: {self._plain.condition(rule.when)}",
            ]
            lines += [f"- Source: {rule.source}"]
            lines += [f"- {voice}: {words.because(rule.id)}" for voice, words in self._voices]
            yield f"### `{rule.id}`"
            yield "\n".join(lines)

    def _notes(self) -> Iterable[str]:
        for item in self._protocol.publication.notes:
            assert item.note is not None  # notes are made with one
            lines = [f"- At {', '.join(_ordered(item))}, when {self._plain.condition(item.when)}"]
            lines += [f"- Source: {item.note.source}"]
            lines += [f"- {voice}: {words.because(item.code)}" for voice, words in self._voices]
            yield f"### `{item.code}`"
            yield "\n".join(lines)

    def _spoken(self, item: Spoken, kind: str) -> str:
        best = f" Next best: {item.next_best}." if item.next_best else ""
        lines = [
            f"- At {', '.join(_ordered(item))}, when {self._plain.condition(item.when)}.{best}",
            f"- Source: {item.source}",
            *self._said(kind, item.code),
        ]
        return f"### `{item.code}`\n\n" + "\n".join(lines)

    def _said(self, kind: str, code: str) -> Iterable[str]:
        """Title and text in each voice; a voice that says the same as the one before it is left out."""
        before: tuple[str, str] | None = None
        for voice, words in self._voices:
            title, text = getattr(words, kind)(code)
            if (title, text) != before:
                yield f"- {voice}: **{title}** {text}"
            before = title, text


def _ordered(item: Spoken) -> list[str]:
    return ["every level"] if item.always else [level for level in LEVELS if level in item.levels]


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "–"
    if low is None:
        return f"up to {high:g}"
    return f"{low:g} and more" if high is None else f"{low:g} to {high:g}"


def _option(words: Words, question: str, code: str) -> str:
    option = words.question(question).options[code]
    return f"{option.label}<br>*{option.hint}*" if option.hint else option.label


def _marks(question: Question, code: str) -> str:
    marks = []
    if code in question.ranks:
        marks.append(f"step {question.ranks[code]}")
    if code in question.emergency:
        marks.append("emergency")
    if code in question.matching:
        marks.append("no rule reads it")
    return ", ".join(marks) or "–"
