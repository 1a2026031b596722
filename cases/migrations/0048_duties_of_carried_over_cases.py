import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0047_duties_of_open_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportduty",
            name="concern",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.concern",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportduty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("concern__isnull", True)),
                fields=("person", "case", "number"),
                name="cases_reportduty_once_a_number_of_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportduty",
            constraint=models.CheckConstraint(
                condition=models.Q(("concern__isnull", False), ("case__isnull", False), _connector="OR"),
                name="cases_reportduty_of_a_concern_or_a_case",
            ),
        ),
    ]
