import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0068_how_duties_ended_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("team", "The people of this case, for a meeting"),
                            ("counsel", "The district’s legal counsel"),
                            ("child_welfare", "Child Welfare Services"),
                            ("receiving_school", "The school that takes the student over"),
                        ],
                        max_length=20,
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="cases.case"
                    ),
                ),
                (
                    "release",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="cases.release",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("audience__in", ["team", "counsel"]), ("release__isnull", True)),
                            models.Q(
                                ("audience__in", ["child_welfare", "receiving_school"]),
                                ("release__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="cases_paper_that_leaves_is_a_release",
                    )
                ],
            },
        ),
    ]
