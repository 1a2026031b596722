from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0086_decisions_that_hold_back_access")]

    operations = [
        migrations.AlterField(
            model_name="srorequest",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Waiting for an answer"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("withdrawn", "Taken back: the School Resource Officer is no longer on the case"),
                ],
                max_length=10,
            ),
        ),
    ]
