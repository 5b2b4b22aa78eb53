"""The kinds of an activity are those that the code registers: adding one is no migration."""

from django.db import migrations, models

import mapapp.models


class Migration(migrations.Migration):
    dependencies = [
        ("mapapp", "0007_newcomers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="rules",
            field=models.CharField(
                choices=mapapp.models.activity_kinds, default="own", max_length=8
            ),
        ),
    ]
