from django.db import migrations

ACCESS = """
GRANT SELECT, INSERT, UPDATE ON delivery_heartbeat TO csec_worker;
GRANT SELECT ON delivery_heartbeat TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(ACCESS, "REVOKE ALL ON delivery_heartbeat FROM csec_app, csec_worker;")]
