"""``manage.py doctor``: says what is wrong with a set-up and how to mend it. Changes nothing."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from iopfinder.doctor import Finding, State, looked, of_content, of_database, of_machine, of_settings

ALWAYS = {**of_settings.CHECKS, **of_database.CHECKS, **of_content.CHECKS, **of_machine.CHECKS}
ALL = {**ALWAYS, **of_machine.THROUGH}
SIGNS = {State.OK: "ok     ", State.SKIPPED: "-      ", State.WARNING: "look   ", State.WRONG: "WRONG  "}


class Command(BaseCommand):
    help = (
        "Say what is wrong with this set-up and how to mend it. Changes nothing. Exit code 1 where something "
        "is wrong, 2 where somebody should look."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "checks", nargs="*", metavar="CHECK", choices=[*ALL, []], help="these checks alone"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument(
            "--through", action="store_true", help="also ask SITE_URL as a visitor does, through the proxy"
        )

    def handle(self, *args: Any, checks: list[str], through: bool, **options: Any) -> None:
        wanted = checks or (ALL if through else ALWAYS)
        found = {name: looked(ALL[name]) for name in wanted}
        if options["json"]:
            findings = {
                name: {"state": one.state, "said": one.said, "mend": one.mend} for name, one in found.items()
            }
            self.stdout.write(json.dumps(findings, indent=1))
        else:
            self._print(found)
        states = {one.state for one in found.values()}
        if State.WRONG in states:
            sys.exit(1)
        if State.WARNING in states:
            sys.exit(2)

    def _print(self, found: dict[str, Finding]) -> None:
        width = max(map(len, found))
        for name, one in found.items():
            self.stdout.write(f"{SIGNS[one.state]}{name:{width}}  {one.said}")
            if one.mend:
                self.stdout.write(f"{'':{7 + width}}  → {one.mend}")
        states = [one.state for one in found.values()]
        wrong, look = states.count(State.WRONG), states.count(State.WARNING)
        self.stdout.write(f"{len(found)} looked at: {wrong} wrong, {look} to look at.")
