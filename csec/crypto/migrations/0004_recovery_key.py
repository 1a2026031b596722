import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nobody but the owner has a right to it."""

    dependencies = [("crypto", "0003_known_master_keys")]

    operations = [
        migrations.CreateModel(
            name="RecoveryKey",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("master_version", models.PositiveIntegerField()),
                ("public", models.BinaryField()),
                (
                    "versions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                ("box", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(id=1), name="crypto_recoverykey_is_the_only_one"
                    )
                ],
            },
        ),
    ]
