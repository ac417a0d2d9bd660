"""What the image and `compose.yaml` need besides the site, and the rehearsal that does without Docker."""
