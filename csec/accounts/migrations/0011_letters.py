from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_agreement"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="passwordreset",
            name="accounts_passwordreset_one_waiting",
        ),
        migrations.AddField(
            model_name="passwordreset",
            name="kind",
            field=models.CharField(
                choices=[("asked", "Asked"), ("invited", "Invited"), ("moved", "Moved")],
                default="asked",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="passwordreset",
            name="address",
            field=models.EmailField(blank=True, default="", max_length=254),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="passwordreset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sent_at__isnull", True)),
                fields=("person", "kind"),
                name="accounts_passwordreset_one_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="passwordreset",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["asked", "invited", "moved"])),
                name="accounts_passwordreset_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="passwordreset",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), ("kind", "moved"), _connector="OR"),
                name="accounts_passwordreset_link_goes_home",
            ),
        ),
    ]
