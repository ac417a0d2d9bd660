"""``manage.py assess FILE``: sets of answers in, recommendations out, as JSON. Nothing is stored."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.domain import AnswerError, Protocol, load, versions
from assessment.domain.content import CURRENT

REFUSED = 2


class Command(BaseCommand):
    help = "Recommend a level of care for a set of answers, or a list of sets, in a JSON file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", help="a JSON object of question id to code(s), or a list of them; - reads stdin"
        )

        parser.add_argument(
            "--protocol",
            default=CURRENT,
            metavar="VERSION",
            help="explain it by this version, an old one for instance (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one object for an object, a list for a list; on any refusal one line and exit status 2."""
        sets = _parsed(_text(options["file"]))
        protocol = _protocol(options["protocol"])
        if isinstance(sets, list):
            results: object = [
                _result(protocol, one, f"set {number}: ") for number, one in enumerate(sets, 1)
            ]
        else:
            results = _result(protocol, sets)
        self.stdout.write(json.dumps(results, ensure_ascii=False))


def _protocol(version: str) -> Protocol:
    if version not in versions():
        known = ", ".join(versions())
        raise CommandError(f"no protocol {json.dumps(version)} (there are: {known})", returncode=REFUSED)
    return load(version)


def _text(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", returncode=REFUSED) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}: not UTF-8 text (byte {error.start})", returncode=REFUSED) from error


def _parsed(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except AnswerError as error:
        raise CommandError(str(error), returncode=REFUSED) from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"not JSON: {error}", returncode=REFUSED) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object as a dict; a question answered twice is refused instead of the first answer being lost."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise AnswerError(name, None, f"answered twice ({json.dumps(value)[:40]})")
        found[name] = value
    return found


def _result(protocol: Protocol, answers: object, where: str = "") -> dict[str, object]:
    if not isinstance(answers, dict):
        raise CommandError(f"{where}not an object of question id to code", returncode=REFUSED)
    try:
        return protocol.recommend(protocol.check(answers)).as_dict()
    except AnswerError as error:
        raise CommandError(f"{where}{error}", returncode=REFUSED) from error
