from django.db import migrations

FUNCTIONS = """
-- Whether somebody is at that school today: not on days away, nor on the weekdays of another of their schools.
CREATE FUNCTION is_there(who uuid, at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT NOT EXISTS (
            SELECT FROM accounts_away a WHERE a.person_id = who AND a.withdrawn_at IS NULL
                AND school_day(at_school) BETWEEN a.first_day AND a.last_day)
        AND EXISTS (
            SELECT FROM accounts_membership m
            WHERE m.person_id = who AND (m.school_id = at_school OR m.school_id IS NULL OR m.role = 'sro')
                AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
                AND (cardinality(m.weekdays) = 0 OR extract(isodow FROM school_day(at_school)) > 5
                    OR extract(isodow FROM school_day(at_school))::int - 1 = ANY (m.weekdays)))
    $$;
REVOKE EXECUTE ON FUNCTION is_there(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_there(uuid, uuid) TO csec_app;

-- Whether it is with those who answer for the school as well. Each line is read from the rows as they are at this
-- moment: no sweep has to have run.
CREATE OR REPLACE FUNCTION concern_unheld(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_concern c CROSS JOIN LATERAL (
            SELECT bool_or(is_there(h, c.school_id)) AS one_is_there, count(*) AS here
            FROM unnest(ARRAY[c.receiver_id, c.backup_id]) AS h
            WHERE h IS NOT NULL
                AND works_as(h, ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], c.school_id)
                AND NOT EXISTS (
                    SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = h)
        ) AS holders
        WHERE c.id = which AND (
            -- Nobody took it up, or whoever did has not dealt with it, in time.
            c.status = 'received' AND c.climbs_at <= statement_timestamp()
            -- It was told to them already because nobody was there; or nobody is there today.
            OR c.status = 'received' AND c.accepted_at IS NULL
                AND (c.climbed_at IS NOT NULL OR NOT coalesce(holders.one_is_there, false))
            -- One of them took it up, or ended it.
            OR coalesce(c.ended_by_id, c.accepted_by_id) IS DISTINCT FROM c.receiver_id
                AND coalesce(c.ended_by_id, c.accepted_by_id) IS DISTINCT FROM c.backup_id
                AND coalesce(c.ended_by_id, c.accepted_by_id) IS NOT NULL
            -- Neither its receiver nor its backup works there any more, or both are excluded from it.
            OR holders.here = 0))
    $$;

GRANT SELECT (accepted_by_id) ON cases_concern TO csec_worker;
"""
# Those that were taken up before there was a time for it have the time that one has from then on.
ROWS = """
UPDATE cases_concern SET climbs_at = accepted_at + interval '4 days'
WHERE status = 'received' AND accepted_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_late_concerns")]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(ROWS, migrations.RunSQL.noop),
    ]
