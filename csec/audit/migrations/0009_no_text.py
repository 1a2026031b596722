from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """For what is written from now on. What the log holds is read by the next one, during which it takes events."""

    dependencies = [("audit", "0008_digest_of_a_paper")]

    operations = [
        AddConstraintNotValid(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__regex", "^[a-z_]*$"), ("verb__regex", "^[a-z_]+$")),
                name="audit_event_holds_no_text",
            ),
        ),
    ]
