from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_outbox_access")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("attempts__gt", 0), ("state", "waiting")),
                fields=["send_after"],
                name="delivery_message_refused",
            ),
        ),
    ]
