from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_unsealed_since")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("verb__in", ["concern_viewed", "report_sheet_opened"])),
                fields=["subject"],
                name="audit_event_of_concern",
            ),
        ),
        migrations.RemoveIndex(model_name="event", name="audit_event_concern"),
    ]
