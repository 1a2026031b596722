from django.db import migrations

# Of what the one who acts was told beside, what still stands, and would still be told to them: the accesses that nobody
# has looked at, and the cases that nobody carries. The cases themselves are not theirs to open.
STANDING = """
CREATE FUNCTION beside_may_be_told(which uuid, but uuid, at_least int, at timestamptz, who uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT coalesce(bool_or(t.place > 1 AND t.person_id = who), false)
        AND count(*) FILTER (WHERE t.place = 1) < at_least
    FROM told_of_case(which, but, beside_may_be_told.at) t
    $$;

CREATE FUNCTION beside_standing() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT e.id FROM cases_emergencyaccess e
    WHERE e.reviewed_at IS NULL AND EXISTS (
            SELECT FROM delivery_message m
            WHERE m.subject = e.id AND m.kind = 'emergency_beside' AND m.recipient_id = acting_person())
        AND beside_may_be_told(e.case_id, e.person_id, 2, statement_timestamp(), acting_person())
    UNION ALL
    SELECT c.id FROM cases_case c
    WHERE c.status = 'open' AND EXISTS (
            SELECT FROM delivery_message m
            WHERE m.subject = c.id AND m.kind = 'nobody_answers' AND m.recipient_id = acting_person())
        AND beside_may_be_told(c.id, NULL, 1, statement_timestamp(), acting_person())
    $$;

REVOKE EXECUTE ON FUNCTION beside_may_be_told(uuid, uuid, int, timestamptz, uuid), beside_standing() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION beside_may_be_told(uuid, uuid, int, timestamptz, uuid) TO csec_worker;
GRANT EXECUTE ON FUNCTION beside_standing() TO csec_app;
"""
BACK = """
DROP FUNCTION beside_standing();
DROP FUNCTION beside_may_be_told(uuid, uuid, int, timestamptz, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0093_roles_told_access")]

    operations = [migrations.RunSQL(STANDING, BACK)]
