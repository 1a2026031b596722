from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0058_case_reviews_access")]

    operations = [
        migrations.AddIndex("entry", models.Index(fields=["happened_at"], name="cases_entry_by_time")),
        migrations.AddIndex("checkin", models.Index(fields=["due_on"], name="cases_checkin_by_day")),
    ]
