from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_district_access")]

    operations = [
        migrations.AddField(model_name="checkin", name="moved_from", field=models.DateField(null=True)),
    ]
