"""Several activities in a room: their order, stages, rounds and surfaces."""

from django.db import migrations, models


def number_as_they_stand(apps, schema_editor):
    """An activity's first number is its place."""
    apps.get_model("mapapp", "Activity").objects.update(number=models.F("position"))
    for room in apps.get_model("mapapp", "Room").objects.filter(phase="locked"):
        room.activities.update(stage="closed")


class Migration(migrations.Migration):
    dependencies = [("mapapp", "0010_names_people_came_with")]

    # Defaults are in the database, too: the previous version writes rows during an upgrade.
    operations = [
        migrations.RemoveConstraint(model_name="activity", name="activity_position"),
        *(
            migrations.AddField(model_name="activity", name=name, field=field)
            for name, field in {
                "number": models.PositiveIntegerField(db_default=1, default=1),
                "settings": models.TextField(blank=True, db_default="", default=""),
                "surface": models.TextField(blank=True, db_default="", default=""),
                "stage": models.CharField(
                    choices=[
                        ("prepare", "Prepare"),
                        ("answer", "Answer"),
                        ("closed", "Over"),
                        ("revealed", "Revealed"),
                    ],
                    db_default="answer",
                    default="answer",
                    max_length=8,
                ),
                "round": models.PositiveSmallIntegerField(db_default=1, default=1),
                "ends": models.PositiveBigIntegerField(db_default=0, default=0),
                "late": models.TextField(blank=True, db_default="", default=""),
                "discarded": models.BooleanField(db_default=False, default=False),
            }.items()
        ),
        *(
            migrations.AddField(model_name="room", name=name, field=field)
            for name, field in {
                "last_activity": models.PositiveIntegerField(db_default=1, default=1),
                "sight_since": models.PositiveBigIntegerField(db_default=0, default=0),
                "spotlight": models.PositiveIntegerField(db_default=0, default=0),
                "camera": models.CharField(blank=True, db_default="", default="", max_length=120),
            }.items()
        ),
        *(
            migrations.AddField(model_name="marker", name=name, field=field)
            for name, field in {
                "before_lat": models.FloatField(null=True),
                "before_lng": models.FloatField(null=True),
                "pinned": models.BooleanField(db_default=False, default=False),
            }.items()
        ),
        # Last, as in 0010; the constraint on the numbers is a migration of its own.
        migrations.RunPython(number_as_they_stand, migrations.RunPython.noop),
    ]
