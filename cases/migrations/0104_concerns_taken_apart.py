from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0103_asked_anew_of_leavers_access")]

    operations = [
        migrations.AddField("case", "apart_at", models.DateTimeField(null=True)),
        migrations.AddField("concern", "apart_at", models.DateTimeField(null=True)),
    ]
