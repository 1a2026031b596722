from django.db import migrations, models

ACCESS = "GRANT SELECT ON crypto_knownmasterkey TO csec_app;"


class Migration(migrations.Migration):
    dependencies = [("crypto", "0002_access")]

    operations = [
        migrations.CreateModel(
            name="KnownMasterKey",
            fields=[
                ("version", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.RunSQL(ACCESS, "REVOKE ALL ON crypto_knownmasterkey FROM csec_app;"),
    ]
