"""When each marker's position last changed."""

from django.db import migrations, models


def at_most_as_late_as_changed(apps, schema_editor):
    """Take the revision of a marker's last change of any kind: it was not moved after that."""
    apps.get_model("mapapp", "Marker").objects.update(
        moved_at_revision=models.F("changed_at_revision")
    )


class Migration(migrations.Migration):
    dependencies = [("mapapp", "0005_door")]

    operations = [
        migrations.AddField(
            model_name="marker",
            name="moved_at_revision",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(at_most_as_late_as_changed, migrations.RunPython.noop),
    ]
