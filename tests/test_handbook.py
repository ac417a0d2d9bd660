"""The coordinators' handbook: every picture is there and used, every link leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

HANDBOOK = ROOT / "docs" / "coordinators.md"
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 100_000
WIDTHS = (390, 1280)
DESK = sorted(PICTURES.glob("desk-*.png"))


def shown() -> list[tuple[str, str]]:
    """What each picture shows in words, and its path."""
    return re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", HANDBOOK.read_text())


def anchor(heading: str) -> str:
    """As pages of Markdown name a heading: small letters, hyphens for blanks, no other signs."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_every_picture_of_the_desk_is_shown_once_and_no_other() -> None:
    assert sorted(path for _words, path in shown()) == [f"pictures/{path.name}" for path in DESK]


def test_every_picture_is_told_in_words_too() -> None:
    assert [path for words, path in shown() if len(words.split()) < 4] == []


@pytest.mark.parametrize("path", DESK, ids=lambda path: path.stem)
def test_a_picture_is_light_and_of_one_of_two_widths(path: Path) -> None:
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(head[16:20], "big") in WIDTHS
    assert path.stat().st_size <= MOST_BYTES


def test_every_place_within_the_page_that_is_named_is_there() -> None:
    text = HANDBOOK.read_text()
    there = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    named = re.findall(r"\]\(#([^)\s]+)\)", text)
    assert named
    assert set(named) <= there


def test_every_link_to_a_file_leads_to_one() -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", HANDBOOK.read_text())
    assert {"roles.md", "legal.md"} <= set(targets)
    assert [target for target in targets if not (HANDBOOK.parent / target).exists()] == []


def test_every_button_and_heading_that_is_named_is_written_somewhere() -> None:
    """Words in italics are those of the pages; an ellipsis stands for a number."""
    named = re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", HANDBOOK.read_text())
    assert len(named) > 50
    written = "\n".join(
        path.read_text()
        for folder in ("templates", "programs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".html", ".py"}
    )
    pieces = {piece.strip() for words in named for piece in " ".join(words.split()).split("…")}
    assert [piece for piece in sorted(pieces) if piece not in written] == []
