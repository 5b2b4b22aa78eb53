"""Whether newcomers may come in; when people came, and who of them steers."""

from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone


def guess_when(apps, schema_editor):
    """Those who are here already have come when they were last seen, at the latest."""
    Participant = apps.get_model("mapapp", "Participant")
    Participant.objects.update(came=models.F("last_seen"))


class Migration(migrations.Migration):
    dependencies = [("mapapp", "0004_host_keys")]

    # With defaults in the database, as in 0002.
    operations = [
        migrations.AddField(
            model_name="room",
            name="door_open",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="participant",
            name="came",
            field=models.DateTimeField(db_default=Now(), default=timezone.now),
        ),
        migrations.AddField(
            model_name="participant",
            name="steers",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(guess_when, migrations.RunPython.noop),
    ]
