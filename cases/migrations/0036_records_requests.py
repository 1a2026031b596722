import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0035_releases_access"),
        ("crypto", "0004_recovery_key"),
        ("directory", "0009_offices_closed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordsRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "asker",
                    models.CharField(
                        choices=[
                            ("parent", "A parent or guardian"),
                            ("student", "The student"),
                            ("subpoena", "A subpoena or court order"),
                            ("other", "Somebody else"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("telephone", "By telephone"),
                            ("mail", "By mail"),
                            ("email", "By e-mail"),
                            ("served", "Served by an officer of a court"),
                        ],
                        max_length=10,
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("logged_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crypto.datakey"
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.student",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "logged_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="caseperson",
            name="opened_for",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="RecordsAnswer",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="cases.recordsrequest",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("released", "Released"),
                            ("part", "Released, and a part withheld"),
                            ("refused", "Refused"),
                            ("withdrawn", "Taken back, or no request for records"),
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
            ],
        ),
        migrations.AddIndex(
            model_name="recordsrequest",
            index=models.Index(fields=["student"], name="cases_recordsrequest_student"),
        ),
        migrations.AddIndex(
            model_name="recordsrequest",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["due_on"],
                name="cases_recordsrequest_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("asker__in", ["parent", "student", "subpoena", "other"])),
                name="cases_recordsrequest_asker_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["in_person", "telephone", "mail", "email", "served"])),
                name="cases_recordsrequest_way_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("received_on"))),
                name="cases_recordsrequest_due_after_it_came",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordsanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["released", "part", "refused", "withdrawn"])),
                name="cases_recordsanswer_outcome_is_known",
            ),
        ),
    ]
