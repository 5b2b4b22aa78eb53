"""Where people came from, whose names everybody is told, and how many of them there are."""

from django.db import migrations, models


def count_people(apps, schema_editor):
    Participant = apps.get_model("mapapp", "Participant")
    Room = apps.get_model("mapapp", "Room")
    counts = (
        Participant.objects.filter(banned=False)
        .values_list("room")
        .annotate(people=models.Count("pk"))
    )
    for room, people in counts.iterator():
        Room.objects.filter(pk=room).update(people_present=people)


class Migration(migrations.Migration):
    dependencies = [
        ("mapapp", "0001_initial"),
    ]

    # With defaults in the database, so that processes of the version before go
    # on writing while the new ones start.
    operations = [
        migrations.AddField(
            model_name="participant",
            name="came_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="participant",
            name="listed",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="room",
            name="opened_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="room",
            name="people_present",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(count_people, migrations.RunPython.noop),
    ]
