from django.db import migrations

# Who can be told of a case (0092). And of each who carries it whether they are there today: of a case that nobody would
# look after today somebody beside them is told. Whoever answers for it is written to wherever they are.
_OF_TODAY = """
        AND m.since <= (MOMENT AT TIME ZONE s.time_zone)::date
        AND (m.until IS NULL OR m.until > (MOMENT AT TIME ZONE s.time_zone)::date)
"""
_THERE = """
            NOT EXISTS (
                SELECT FROM accounts_away a
                WHERE a.person_id = u.id AND a.withdrawn_at IS NULL
                    AND (MOMENT AT TIME ZONE s.time_zone)::date BETWEEN a.first_day AND a.last_day)
            AND (cardinality(m.weekdays) = 0 OR extract(isodow FROM MOMENT AT TIME ZONE s.time_zone) > 5
                OR extract(isodow FROM MOMENT AT TIME ZONE s.time_zone)::int - 1 = ANY (m.weekdays))
"""
OF_CASE = """
DROP FUNCTION told_of_case(uuid, uuid, timestamptz);
CREATE FUNCTION told_of_case(which uuid, but uuid, at timestamptz)
    RETURNS TABLE (person_id uuid, place int, there boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT u.id, min(CASE
            WHEN m.role = 'counsel' THEN 2
            WHEN m.role = 'administrator' AND m.school_id <> c.school_id THEN 3
            ELSE 1
        END), coalesce(bool_or(m.role IN ('liaison', 'administrator') OR IS_THERE)
            FILTER (WHERE m.role <> 'counsel' AND (m.role <> 'administrator' OR m.school_id = c.school_id)), true)
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        JOIN accounts_membership m ON m.role IN ('liaison', 'counsel', 'administrator')
            OR m.school_id = c.school_id AND EXISTS (
                SELECT FROM cases_caseperson p
                WHERE p.case_id = c.id AND p.person_id = m.person_id AND p.role = m.role AND NOT p.excluded
                    AND p.role IN ('counselor', 'social_worker')
                    AND p.since <= told_of_case.at AND (p.until IS NULL OR p.until > told_of_case.at))
        JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND on_side_of(u.drill_id, c.school_id)
    WHERE c.id = which AND u.id IS DISTINCT FROM but OF_TODAY
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x WHERE x.case_id = c.id AND x.person_id = u.id AND x.excluded
                AND (x.until IS NULL OR x.until > told_of_case.at))
    GROUP BY u.id
    $$;
"""
# The same of a concern that waits: first its receiver and backup, and those who answer for the school.
OF_CONCERN = """
CREATE FUNCTION told_of_concern(which uuid, at timestamptz)
    RETURNS TABLE (person_id uuid, place int, there boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT u.id, min(CASE
            WHEN m.role = 'counsel' THEN 2
            WHEN m.role = 'administrator' AND m.school_id <> k.school_id THEN 3
            ELSE 1
        END), coalesce(bool_or(m.role IN ('liaison', 'administrator') OR IS_THERE)
            FILTER (WHERE m.role <> 'counsel' AND (m.role <> 'administrator' OR m.school_id = k.school_id)), true)
    FROM cases_concern k JOIN directory_school s ON s.id = k.school_id
        JOIN accounts_membership m ON m.role IN ('liaison', 'counsel', 'administrator')
            OR m.school_id = k.school_id AND m.role IN ('counselor', 'social_worker')
                AND m.person_id IN (k.receiver_id, k.backup_id)
        JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND on_side_of(u.drill_id, k.school_id)
    WHERE k.id = which OF_TODAY
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion x
            WHERE x.concern_id = k.id AND x.person_id = u.id AND x.lifted_at IS NULL)
    GROUP BY u.id
    $$;
"""
# Of an emergency access (`at_least` two) whoever carries the case counts wherever they are; of what nobody looks after
# only who is there.
BESIDE = """
CREATE OR REPLACE FUNCTION told_beside(which uuid, but uuid, at_least int, unreached uuid[], at timestamptz)
    RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH told AS MATERIALIZED (
            SELECT * FROM told_of_case(which, but, told_beside.at)
            UNION ALL SELECT * FROM told_of_concern(which, told_beside.at)),
        nearest AS (SELECT count(*) AS found FROM told WHERE place = 1 AND (there OR at_least > 1))
    SELECT t.person_id FROM told t WHERE t.place > 1
    ORDER BY t.person_id = ANY (unreached), t.place, t.person_id
    LIMIT (SELECT CASE WHEN found < at_least THEN greatest(2 - found, 0) ELSE 0 END FROM nearest)
    $$;

CREATE OR REPLACE FUNCTION beside_may_be_told(which uuid, but uuid, at_least int, at timestamptz, who uuid)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT coalesce(bool_or(t.place > 1 AND t.person_id = who), false)
        AND count(*) FILTER (WHERE t.place = 1 AND (t.there OR at_least > 1)) < at_least
    FROM (
        SELECT * FROM told_of_case(which, but, beside_may_be_told.at)
        UNION ALL SELECT * FROM told_of_concern(which, beside_may_be_told.at)) t
    $$;

CREATE OR REPLACE FUNCTION beside_standing() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT e.id FROM cases_emergencyaccess e
    WHERE e.reviewed_at IS NULL AND EXISTS (
            SELECT FROM delivery_message m
            WHERE m.subject = e.id AND m.kind = 'emergency_beside' AND m.recipient_id = acting_person())
        AND beside_may_be_told(e.case_id, e.person_id, 2, statement_timestamp(), acting_person())
    UNION ALL
    SELECT w.id FROM (
        SELECT c.id FROM cases_case c WHERE c.status = 'open'
        UNION ALL SELECT k.id FROM cases_concern k WHERE k.status = 'received') w
    WHERE EXISTS (
            SELECT FROM delivery_message m
            WHERE m.subject = w.id AND m.kind = 'nobody_answers' AND m.recipient_id = acting_person())
        AND beside_may_be_told(w.id, NULL, 1, statement_timestamp(), acting_person())
    $$;

REVOKE EXECUTE ON FUNCTION told_of_case(uuid, uuid, timestamptz), told_of_concern(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION told_of_case(uuid, uuid, timestamptz), told_of_concern(uuid, timestamptz) TO csec_worker;
"""


def _at(sql: str, moment: str) -> str:
    return sql.replace("OF_TODAY", _OF_TODAY).replace("IS_THERE", _THERE).replace("MOMENT", moment)


class Migration(migrations.Migration):
    dependencies = [("cases", "0100_whom_a_track_binds_access")]

    operations = [
        migrations.RunSQL(
            _at(OF_CASE, "told_of_case.at") + _at(OF_CONCERN, "told_of_concern.at") + BESIDE,
            migrations.RunSQL.noop,
        )
    ]
