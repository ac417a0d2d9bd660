"""``manage.py forget_saved``: deletes answers whose thirty days are over. Run it every night."""

from typing import Any

from django.core.management.base import BaseCommand

from assessment.saved import forget_old
from programs import once


class Command(BaseCommand):
    help = "Delete answers kept under a code whose day has come. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        once.forget_old()
        self.stdout.write(f"Erased: {forget_old()}")
