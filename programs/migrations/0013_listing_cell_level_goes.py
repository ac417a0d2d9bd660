from django.db import migrations


class Migration(migrations.Migration):
    """The index that only found the rows of a search; `listing_near` begins with its columns."""

    dependencies = [("programs", "0012_listing_near")]
    operations = [migrations.RemoveIndex("listing", "listing_cell_level")]
