"""How a rehearsal tells what holds."""

import sys


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def expect(holds: bool, what: str) -> None:
    """Goes on where it holds; else this rehearsal has failed."""
    if not holds:
        sys.exit(f"NOT SO: {what}")
    say(f"  {what}: yes")
