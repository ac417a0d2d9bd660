"""How fast the site is, against references measured in the same run. `make bench` writes docs/benchmarks.md.

No part of the site: nothing here is imported by an app.
"""
