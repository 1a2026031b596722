from django.db import migrations, models

# Who is signed in stays so: their browsers keep the keys, and the table the digests of them.
DIGESTS = "UPDATE accounts_session SET session_key = encode(sha256(convert_to(session_key, 'UTF8')), 'hex');"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_who_keeps_staff_access")]

    operations = [
        migrations.AlterField(
            model_name="session",
            name="session_key",
            field=models.CharField(max_length=64, primary_key=True, serialize=False),
        ),
        migrations.RunSQL(DIGESTS, "DELETE FROM accounts_session;"),
    ]
