import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0033_referrals_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("left_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "recipient_kind",
                    models.CharField(
                        choices=[
                            ("parent", "Parent or guardian"),
                            ("student", "The student"),
                            ("child_welfare", "Child Welfare Services"),
                            ("law_enforcement", "Law enforcement"),
                            ("court", "A court, or an attorney in a case before it"),
                            ("other_school", "Another school or district"),
                            ("provider", "A provider of services"),
                            ("other", "Somebody else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("consent", "Written consent (34 CFR 99.30; Education Code 49075)"),
                            ("school_official", "A school official who needs it (34 CFR 99.31(a)(1))"),
                            (
                                "other_school",
                                "The school where the student enrolls (34 CFR 99.31(a)(2); Education Code 49068)",
                            ),
                            ("emergency", "Health or safety emergency (34 CFR 99.36)"),
                            ("court_order", "Subpoena or court order (34 CFR 99.31(a)(9))"),
                            ("care", "The agency that cares for the student (20 U.S.C. 1232g(b)(1)(L))"),
                            ("report", "Asked for by whoever investigates a report (Penal Code 11167(b))"),
                            (
                                "access",
                                "Own right of a parent or student (Education Code 49069.7; 34 CFR 99.10)",
                            ),
                            ("other", "Another basis (named with the interest)"),
                        ],
                        max_length=20,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="cases.case"
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="cases.release",
                    ),
                ),
            ],
            options={
                "ordering": ["left_at", "recorded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReleaseReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
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
                        related_name="release_reviews",
                        to="cases.case",
                    ),
                ),
                (
                    "last",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="cases.release",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Interview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("held_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "agency_kind",
                    models.CharField(
                        choices=[
                            ("child_welfare", "Child Welfare Services"),
                            ("law_enforcement", "Law enforcement"),
                            ("other", "Another agency"),
                        ],
                        max_length=20,
                    ),
                ),
                ("told", models.BooleanField()),
                (
                    "adult",
                    models.CharField(
                        choices=[
                            ("alone", "The student chose to be alone with the interviewer"),
                            ("accepted", "The student chose an adult of the staff, who accepted"),
                            ("declined", "The student chose an adult of the staff, who declined"),
                            ("not_asked", "The student was not asked, or it is not known"),
                        ],
                        max_length=10,
                    ),
                ),
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
                        related_name="interviews",
                        to="cases.case",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="cases.interview",
                    ),
                ),
            ],
            options={
                "ordering": ["held_at", "recorded_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agency_kind__in", ["child_welfare", "law_enforcement", "other"])
                        ),
                        name="cases_interview_agency_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("adult__in", ["alone", "accepted", "declined", "not_asked"])),
                        name="cases_interview_choice_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held_at__lte", models.F("recorded_at"))),
                        name="cases_interview_held_before_it_was_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects__isnull", True),
                            models.Q(("corrects", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_interview_corrects_another",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "recipient_kind__in",
                        [
                            "parent",
                            "student",
                            "child_welfare",
                            "law_enforcement",
                            "court",
                            "other_school",
                            "provider",
                            "other",
                        ],
                    )
                ),
                name="cases_release_recipient_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "basis__in",
                        [
                            "consent",
                            "school_official",
                            "other_school",
                            "emergency",
                            "court_order",
                            "care",
                            "report",
                            "access",
                            "other",
                        ],
                    )
                ),
                name="cases_release_basis_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(("left_at__lte", models.F("recorded_at"))),
                name="cases_release_left_before_it_was_recorded",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects__isnull", True),
                    models.Q(("corrects", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="cases_release_corrects_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="releasereview",
            constraint=models.UniqueConstraint(
                fields=("case", "last"), name="cases_releasereview_once_up_to_an_entry"
            ),
        ),
    ]
