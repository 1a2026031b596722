import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ACCESS = "GRANT SELECT, INSERT ON demo_invented TO csec_app;"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0006_calendar_feed_access")]

    operations = [
        migrations.CreateModel(
            name="Invented",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="invented",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(ACCESS, "REVOKE ALL ON demo_invented FROM csec_app;"),
    ]
