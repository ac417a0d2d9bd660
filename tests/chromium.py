"""Where this machine's Chromium is and how to start it so that it calls nobody.

`python -m tests.chromium` prints the path, or fails where there is none.
"""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find() -> str | None:
    """The path of an installed Chromium; CHROMIUM in the environment wins; None where there is none."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    path = find()
    if path is None:
        sys.exit(1)
    sys.stdout.write(f"{path}\n")
