"""Compile translation catalogs without gettext's tools, which a bare machine lacks."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_catalog(source: Path) -> bool:
    """Writes the .mo beside this .po. False when it is already as new. OSError when the .po is malformed."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    draft = target.with_suffix(".draft")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    draft.replace(target)
    return True


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po where the source is newer. Needs no gettext tools."

    def handle(self, *args: Any, **options: Any) -> None:
        sources = [path for root in settings.LOCALE_PATHS for path in Path(root).glob("*/LC_MESSAGES/*.po")]
        done = sum(compile_catalog(source) for source in sources)
        if options["verbosity"] > 1 or done:
            self.stdout.write(f"Catalogs: {done} compiled, {len(sources) - done} already up to date.")
