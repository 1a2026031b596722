from django.db import migrations

# Of the concerns in no case in which a report is late, or whoever owes it has left: at which school, and of when. For
# those who answer for the school, as they are written to (`cases/reminders/duties.py`): that one is, not whose; once
# somebody has reported, when the last of all duties is due. The concern is one that they do not
# open, as one that its receiver has closed; what waits with them stands there itself.
LATE = """
CREATE FUNCTION reports_late_outside() RETURNS TABLE (concern_id uuid, school text, logged_at timestamptz, zone text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT k.id, s.name, k.logged_at, s.time_zone
    FROM (
        SELECT a.concern_id FROM cases_reportduty a
        WHERE a.concern_id IN (
            SELECT d.concern_id FROM cases_reportduty d WHERE d.ended_at IS NULL AND d.case_id IS NULL)
        GROUP BY a.concern_id
        HAVING CASE WHEN bool_or(a.how IN ('own', 'joint')) THEN max(a.due_at) <= statement_timestamp()
            ELSE min(a.due_at) FILTER (WHERE a.ended_at IS NULL) <= statement_timestamp()
                OR NOT bool_or(works_anywhere(a.person_id)) FILTER (WHERE a.ended_at IS NULL) END
    ) owed
    JOIN cases_concern k ON k.id = owed.concern_id JOIN directory_school s ON s.id = k.school_id
    WHERE works_as(acting_person(), ARRAY['administrator', 'liaison'], k.school_id)
        AND NOT (k.status = 'received' AND concern_held(k.id))
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion x
            WHERE x.concern_id = k.id AND x.person_id = acting_person() AND x.lifted_at IS NULL)
    ORDER BY k.logged_at, k.id
    $$;
REVOKE EXECUTE ON FUNCTION reports_late_outside() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reports_late_outside() TO csec_app;
"""
BACK = "DROP FUNCTION reports_late_outside();"


class Migration(migrations.Migration):
    dependencies = [("cases", "0105_concerns_taken_apart_access")]

    operations = [migrations.RunSQL(LATE, BACK)]
