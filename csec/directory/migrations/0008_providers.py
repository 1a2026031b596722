from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_student_merges_access")]

    operations = [
        migrations.RemoveConstraint(model_name="agency", name="directory_agency_kind_is_known"),
        migrations.AlterField(
            model_name="agency",
            name="kind",
            field=models.CharField(
                choices=[
                    ("child_welfare", "Child Welfare Services"),
                    ("law_enforcement", "Law enforcement"),
                    ("hotline", "Hotline"),
                    ("provider", "Counseling or social services"),
                    ("other", "Other"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["child_welfare", "law_enforcement", "hotline", "provider", "other"])
                ),
                name="directory_agency_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="district",
            name="offer_again_days",
            field=models.PositiveSmallIntegerField(default=30),
        ),
        migrations.AddField(
            model_name="district",
            name="referral_look_days",
            field=models.PositiveSmallIntegerField(default=14),
        ),
    ]
