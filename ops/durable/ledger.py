"""What was acknowledged: an answer that says so has arrived. It must be there afterwards."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One act. mark: words found nowhere else. told: what else is needed to look for it."""

    kind: str
    mark: str
    told: dict[str, Any] = field(default_factory=dict)


class Ledger:
    """Written by all clients at once."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.again: Counter[str] = Counter()
        """How many forms were sent once more, because no answer had come, by kind."""
        self.strange: list[str] = []
        """Answers that are neither a yes nor a lost one: each is a fault."""
        self.refused: Counter[str] = Counter()
        """Acts that the site turned down in plain words, as it may: nothing of them counts."""
        self._lock = threading.Lock()

    def acknowledged(self, kind: str, mark: str, **told: Any) -> None:
        with self._lock:
            self.entries.append(Entry(kind, mark, told))

    def sent_again(self, kind: str) -> None:
        with self._lock:
            self.again[kind] += 1

    def turned_down(self, kind: str) -> None:
        with self._lock:
            self.refused[kind] += 1

    def is_strange(self, what: str) -> None:
        with self._lock:
            self.strange.append(what)

    def of(self, kind: str) -> list[Entry]:
        with self._lock:
            return [one for one in self.entries if one.kind == kind]

    def counts(self) -> Counter[str]:
        with self._lock:
            return Counter(one.kind for one in self.entries)
