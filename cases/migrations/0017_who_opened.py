from django.db import migrations

# Who has opened a case and on which days, for those who carry it or answer for it. What was read of the concerns in it
# counts as well, never their authors' look at their own words. In a week in which a report was made, which says when and
# not by whom, everybody's days become that week (`in_week`): who came on just that day would tell.
READINGS = """
CREATE FUNCTION case_readings(which uuid) RETURNS TABLE (person uuid, read_on date, in_week boolean)
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    WITH reads AS (
        SELECT v.actor, v.at FROM audit_event v
        WHERE v.case_id = which AND v.verb = 'case_viewed' AND v.result IN ('done', 'refused')
        UNION ALL
        SELECT v.actor, v.at FROM cases_concern k JOIN audit_event v ON v.subject = k.id
        WHERE k.case_id = which AND v.verb = 'concern_viewed' AND v.result IN ('done', 'refused') AND NOT EXISTS (
            SELECT FROM cases_concernauthor a WHERE a.concern_id = k.id AND a.person_id = v.actor)
    ), days AS (
        SELECT r.actor, (r.at AT TIME ZONE s.time_zone)::date AS day
        FROM reads r, cases_case c JOIN directory_school s ON s.id = c.school_id WHERE c.id = which
    ), weeks AS (
        SELECT date_trunc('week', t.at AT TIME ZONE s.time_zone)::date AS monday
        FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        JOIN cases_entry e ON e.case_id = c.id AND e.actor_id IS NULL
        CROSS JOIN LATERAL (VALUES (e.happened_at), (e.recorded_at)) AS t (at)
        WHERE c.id = which
    )
    SELECT DISTINCT d.actor, coalesce(w.monday, d.day), w.monday IS NOT NULL
    FROM days d LEFT JOIN (SELECT DISTINCT monday FROM weeks) w ON d.day BETWEEN w.monday AND w.monday + 6
    WHERE case_role(which) IN ('counselor', 'social_worker', 'administrator', 'liaison')
    $$;
REVOKE EXECUTE ON FUNCTION case_readings(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_readings(uuid) TO csec_app;
"""
# What the worker watches for in the log, which it does not read. An administrator who looks through the cases of their
# own school does their duty: those do not count.
WATCH = """
CREATE FUNCTION many_opened(since timestamptz, at timestamptz, how_many int, within interval)
    RETURNS TABLE (person uuid, opened_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH opened AS MATERIALIZED (
        SELECT e.actor, e.at, c.id AS case_id
        FROM audit_event e
        LEFT JOIN cases_concern k ON e.case_id IS NULL AND e.verb = 'concern_viewed' AND k.id = e.subject
        JOIN cases_case c ON c.id = coalesce(e.case_id, k.case_id)
        WHERE e.at > since - within AND e.at <= many_opened.at AND e.result IN ('done', 'refused')
            AND NOT EXISTS (
                SELECT FROM accounts_membership m
                WHERE m.person_id = e.actor AND m.role = 'administrator' AND m.school_id = c.school_id
                    AND m.since <= school_day(c.school_id)
                    AND (m.until IS NULL OR m.until > school_day(c.school_id)))
    ), many AS (
        SELECT o.actor FROM opened o WHERE o.actor IS NOT NULL
        GROUP BY o.actor HAVING count(DISTINCT o.case_id) >= how_many
    )
    SELECT DISTINCT ON (o.actor, date_trunc('hour', o.at)) o.actor, o.at
    FROM opened o JOIN many USING (actor)
    WHERE o.at > since AND how_many <= (
        SELECT count(DISTINCT x.case_id) FROM opened x
        WHERE x.actor = o.actor AND x.at > o.at - within AND x.at <= o.at)
    ORDER BY o.actor, date_trunc('hour', o.at), o.at
    $$;

-- The first event that has waited for its seal too long, by the clock by which it was written.
CREATE FUNCTION log_unsealed(patience interval) RETURNS TABLE (event uuid, since timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT e.id, e.at FROM audit_event e
    WHERE e.number > coalesce((SELECT max(s.until) FROM audit_seal s), -1) AND e.at < clock_timestamp() - patience
    ORDER BY e.number LIMIT 1
    $$;

REVOKE EXECUTE ON FUNCTION many_opened(timestamptz, timestamptz, int, interval), log_unsealed(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION many_opened(timestamptz, timestamptz, int, interval), log_unsealed(interval) TO csec_worker;
"""
BACK = """
DROP FUNCTION log_unsealed(interval);
DROP FUNCTION many_opened(timestamptz, timestamptz, int, interval);
DROP FUNCTION case_readings(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_missing_and_calendar_access"), ("audit", "0005_seals_access")]

    operations = [migrations.RunSQL(READINGS + WATCH, BACK)]
