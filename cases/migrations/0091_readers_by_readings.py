from django.db import migrations

# It told each person's very day, and told it to everybody on the case: `case_readings` blurs the week of a report, and
# answers only those who carry the case or answer for it.
READERS = "DROP FUNCTION case_readers(uuid);"
# As it stood since 0037.
AS_IT_WAS = """
CREATE FUNCTION case_readers(which uuid) RETURNS TABLE (person uuid, last_on date)
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT e.actor, max((e.at AT TIME ZONE s.time_zone)::date)
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id CROSS JOIN LATERAL (
        SELECT v.actor, v.at FROM audit_event v
        WHERE v.case_id = c.id AND v.verb IN ('case_viewed', 'records_previewed', 'report_sheet_opened')
            AND v.result = 'done'
        UNION ALL
        SELECT v.actor, v.at FROM cases_concern k JOIN audit_event v ON v.subject = k.id
        WHERE k.case_id = c.id AND v.verb IN ('concern_viewed', 'report_sheet_opened') AND v.result = 'done'
            AND NOT EXISTS (
                SELECT FROM cases_concernauthor a WHERE a.concern_id = k.id AND a.person_id = v.actor)
    ) e
    WHERE c.id = which AND case_access(which)
    GROUP BY e.actor
    $$;
REVOKE EXECUTE ON FUNCTION case_readers(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_readers(uuid) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0090_figures_by_school_access")]

    operations = [migrations.RunSQL(READERS, AS_IT_WAS)]
