import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whoever is known by an id stays: the outbox and the log name them, and look nobody up again.
KEPT = """
CREATE TRIGGER accounts_user_is_kept BEFORE DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0006_log_refused"),
        ("audit", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(KEPT, "DROP TRIGGER accounts_user_is_kept ON accounts_user;"),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
