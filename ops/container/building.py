"""Settings for building the image: nothing is known of the installation yet, and nothing is kept of these."""

import os
import secrets

os.environ["SECRET_KEY"] = secrets.token_urlsafe(64)
os.environ["DATABASE_URL"] = "sqlite:///:memory:"
os.environ["DEBUG"] = "0"

from iopfinder.settings import *  # noqa: F403
