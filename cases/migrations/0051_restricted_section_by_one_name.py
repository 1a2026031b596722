from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0050_holds_told_custody_carried")]

    operations = [
        migrations.AlterField(
            model_name="transfersection",
            name="section",
            field=models.CharField(
                choices=[
                    ("who", "Who it is about, and whom to call"),
                    ("track", "The track, and how its steps stand"),
                    ("contact", "The check-ins: how often, and when the next is due"),
                    ("safety", "What is needed for the student’s safety"),
                    ("needs", "What the student needs at school"),
                    ("counseling", "The restricted section"),
                ],
                max_length=10,
            ),
        ),
    ]
