from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0076_reviewed_by_office_access"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="number",
            field=models.CharField(max_length=12, unique=True),
        ),
    ]
