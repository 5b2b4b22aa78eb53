"""Fields are called as in the domain and on the wire. The columns keep their names."""

from django.db import migrations, models

import mapapp.models


class Migration(migrations.Migration):
    dependencies = [
        ("mapapp", "0008_kinds_of_activity"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="rules",
            field=models.CharField(
                choices=mapapp.models.activity_kinds,
                db_column="rules",
                default="own",
                max_length=8,
                verbose_name="rules",
            ),
        ),
        migrations.RenameField(model_name="activity", old_name="rules", new_name="kind"),
        migrations.AlterField(
            model_name="marker",
            name="held_revision",
            field=models.PositiveBigIntegerField(db_column="held_revision", default=0),
        ),
        migrations.RenameField(model_name="marker", old_name="held_revision", new_name="grab"),
        migrations.AlterField(
            model_name="marker",
            name="moved_at_revision",
            field=models.PositiveBigIntegerField(
                db_column="moved_at_revision", db_default=0, default=0
            ),
        ),
        migrations.RenameField(model_name="marker", old_name="moved_at_revision", new_name="moved"),
        migrations.AlterField(
            model_name="change",
            name="person",
            field=models.PositiveIntegerField(db_column="person", default=0, verbose_name="person"),
        ),
        migrations.RenameField(model_name="change", old_name="person", new_name="by"),
        migrations.AlterField(
            model_name="change",
            name="payload",
            field=models.JSONField(db_column="payload", default=dict),
        ),
        migrations.RenameField(model_name="change", old_name="payload", new_name="data"),
    ]
