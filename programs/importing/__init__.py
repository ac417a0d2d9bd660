"""Imports of national directories: declarations of sources over one engine.

`run.run` is the door: it reads files, plans, and, unless it is a dry run, writes in one transaction.
The order in which modules build on each other: sheets, workbook; source, samhsa; identity, rows; reading;
state, matching, plan; load, apply; run; report.
"""
