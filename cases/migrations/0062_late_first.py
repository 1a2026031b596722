from datetime import UTC, datetime

from django.db import migrations, models

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Migration(migrations.Migration):
    dependencies = [("cases", "0066_papers_access")]

    operations = [
        migrations.AddField("case", "late_from", models.DateTimeField(default=NEVER)),
        migrations.AddField("case", "late_from_officer", models.DateTimeField(default=NEVER)),
        migrations.AddIndex(
            "case", models.Index(fields=["status", "late_from", "id"], name="cases_case_late_first")
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["status", "opened_at", "id"], name="cases_case_by_age")
        ),
    ]
