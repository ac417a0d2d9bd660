"""``manage.py review_content``: what a clinician reads, publishing a version, and signing it off."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessment.domain import ContentError, Protocol, read
from assessment.domain.content import CONTENT, CURRENT
from assessment.domain.review import DRAFT, REVIEW, SignOff, sealed
from assessment.review.graph import drawing
from assessment.review.sheet import Sheet


class Command(BaseCommand):
    help = "Write the review sheet and the flow picture; publish a draft; sign a published version off."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--content", type=Path, default=CONTENT / CURRENT, help="the version's folder")
        parser.add_argument(
            "--output",
            type=Path,
            default=Path(settings.BASE_DIR) / "docs" / "clinical",
            help="the folder for review-sheet.md and flow.svg (default: %(default)s)",
        )
        parser.add_argument("--publish", action="store_true", help="seal a draft: it never changes again")
        parser.add_argument("--sign-off", metavar="NAME", help="who has read all of it: name and credentials")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked, then write sheet and picture. Refusals are one line and write nothing."""
        folder: Path = options["content"]
        if options["publish"]:
            self._publish(folder)
        if options["sign_off"] is not None:
            self._sign_off(folder, options["sign_off"])
        protocol = _read(folder)
        output: Path = options["output"]
        output.mkdir(parents=True, exist_ok=True)
        (output / "review-sheet.md").write_text(Sheet(protocol).text(), encoding="utf-8")
        (output / "flow.svg").write_text(drawing(protocol), encoding="utf-8")
        self.stdout.write(f"{protocol.version}: {protocol.review.status}, digest {protocol.review.sha256}")

    def _publish(self, folder: Path) -> None:
        protocol = _read(folder)
        if protocol.review.status != DRAFT:
            raise CommandError(f"{folder.name} is published. A change is a new version in a new folder.")
        (folder / REVIEW).write_text(sealed(folder, timezone.localdate()), encoding="utf-8")

    def _sign_off(self, folder: Path, name: str) -> None:
        review = _read(folder).review
        if review.published is None:
            raise CommandError(f"{folder.name} is a draft. Publish it first: --publish")
        if not name.strip():
            raise CommandError("A sign-off needs a name and credentials.")
        sign_off = SignOff(" ".join(name.split()), timezone.localdate(), review.sha256)
        (folder / REVIEW).write_text(sealed(folder, review.published, sign_off), encoding="utf-8")


def _read(folder: Path) -> Protocol:
    try:
        return read(folder)
    except ContentError as error:
        raise CommandError(str(error)) from error
