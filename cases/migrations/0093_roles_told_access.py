from django.db import migrations

# What the worker watches for in the log, which it does not read: who was given a role that answers for cases, and by
# whom. Nothing of a drill.
GIVEN = """
CREATE FUNCTION overseers_made(since timestamptz, at timestamptz)
    RETURNS TABLE (subject uuid, given_at timestamptz, given_by uuid, person uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT m.id, e.at, e.actor, m.person_id
    FROM audit_event e
        JOIN accounts_membership m ON m.role IN ('liaison', 'counsel', 'administrator') AND (
            e.verb = 'role_given' AND m.id = e.subject OR e.verb = 'person_invited' AND m.person_id = e.subject)
        JOIN accounts_user u ON u.id = m.person_id AND u.drill_id IS NULL
    WHERE e.at > overseers_made.since AND e.at <= overseers_made.at AND e.result = 'done'
    $$;
REVOKE EXECUTE ON FUNCTION overseers_made(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION overseers_made(timestamptz, timestamptz) TO csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0092_told_beside_access")]

    operations = [migrations.RunSQL(GIVEN, "DROP FUNCTION overseers_made(timestamptz, timestamptz);")]
