from django.db import migrations

# The application writes no sign of life but this one: that the log did not take an event of its.
REFUSED = """
CREATE FUNCTION note_log_refused() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO delivery_heartbeat (part, at) VALUES ('log_refused', clock_timestamp())
    ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at
    $$;
REVOKE EXECUTE ON FUNCTION note_log_refused() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_log_refused() TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_refused"), ("audit", "0006_unsealed_since")]

    operations = [migrations.RunSQL(REFUSED, "DROP FUNCTION note_log_refused();")]
