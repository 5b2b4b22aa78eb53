"""A room has several host keys, each with a row; the one that it had stays valid."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def make_keys(apps, schema_editor):
    """The key of whoever opened the room is its first."""
    Room, Key = apps.get_model("mapapp", "Room"), apps.get_model("mapapp", "Key")
    rooms = Room.objects.values_list("pk", "host_key_hash", "created").iterator(2_000)
    batch = []
    for pk, key_hash, created in rooms:
        batch.append(Key(id=uuid.uuid4(), room_id=pk, number=1, hash=key_hash, made=created))
    Key.objects.bulk_create(batch, batch_size=1_000)


def forget_keys(apps, schema_editor):
    """Back to one key for each room: the first that has not been revoked."""
    Room, Key = apps.get_model("mapapp", "Room"), apps.get_model("mapapp", "Key")
    for key in Key.objects.filter(revoked=None).order_by("-number").iterator(2_000):
        Room.objects.filter(pk=key.room_id).update(host_key_hash=key.hash)


class Migration(migrations.Migration):
    dependencies = [("mapapp", "0003_room_ended")]

    operations = [
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "role",
                    models.CharField(choices=[("host", "Host")], default="host", max_length=8),
                ),
                ("hash", models.CharField(max_length=64)),
                ("label", models.CharField(blank=True, max_length=40)),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("used", models.DateTimeField(blank=True, null=True)),
                ("revoked", models.DateTimeField(blank=True, null=True)),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="mapapp.room",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("room", "number"), name="key_number"),
                    models.UniqueConstraint(fields=("room", "hash"), name="key_hash"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pairing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("expires", models.DateTimeField()),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pairings",
                        to="mapapp.room",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_keys, forget_keys),
        migrations.AlterField(
            model_name="room",
            name="host_key_hash",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=64
            ),
        ),
    ]
