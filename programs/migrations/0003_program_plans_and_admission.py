from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0002_weeks"),
    ]

    operations = [
        migrations.AddField(
            model_name="program",
            name="plans",
            field=models.TextField(blank=True, default="", verbose_name="insurance plans it takes"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="program",
            name="admission",
            field=models.TextField(
                blank=True, default="", verbose_name="who is admitted, and what has to come first"
            ),
            preserve_default=False,
        ),
    ]
