"""Whether a version may still change, and who has read it: ``review.toml`` beside the content files.

A version without that file is a draft. Publishing writes down the digest of each file; from then on a file
that differs is refused, and a change is a new version in a new folder. Old folders stay, so that a result
given under an old version can be explained from the same files. A sign-off names the digest of the whole
version: it says that exactly these words and numbers were read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assessment.domain.source import Entry, Source

REVIEW = "review.toml"

DRAFT, PROVISIONAL, STALE, SIGNED_OFF = "draft", "provisional", "stale", "signed_off"


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who read the version, when, and the digest of what they read."""

    by: str
    on: date
    sha256: str


@dataclass(frozen=True, slots=True)
class Review:
    """The standing of a version. ``sha256`` is the digest of its files as they are now."""

    sha256: str
    published: date | None = None
    sign_off: SignOff | None = None

    @property
    def status(self) -> str:
        """``draft``, ``provisional`` (published, not signed off), ``stale`` or ``signed_off``."""
        if self.published is None:
            return DRAFT
        if self.sign_off is None:
            return PROVISIONAL
        return SIGNED_OFF if self.sign_off.sha256 == self.sha256 else STALE


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every content file of a version, by name, in the order of names."""
    files = sorted(path for path in folder.glob("*.toml") if path.name != REVIEW)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def whole(found: Mapping[str, str]) -> str:
    """One digest over the names and digests of all files."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(found.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def review_of(folder: Path) -> Review:
    """The standing of the version in ``folder``; ContentError when a published file is not as published."""
    found = digests(folder)
    if not (folder / REVIEW).exists():
        return Review(whole(found))
    source = Source(folder / REVIEW)
    source.only("published", "sign_off")
    published = _table(source, "published")
    if published is None:
        source.refuse("a review names the day of publication and the digest of each file", "sign_off")
    day, sealed = published.day("on"), published.optional("sha256", dict, {})
    for name in sorted({*found, *sealed}):
        if found.get(name) != sealed.get(name):
            source.refuse(
                f"{name} is not as it was published; published content is never edited, "
                "a change is a new version in a new folder",
                "sha256",
                name,
            )
    published.done()
    return Review(whole(found), day, _sign_off(source))


def _sign_off(source: Source) -> SignOff | None:
    entry = _table(source, "sign_off")
    if entry is None:
        return None
    sign_off = SignOff(entry.text("by"), entry.day("on"), entry.text("sha256"))
    entry.done()
    return sign_off


def _table(source: Source, key: str) -> Entry | None:
    table = source.tables.get(key)
    if table is not None and not isinstance(table, dict):
        source.refuse(f"{key} must be a table", key)
    return None if table is None else Entry(source, key, table)


def sealed(folder: Path, day: date, sign_off: SignOff | None = None) -> str:
    """The text of ``review.toml`` that publishes the files as they are now."""
    lines = [
        "# Written by `manage.py review_content`. A file that differs from its digest is refused.",
        "[published]",
        f"on = {day.isoformat()}",
        "",
        "[published.sha256]",
        *(f'"{name}" = "{sha256}"' for name, sha256 in digests(folder).items()),
    ]
    if sign_off is not None:
        by = sign_off.by.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", "[sign_off]", f'by = "{by}"', f"on = {sign_off.on}", f'sha256 = "{sign_off.sha256}"']
    return "\n".join(lines) + "\n"
