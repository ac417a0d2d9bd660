"""`manage.py waiting_pages FOLDER`: the page a proxy shows when no web process answers, in each language."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.test import RequestFactory
from django.utils import translation

from iopfinder.errors import unavailable
from iopfinder.shedding import TITLE, WORDS


class Command(BaseCommand):
    help = "Write FOLDER/en.html and the like: what the proxy shows while the site cannot answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                page = unavailable(
                    RequestFactory().get("/"), TITLE, WORDS, settings.SHED_RETRY_SECONDS, still_works=False
                )
            (folder / f"{language}.html").write_bytes(page.content)
        self.stdout.write(f"Waiting pages: {len(settings.LANGUAGES)} in {folder}.")
