"""The name with which somebody came, which newcomers do not get again."""

from django.db import migrations, models


def take_present_names(apps, schema_editor):
    """What people are called now is all that is known of those who are here already."""
    Participant = apps.get_model("mapapp", "Participant")
    Participant.objects.update(came_as=models.F("name"))


class Migration(migrations.Migration):
    dependencies = [("mapapp", "0009_names_as_on_the_wire")]

    # With a default in the database, as in 0002.
    operations = [
        migrations.AddField(
            model_name="participant",
            name="came_as",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["room", "came_as"], name="participant_came_as"),
        ),
        # Last, because PostgreSQL alters no table with rows just changed in the transaction
        # that have checks to come.
        migrations.RunPython(take_present_names, migrations.RunPython.noop),
    ]
