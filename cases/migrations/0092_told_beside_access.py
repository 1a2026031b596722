from django.db import migrations

# Who can be told of a case, past whoever it is kept from and `but`: first those who carry or answer for it, then legal
# counsel, then whoever answers for another school. Of the second and third it says nothing but that they are there.
TOLD = """
CREATE FUNCTION told_of_case(which uuid, but uuid, at timestamptz) RETURNS TABLE (person_id uuid, place int)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT u.id, min(CASE
            WHEN m.role = 'counsel' THEN 2
            WHEN m.role = 'administrator' AND m.school_id <> c.school_id THEN 3
            ELSE 1
        END)
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        JOIN accounts_membership m ON m.role IN ('liaison', 'counsel', 'administrator')
            OR m.school_id = c.school_id AND EXISTS (
                SELECT FROM cases_caseperson p
                WHERE p.case_id = c.id AND p.person_id = m.person_id AND p.role = m.role AND NOT p.excluded
                    AND p.role IN ('counselor', 'social_worker')
                    AND p.since <= told_of_case.at AND (p.until IS NULL OR p.until > told_of_case.at))
        JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND on_side_of(u.drill_id, c.school_id)
    WHERE c.id = which AND u.id IS DISTINCT FROM but
        AND m.since <= (told_of_case.at AT TIME ZONE s.time_zone)::date
        AND (m.until IS NULL OR m.until > (told_of_case.at AT TIME ZONE s.time_zone)::date)
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x WHERE x.case_id = c.id AND x.person_id = u.id AND x.excluded
                AND (x.until IS NULL OR x.until > told_of_case.at))
    GROUP BY u.id
    $$;

-- Who is told beside them, where fewer than `at_least` carry or answer for it: so many that two are told in all.
-- Those whom a message does not reach come last: the next in the order is told as well.
CREATE FUNCTION told_beside(which uuid, but uuid, at_least int, unreached uuid[], at timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH told AS MATERIALIZED (SELECT * FROM told_of_case(which, but, told_beside.at)),
        nearest AS (SELECT count(*) AS found FROM told WHERE place = 1)
    SELECT t.person_id FROM told t WHERE t.place > 1
    ORDER BY t.person_id = ANY (unreached), t.place, t.person_id
    LIMIT (SELECT CASE WHEN found < at_least THEN greatest(2 - found, 0) ELSE 0 END FROM nearest)
    $$;

-- How many would be told that the one who acts opened a case in an emergency: nothing of one that they may not open.
CREATE FUNCTION emergency_is_told(which uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT count(*) FROM told_of_case(which, acting_person(), statement_timestamp()) WHERE may_open_in_emergency(which)
    $$;

REVOKE EXECUTE ON FUNCTION told_of_case(uuid, uuid, timestamptz), told_beside(uuid, uuid, int, uuid[], timestamptz),
    emergency_is_told(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION told_of_case(uuid, uuid, timestamptz), told_beside(uuid, uuid, int, uuid[], timestamptz)
    TO csec_worker;
GRANT EXECUTE ON FUNCTION emergency_is_told(uuid) TO csec_app;
"""
BACK = """
DROP FUNCTION emergency_is_told(uuid);
DROP FUNCTION told_beside(uuid, uuid, int, uuid[], timestamptz);
DROP FUNCTION told_of_case(uuid, uuid, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0091_readers_by_readings")]

    operations = [migrations.RunSQL(TOLD, BACK)]
