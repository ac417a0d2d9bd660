from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("programs", "0013_listing_cell_level_goes")]
    operations = [
        migrations.CreateModel(
            name="KeptKey",
            fields=[
                ("purpose", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
            ],
        ),
    ]
