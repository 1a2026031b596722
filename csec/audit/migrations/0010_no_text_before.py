from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """No event that was ever written has other words: nothing but the program names them."""

    dependencies = [("audit", "0009_no_text")]

    operations = [ValidateConstraint(model_name="event", name="audit_event_holds_no_text")]
