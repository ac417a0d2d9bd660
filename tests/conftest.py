"""What every test shares."""

import os

os.environ.setdefault("DEBUG", "1")
