from django.db import migrations

# Since when the log waits for its seal, when that is longer than `patience`: one look at one event, and no row.
UNSEALED = """
CREATE FUNCTION log_unsealed_since(patience interval) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT first.at FROM (
        SELECT e.at FROM audit_event e
        WHERE e.number > coalesce((SELECT max(s.until) FROM audit_seal s), -1) ORDER BY e.number LIMIT 1
    ) AS first
    WHERE first.at < clock_timestamp() - patience
    $$;
REVOKE EXECUTE ON FUNCTION log_unsealed_since(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log_unsealed_since(interval) TO csec_app, csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_seals_access")]

    operations = [migrations.RunSQL(UNSEALED, "DROP FUNCTION log_unsealed_since(interval);")]
