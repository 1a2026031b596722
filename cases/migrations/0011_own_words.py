from django.db import migrations

FUNCTIONS = """
-- Whoever a concern goes past does not hold it and reads nothing of its case. What they wrote themselves stays
-- theirs: that it vanished would tell them, and would silence their own duty to report.
CREATE OR REPLACE FUNCTION concern_access(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT acting_person() IS NOT NULL AND (
        EXISTS (SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = acting_person())
        OR NOT EXISTS (
            SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = acting_person())
        AND (
            concern_held(which)
            OR EXISTS (
                SELECT FROM cases_concern c WHERE c.id = which
                    AND case_role(c.case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'))
        ))
    $$;
"""
READERS = """
-- Who read it, by the day: who opened it at which minute could tell who reported. What was read of the concerns in
-- it counts as well, never their authors' look at their own words.
CREATE OR REPLACE FUNCTION case_readers(which uuid) RETURNS TABLE (person uuid, last_on date)
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT e.actor, max((e.at AT TIME ZONE s.time_zone)::date)
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id CROSS JOIN LATERAL (
        SELECT v.actor, v.at FROM audit_event v
        WHERE v.case_id = c.id AND v.verb = 'case_viewed' AND v.result = 'done'
        UNION ALL
        SELECT v.actor, v.at FROM cases_concern k JOIN audit_event v ON v.subject = k.id
        WHERE k.case_id = c.id AND v.verb = 'concern_viewed' AND v.result = 'done' AND NOT EXISTS (
            SELECT FROM cases_concernauthor a WHERE a.concern_id = k.id AND a.person_id = v.actor)
    ) e
    WHERE c.id = which AND case_access(which)
    GROUP BY e.actor
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_asked_again_access")]

    operations = [migrations.RunSQL(FUNCTIONS + READERS, migrations.RunSQL.noop)]
