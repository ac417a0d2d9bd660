from django.db import migrations, models

from programs.migrating import AddIndexWhileServing

COVERED = [
    "cell",
    "level",
    "x",
    "y",
    "z",
    "yes_0",
    "yes_1",
    "yes_2",
    "no_0",
    "no_1",
    "no_2",
    "center",
    "program",
    "tie",
    "openings",
    "openings_until",
]


class Migration(migrations.Migration):
    """An index that answers a search alone."""

    atomic = False
    dependencies = [("programs", "0011_sent_form")]
    operations = [
        AddIndexWhileServing("listing", models.Index(fields=COVERED, name="listing_near")),
    ]
