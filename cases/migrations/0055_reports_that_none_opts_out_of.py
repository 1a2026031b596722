from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0054_taken_back_access")]

    operations = [
        migrations.AddField(
            model_name="steppart", name="may_opt_out", field=models.BooleanField(default=True)
        ),
    ]
