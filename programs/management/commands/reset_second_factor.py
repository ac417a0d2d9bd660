"""Takes the second factor from an account, from the server: for a platform admin who lost phone and paper."""

import argparse
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from programs.staff import second_factor, sessions


class Command(BaseCommand):
    help = "Takes the second factor from an account and signs it out. Its next sign-in sets up a new one."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("There is no account of this user name.")
        second_factor.reset(user)
        sessions.end_all(user)
        self.stdout.write(f"{user.username} sets up a new second step at the next sign-in.")
