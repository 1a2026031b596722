import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0039_parents_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("targeted", "A student who may have been targeted"),
                            ("same_student", "The same student, as a possible victim"),
                        ],
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "from_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links_out", to="cases.case"
                    ),
                ),
                (
                    "to_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links_in", to="cases.case"
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("from_case", "to_case"), name="cases_caselink_once"),
                    models.CheckConstraint(
                        condition=models.Q(("from_case", models.F("to_case")), _negated=True),
                        name="cases_caselink_between_two_cases",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["targeted", "same_student"])),
                        name="cases_caselink_kind_is_known",
                    ),
                ],
            },
        ),
    ]
