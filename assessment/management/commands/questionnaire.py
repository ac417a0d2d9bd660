"""``manage.py questionnaire``: the questions as a FHIR R4B Questionnaire, in JSON. No answers in it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from assessment.domain import load
from assessment.fhir import questionnaire
from assessment.take_along_views import titles


class Command(BaseCommand):
    help = "Print the questions, their codes and their branches as a FHIR R4B Questionnaire."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        with override(language):
            found = questionnaire(load(), load().words(language), titles())
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
