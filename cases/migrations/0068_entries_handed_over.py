from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0067_what_freezes_access")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="handed_over",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
