import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROGRESS = [
    ("waiting", "Waiting for the first appointment"),
    ("began", "Began"),
    ("ended", "Ended"),
    ("did_not_begin", "Did not begin"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0031_people_and_safety_access"),
        ("directory", "0008_providers"),
        ("crypto", "0004_recovery_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="srorequest", name="overseers_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="steppart",
            name="progress",
            field=models.CharField(blank=True, choices=PROGRESS, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="steppart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("progress", ""),
                    models.Q(
                        ("outcome", "done"),
                        ("progress__in", ["waiting", "began", "ended", "did_not_begin"]),
                    ),
                    _connector="OR",
                ),
                name="cases_steppart_progress_of_what_was_done",
            ),
        ),
        migrations.AddIndex(
            model_name="steppart",
            index=models.Index(
                condition=models.Q(
                    ("kind", "referral"),
                    ("next_on__isnull", False),
                    ("outcome__in", ["declined", "done"]),
                ),
                fields=["case"],
                name="cases_steppart_asked_after",
            ),
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(choices=PROGRESS, max_length=20)),
                ("at", models.DateTimeField()),
                ("next_on", models.DateField(null=True)),
                ("sealed", models.BinaryField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="cases.steppart"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "began", "ended", "did_not_begin"])),
                        name="cases_referral_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_on__isnull", False), ("state__in", ["waiting", "began"])),
                            models.Q(("next_on__isnull", True), ("state__in", ["ended", "did_not_begin"])),
                            _connector="OR",
                        ),
                        name="cases_referral_looked_at_again_while_it_goes_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterNote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("active", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster_notes",
                        to="cases.case",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.school"
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.student"
                    ),
                ),
            ],
            options={"ordering": ["at", "id"]},
        ),
    ]
