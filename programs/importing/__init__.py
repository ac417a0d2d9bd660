"""Imports of directories and lists: declarations of sources over one engine.

`run.take` is the door: it plans what was read and, unless it is a dry run, writes in one transaction. Three
ways lead to it: workbooks (`run.run`), the national locator (`crawl`, `findtreatment`), lists (`mapped`).
The order in which modules build on each other: sheets, workbook; source, samhsa; identity, rows; reading;
coordinates; answers, fetching, crawl, findtreatment; tables, mapping, readable, mapped; state, matching,
plan; load, apply; run; undoing; report. `formulas` stands below all of them.
"""
