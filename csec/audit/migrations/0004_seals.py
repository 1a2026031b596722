import django.contrib.postgres.indexes
from django.db import migrations, models

# PostgreSQL's own count, which no login may choose: what was logged before gets its numbers here.
NUMBER = """
ALTER TABLE audit_event ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE audit_event ADD CONSTRAINT audit_event_number_key UNIQUE (number);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_concern_readers")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(NUMBER, "ALTER TABLE audit_event DROP COLUMN number;")],
            [
                migrations.AddField(
                    model_name="event",
                    name="number",
                    field=models.BigIntegerField(editable=False, unique=True),
                )
            ],
        ),
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["at"], name="audit_event_at"
            ),
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("until", models.BigIntegerField(unique=True)),
                ("count", models.PositiveIntegerField()),
                ("entries", models.BinaryField()),
                ("previous", models.BinaryField(unique=True)),
                ("digest", models.BinaryField()),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1), ("number__gte", 1)),
                        name="audit_seal_seals_something",
                    )
                ],
            },
        ),
    ]
