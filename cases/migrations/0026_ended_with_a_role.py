from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_marked_in_place_access")]

    operations = [
        migrations.AddField(
            model_name="caseperson",
            name="ended_with",
            field=models.UUIDField(null=True),
        ),
    ]
