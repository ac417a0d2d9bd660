"""A second version of the questions, made of real files in a folder of its own, comes into force."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessment.domain import content

SECOND = "iop-2099.1"
GONE = "free_times"
"""A question the second version no longer asks under this name: it asks `hours_free` instead."""
RECODED = ("home", "mostly_ok", "fairly_good")
"""A question, a code of it the second version does not know, and the one it has instead."""


def _rewrite(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(rf"\b{GONE}\b", "hours_free", text)
        text = re.sub(rf"\b{RECODED[1]}\b", RECODED[2], text)
        # The same codes in another order: what is stored by place must be read by the older list.
        text = text.replace('["alcohol", "sedatives", "opioids"', '["opioids", "alcohol", "sedatives"')
        path.write_text(text, encoding="utf-8")


class Upgrade:
    """Called, it brings the second version into force; `undo` takes it back, as an operator would."""

    def __init__(self, folder: Path) -> None:
        self._both = Path(shutil.copytree(content.CONTENT, folder / "content"))
        unpublished = shutil.ignore_patterns("review.toml")
        _rewrite(Path(shutil.copytree(self._both / content.CURRENT, self._both / SECOND, ignore=unpublished)))
        self._patch = pytest.MonkeyPatch()

    def __call__(self) -> None:
        self._patch.setattr(content, "CONTENT", self._both)
        self._patch.setattr(content.load.__wrapped__, "__defaults__", (SECOND,))
        content.load.cache_clear()

    def undo(self) -> None:
        self._patch.undo()
        content.load.cache_clear()


@pytest.fixture
def upgrade(tmp_path: Path) -> Iterator[Upgrade]:
    """`upgrade()`: a second version of the questions comes into force, until the test is over."""
    made = Upgrade(tmp_path)
    yield made
    made.undo()
