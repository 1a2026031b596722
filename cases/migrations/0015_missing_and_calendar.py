from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_officers_cover_access")]

    operations = [
        migrations.AddField(
            model_name="concern", name="missing_since", field=models.DateTimeField(null=True)
        ),
    ]
