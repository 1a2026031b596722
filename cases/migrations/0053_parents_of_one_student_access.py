from django.db import migrations

# What stands between the school and the parents is of the student, whatever case it was entered in, and whichever row of
# the roster each case names: in every other one contact is frozen, and nothing is said of why, nor that there is another
# case. A hold that was carried over with its case stands there alone.
ELSEWHERE = """
CREATE FUNCTION parents_frozen_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which) AND EXISTS (
        SELECT FROM cases_case c CROSS JOIN LATERAL rows_of_student(c.student_id) same
            JOIN cases_case o ON o.student_id = same.student_id AND o.id <> c.id
        WHERE c.id = which AND (
            EXISTS (
                SELECT FROM cases_parenthold h
                WHERE h.case_id = o.id AND h.ended_at IS NULL AND NOT EXISTS (
                    SELECT FROM cases_transfer t JOIN cases_case n ON n.id = t.new_case_id AND n.status <> 'voided'
                    WHERE t.case_id = o.id AND t.state = 'accepted' AND t.answered_at >= h.begun_at))
            OR o.status <> 'voided' AND EXISTS (
                SELECT FROM cases_custody y WHERE y.case_id = o.id AND y.ended_at IS NULL)))
    $$;
REVOKE EXECUTE ON FUNCTION parents_frozen_elsewhere(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION parents_frozen_elsewhere(uuid) TO csec_app;
"""
FROZEN = """
CREATE OR REPLACE FUNCTION parents_frozen(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which)
        AND EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = which AND h.ended_at IS NULL)
        OR parents_frozen_elsewhere(which)
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0052_handed_over_in_full"), ("directory", "0007_student_merges_access")]

    operations = [migrations.RunSQL(ELSEWHERE + FROZEN, migrations.RunSQL.noop)]
