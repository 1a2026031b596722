from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0047_duties_of_open_reports")]

    operations = [
        migrations.AddField(
            model_name="steppart", name="may_opt_out", field=models.BooleanField(default=True)
        ),
    ]
