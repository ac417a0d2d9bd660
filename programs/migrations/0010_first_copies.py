"""A first copy of every row that was there before changes were kept: what an import changes next can be told,
and taken back."""

from django.db import migrations
from django.utils import timezone

TABLES = ("Organization", "Center", "Program", "Session", "Statement", "DirectoryEntry")
REASON = "upgrade:first"


def copy_all(apps, schema_editor):
    connection = schema_editor.connection
    quote = connection.ops.quote_name
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        for name in TABLES:
            rows, copies = apps.get_model("programs", name)._meta, apps.get_model("programs", f"Historical{name}")._meta
            kept = {field.column for field in copies.concrete_fields}
            columns = ", ".join(quote(field.column) for field in rows.concrete_fields if field.column in kept)
            # Names of our own tables and columns, quoted; values go by parameter.
            cursor.execute(
                f"INSERT INTO {quote(copies.db_table)} "
                f"({columns}, history_date, history_type, history_change_reason) "
                f"SELECT {columns}, %s, %s, %s FROM {quote(rows.db_table)} "
                f"WHERE id NOT IN (SELECT id FROM {quote(copies.db_table)})",
                [at, "+", REASON],
            )


class Migration(migrations.Migration):
    dependencies = [("programs", "0009_signing_in")]

    operations = [migrations.RunPython(copy_all, migrations.RunPython.noop)]
