from django.db import migrations

# The login that seals the log writes no sign of life but this one: that the chain is not the one that was anchored.
CONTRADICTED = """
CREATE FUNCTION note_log_contradicted() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO delivery_heartbeat (part, at) VALUES ('log_contradicted', clock_timestamp())
    ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at
    $$;
REVOKE EXECUTE ON FUNCTION note_log_contradicted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_log_contradicted() TO csec_audit;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_people_are_kept"), ("audit", "0008_digest_of_a_paper")]

    operations = [migrations.RunSQL(CONTRADICTED, "DROP FUNCTION note_log_contradicted();")]
