"""The site's settings as in production, with the reference pages beside the real ones.

`bench.__main__` sets the environment before this is read.
"""

import os
from pathlib import Path

from iopfinder.settings import *  # noqa: F403
from iopfinder.settings import BASE_DIR, INSTALLED_APPS, LOGGING, TEMPLATES

ROOT_URLCONF = "bench.urls"
INSTALLED_APPS += ["bench"]
STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates", BASE_DIR / "bench" / "templates"]
# One network asks here as often as it can.
API_REQUESTS_A_MINUTE = 1_000_000_000
# A line is formatted for every request as in production, and thrown away.
LOGGING["handlers"]["lines"] = {  # type: ignore[index]
    "class": "logging.FileHandler",
    "filename": os.devnull,
    "formatter": "json",
}
