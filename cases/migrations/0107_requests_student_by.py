import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Who named the students of the requests that there are was not kept: as far as it is known, whoever logged them. What
# is answered is held by its trigger.
KNOWN = """
ALTER TABLE cases_recordsrequest DISABLE TRIGGER cases_recordsrequest_is_held;
UPDATE cases_recordsrequest SET student_by_id = logged_by_id WHERE student_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE cases_recordsrequest ENABLE TRIGGER cases_recordsrequest_is_held;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0106_reports_late_outside_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="recordsrequest",
            name="student_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="recordsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("student__isnull", True), ("student_by__isnull", True))
                | models.Q(("student__isnull", False), ("student_by__isnull", False)),
                name="cases_recordsrequest_student_by_somebody",
            ),
        ),
    ]
