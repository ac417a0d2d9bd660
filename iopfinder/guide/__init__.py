"""The guide: a dozen short pages as content files, one loader that refuses broken ones, and the views.

How to write a page, and what the loader asks for: docs/guide.md.
"""
