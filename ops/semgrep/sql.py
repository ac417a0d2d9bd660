"""Examples for sql.yaml: what the rules find, and what they leave alone."""

from django.db import connection
from django.db.models.expressions import RawSQL


def bad(typed, Center):
    with connection.cursor() as cursor:
        # ruleid: sql-built-by-hand
        cursor.execute(f"SELECT * FROM center WHERE name = '{typed}'")
        # ruleid: sql-built-by-hand
        cursor.execute("SELECT * FROM center WHERE name = '%s'" % typed)
        # ruleid: sql-built-by-hand
        cursor.execute("SELECT * FROM center WHERE name = '{}'".format(typed))
        sql = "SELECT * FROM center WHERE name = '" + typed + "'"
        # ruleid: sql-built-by-hand
        cursor.executemany(sql, [])
    # ruleid: sql-built-by-hand
    Center.objects.raw("SELECT * FROM center ORDER BY " + typed)
    # ruleid: sql-built-by-hand
    RawSQL(f"name = '{typed}'", [])
    # ruleid: sql-by-extra
    Center.objects.extra(where=["name = 'x'"])


def good(typed, Center, file, words):
    with connection.cursor() as cursor:
        # ok: sql-built-by-hand
        cursor.execute("SELECT * FROM center WHERE name = %s", [typed])
        # ok: sql-built-by-hand
        cursor.execute("VACUUM")
    # ok: sql-built-by-hand
    Center.objects.filter(name=typed + "x")
    # ok: sql-by-extra
    words.extra(typed)
