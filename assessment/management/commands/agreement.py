"""``manage.py agreement``: how often the protocol agrees with experts, as docs/clinical/agreement.md."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessment.domain import AnswerError, load
from assessment.domain.agreement import CaseError, cases, report


class Command(BaseCommand):
    help = "Compare the protocol with the experts' levels of the case file and write the report."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        root = Path(settings.BASE_DIR)
        shared = root.parent / "shared" / "clinical" / "cases.json"
        parser.add_argument("--cases", type=Path, default=shared, help="the case file (default: %(default)s)")
        parser.add_argument(
            "--output",
            default=str(root / "docs" / "clinical" / "agreement.md"),
            help="where to write the report; - prints it (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the report, or fail in one line without touching what is there."""
        text = _report(options["cases"])
        if options["output"] == "-":
            self.stdout.write(text, ending="")
            return
        target = Path(options["output"])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {target}")


def _report(file: Path) -> str:
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"No case file at {file} ({error.strerror}): name one with --cases") from error
    except ValueError as error:
        raise CommandError(f"{file} is not JSON: {error}") from error
    try:
        return report(load(), cases(loaded.get("cases") if isinstance(loaded, dict) else loaded))
    except (CaseError, AnswerError) as error:
        raise CommandError(f"{file}: {error}") from error
