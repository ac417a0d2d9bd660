"""Rehearsals with real processes: a PostgreSQL that keeps its word, gunicorn as it serves people, browsers.

`postgres` and `site` start the two and let them be killed; `browser` speaks HTTP as a person's browser does;
`clients` do what people do and keep a `ledger` of what was acknowledged; `faults` kills; `whole` looks at the
whole database afterwards. Everything listens on loopback or on a socket in a temporary directory.
"""
