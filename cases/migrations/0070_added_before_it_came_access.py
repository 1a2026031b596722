"""What was added to a concern at a school before, and read there while the case that it went on in was closed."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION added_and_read_before(which uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH RECURSIVE came (case_id) AS (
        SELECT t.case_id FROM cases_transfer t WHERE t.new_case_id = which AND t.state = 'accepted'
        UNION
        SELECT t.case_id FROM cases_transfer t JOIN came ON came.case_id = t.new_case_id AND t.state = 'accepted')
    SELECT max(k.accepted_at) FROM came JOIN cases_concern k ON k.case_id = came.case_id
    WHERE case_access(which) AND EXISTS (SELECT FROM cases_concernaddition a WHERE a.concern_id = k.id)
    $$;
COMMENT ON FUNCTION added_and_read_before(uuid) IS
    'When something added to a concern was read last in the cases from which one was handed over; nothing of it.';
REVOKE EXECUTE ON FUNCTION added_and_read_before(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION added_and_read_before(uuid) TO csec_app;
"""
BACKWARDS = "DROP FUNCTION added_and_read_before(uuid);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0069_handed_over_and_told_access")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
