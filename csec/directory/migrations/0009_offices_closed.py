from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0008_providers"),
    ]

    operations = [
        migrations.AddField(
            model_name="closure",
            name="offices_closed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("offices_closed", False), ("school__isnull", True), _connector="OR"),
                name="directory_closure_of_offices_is_of_all",
            ),
        ),
    ]
