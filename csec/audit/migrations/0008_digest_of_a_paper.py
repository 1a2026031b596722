from django.db import migrations, models

# Column by column, as before (0005).
GRANT = "GRANT INSERT (digest) ON audit_event TO csec_app, csec_worker;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_sheets_of_concerns")]

    operations = [
        migrations.AddField(model_name="event", name="digest", field=models.BinaryField(null=True)),
        migrations.RunSQL(GRANT, "REVOKE INSERT (digest) ON audit_event FROM csec_app, csec_worker;"),
    ]
