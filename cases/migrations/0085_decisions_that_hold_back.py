from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0084_drills_of_the_district_access")]

    operations = [
        # Of those that were decided before, what they say is sealed: they count as they did until they are decided anew.
        migrations.AddField("steppart", "holds_back", models.BooleanField(default=False, db_default=False)),
    ]
