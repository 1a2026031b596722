from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_reminding"),
    ]

    operations = [
        migrations.AddField(
            model_name="closure",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("school", "first_day", "last_day"),
                name="directory_closure_entered_once",
                nulls_distinct=False,
            ),
        ),
    ]
