"""What is wrong with a set-up, and how to mend it: `manage.py doctor`.

A check looks at one thing and returns what it found. It changes nothing, and may run while the site serves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """skipped: there is nothing to look at here. warning: the site serves, and somebody should look."""

    OK = "ok"
    SKIPPED = "skipped"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw, in plain words, and what to do about it. Neither holds a secret."""

    state: State
    said: str
    mend: str = ""


Check = Callable[[], Finding]
Checks = Mapping[str, Check]


def ok(said: str) -> Finding:
    return Finding(State.OK, said)


def skipped(said: str) -> Finding:
    return Finding(State.SKIPPED, said)


def warning(said: str, mend: str) -> Finding:
    return Finding(State.WARNING, said, mend)


def wrong(said: str, mend: str) -> Finding:
    return Finding(State.WRONG, said, mend)


def looked(check: Check) -> Finding:
    """What a check found. One that breaks has found something, too: its kind is told, never its words."""
    try:
        return check()
    except Exception as error:
        return wrong(
            f"This could not be looked at: {type(error).__name__}.",
            "Mend what is wrong above, and look again.",
        )
