"""An activity's number is unique in its room."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mapapp", "0011_activities")]

    operations = [
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(fields=("room", "number"), name="activity_number"),
        ),
    ]
