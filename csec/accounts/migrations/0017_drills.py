import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_language_access"),
        ("directory", "0013_drills"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="drill",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.drill",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drill__isnull", True),
                    models.Q(
                        ("email__endswith", ".invalid"),
                        ("last_login__isnull", True),
                        ("password__startswith", "!"),
                    ),
                    _connector="OR",
                ),
                name="accounts_user_of_a_drill_never_signs_in",
            ),
        ),
    ]
