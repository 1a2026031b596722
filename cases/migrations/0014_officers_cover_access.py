from django.db import migrations

# Whoever covers an officer who is not there reads that one was asked in, at which school and by whom: enough to call
# and be asked instead. The case stays closed to them until then.
FUNCTIONS = """
CREATE FUNCTION requests_to_cover() RETURNS TABLE (officer text, asked_by text, school text, asked_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT o.name, b.name, s.name, q.asked_at
    FROM cases_srorequest q
    JOIN cases_steppart t ON t.id = q.part_id
    JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
    JOIN cases_case c ON c.id = q.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN accounts_user o ON o.id = q.officer_id
    JOIN accounts_user b ON b.id = q.asked_by_id
    JOIN accounts_membership m ON m.person_id = q.officer_id AND m.role = 'sro' AND m.cover_id = acting_person()
        AND m.since <= school_day(c.school_id) AND (m.until IS NULL OR m.until > school_day(c.school_id))
    WHERE q.answer = '' AND works_as(acting_person(), ARRAY['sro'], c.school_id)
        AND NOT is_there(q.officer_id, c.school_id)
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x WHERE x.case_id = q.case_id AND x.person_id = acting_person()
                AND x.excluded AND (x.until IS NULL OR x.until > statement_timestamp()))
    ORDER BY q.asked_at
    $$;
REVOKE EXECUTE ON FUNCTION requests_to_cover() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION requests_to_cover() TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_late_concerns_access")]

    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
