from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_own_words")]

    operations = [
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(
                condition=models.Q(("status", "received")),
                fields=["climbs_at"],
                name="cases_concern_to_deal_with",
            ),
        ),
    ]
