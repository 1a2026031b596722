from django.db import migrations

# By when what is owed about a concern that is in no case is due, as `report_due` says it of a case: by the first duty
# that is open; once somebody has reported by the last of all, so that it tells of nobody whether they have.
DUE = """
CREATE FUNCTION concern_report_due(which uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE WHEN bool_or(a.how IN ('own', 'joint')) THEN max(a.due_at)
        ELSE min(a.due_at) FILTER (WHERE a.ended_at IS NULL) END
    FROM cases_reportduty a WHERE a.concern_id = which
    $$;
REVOKE EXECUTE ON FUNCTION concern_report_due(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION concern_report_due(uuid) TO csec_worker;
"""
# Of the concerns in no case in which a report is late, or whoever owes it has left before any was made: at which school,
# and of when. For those who answer for the school, as they are written to (`cases/reminders/duties.py`): that one is, not
# whose. The concern is one that they do not open, as one that its receiver has closed; what waits with them stands there
# itself.
LATE = """
CREATE FUNCTION reports_late_outside() RETURNS TABLE (concern_id uuid, school text, logged_at timestamptz, zone text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT k.id, s.name, k.logged_at, s.time_zone
    FROM (
        SELECT d.concern_id, NOT bool_or(works_anywhere(d.person_id)) AS left_all FROM cases_reportduty d
        WHERE d.ended_at IS NULL AND d.case_id IS NULL AND d.concern_id IS NOT NULL
        GROUP BY d.concern_id
    ) owed
    JOIN cases_concern k ON k.id = owed.concern_id JOIN directory_school s ON s.id = k.school_id
    WHERE works_as(acting_person(), ARRAY['administrator', 'liaison'], k.school_id)
        AND (concern_report_due(k.id) <= statement_timestamp() OR owed.left_all AND NOT EXISTS (
            SELECT FROM cases_reportduty a WHERE a.concern_id = k.id AND a.how IN ('own', 'joint')))
        AND NOT (k.status = 'received' AND concern_held(k.id))
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion x
            WHERE x.concern_id = k.id AND x.person_id = acting_person() AND x.lifted_at IS NULL)
    ORDER BY k.logged_at, k.id
    $$;
REVOKE EXECUTE ON FUNCTION reports_late_outside() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reports_late_outside() TO csec_app;
"""
BACK = "DROP FUNCTION reports_late_outside(); DROP FUNCTION concern_report_due(uuid);"


class Migration(migrations.Migration):
    dependencies = [("cases", "0105_concerns_taken_apart_access")]

    operations = [migrations.RunSQL(DUE + LATE, BACK)]
