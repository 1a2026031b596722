from django.db import migrations

# Whoever's role ends is off the cases that it opened to them, from the same midnight on: should they come back one day,
# they begin with none. A last day that is put off takes
# those rows along that ended with it (`ended_with`). PostgreSQL ends the rows, as whoever takes the role away need not see the cases.
LEFT = """
CREATE FUNCTION leave_cases(ended uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH role AS (
        SELECT m.*, m.until::timestamp AT TIME ZONE coalesce(s.time_zone, 'America/Los_Angeles') AS over_at
        FROM accounts_membership m LEFT JOIN directory_school s ON s.id = m.school_id
        WHERE m.id = ended AND m.until IS NOT NULL AND m.person_id <> acting_person()
            AND works_as(acting_person(), ARRAY['administrator', 'liaison'], m.school_id)
    )
    UPDATE cases_caseperson p SET until = greatest(p.since, r.over_at), ended_with = r.id
    FROM role r, cases_case c
    WHERE c.id = p.case_id AND p.person_id = r.person_id AND p.role = r.role AND NOT p.excluded
        AND (p.until IS NULL OR p.until > greatest(p.since, r.over_at) OR p.ended_with = r.id)
        AND (r.school_id IS NULL OR r.school_id = c.school_id OR r.role = 'sro')
        AND NOT EXISTS (
            SELECT FROM accounts_membership o
            WHERE o.person_id = r.person_id AND o.role = r.role AND o.id <> r.id
                AND (o.school_id IS NULL OR o.school_id = c.school_id OR o.role = 'sro')
                AND o.since <= r.until AND (o.until IS NULL OR o.until > r.until))
    $$;
REVOKE EXECUTE ON FUNCTION leave_cases(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_cases(uuid) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("district", "0001_carried_cases"), ("cases", "0026_ended_with_a_role")]

    operations = [migrations.RunSQL(LEFT, "DROP FUNCTION leave_cases(uuid);")]
