"""When the questions change while somebody answers them: which answers still count.

A code means one thing for ever: a version that means something else by an answer gives it another code
(docs/adr/0002-protocol-as-content.md). So an answer stays when its question and all its codes still exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.domain import Answer, AnswerError, Protocol


@dataclass(frozen=True, slots=True, repr=False)
class Renewal:
    """The version the answers were given to, in which voice, and the questions whose answers could not be
    kept. It cannot be printed with what it holds."""

    version: str
    lost: tuple[str, ...]
    observer: bool


def carried(given: Mapping[str, Answer], protocol: Protocol) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """The answers that `protocol` knows and still asks for, and the questions whose answers it does not.

    Of several codes all must be known: fewer of them could say something else.
    """
    known: dict[str, Answer] = {}
    for question, answer in given.items():
        try:
            known.update(protocol.partial({question: answer}))
        except AnswerError:
            continue
    kept = dict(protocol.prune(protocol.partial(known)))
    return kept, tuple(question for question in given if question not in kept)
