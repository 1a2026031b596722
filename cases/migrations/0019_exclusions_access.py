from django.db import migrations

# What was lifted no longer keeps anybody away.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION concern_access(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT acting_person() IS NOT NULL AND (
        EXISTS (SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = acting_person())
        OR NOT EXISTS (
            SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = acting_person()
                AND e.lifted_at IS NULL)
        AND (
            concern_held(which)
            OR EXISTS (
                SELECT FROM cases_concern c WHERE c.id = which
                    AND case_role(c.case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'))
        ))
    $$;

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
                    SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = h AND e.lifted_at IS NULL)
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

CREATE OR REPLACE FUNCTION concern_held(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT NOT EXISTS (
            SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = acting_person()
                AND e.lifted_at IS NULL)
        AND EXISTS (
            SELECT FROM cases_concern c
            WHERE c.id = which
                AND (acting_person() IN (c.receiver_id, c.backup_id)
                        AND works_as(acting_person(), ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], c.school_id)
                    OR works_as(acting_person(), ARRAY['administrator', 'liaison'], c.school_id) AND concern_unheld(c.id)))
    $$;
"""
# An exclusion is never deleted: the liaison lifts it, and nobody their own.
LIFTING = """
GRANT UPDATE (lifted_at) ON cases_concernexclusion TO csec_app;
GRANT SELECT (lifted_at) ON cases_concernexclusion TO csec_worker;
CREATE POLICY lifting ON cases_concernexclusion AS RESTRICTIVE FOR UPDATE TO csec_app
    USING (true)
    WITH CHECK (lifted_at IS NULL OR person_id <> acting_person() AND EXISTS (
        SELECT FROM cases_concern c WHERE c.id = concern_id AND case_role(c.case_id) = 'liaison'));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_exclusions")]

    operations = [migrations.RunSQL(FUNCTIONS + LIFTING, migrations.RunSQL.noop)]
