"""The site exactly as in production, its static files in a folder of this run.

`bench.browser_site` sets the environment before this is read.
"""

import os
from pathlib import Path

from iopfinder.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])
