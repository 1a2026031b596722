from django.conf import settings
from django.db import migrations, models

# Whoever has left a school has left its cases and concerns, although their rows stay; and what nobody holds any
# more is with the school's administrators and the district liaison.
FUNCTIONS = """
CREATE FUNCTION school_day(at_school uuid) RETURNS date LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT (statement_timestamp() AT TIME ZONE coalesce(
        (SELECT s.time_zone FROM directory_school s WHERE s.id = at_school), 'America/Los_Angeles'))::date
    $$;

CREATE FUNCTION works_as(who uuid, roles text[], at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id
        WHERE m.person_id = who AND u.is_active AND m.role = ANY (roles)
            AND (m.school_id = at_school OR m.school_id IS NULL OR m.role = 'sro')
            AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school)))
    $$;

CREATE OR REPLACE FUNCTION case_role(which uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
DECLARE
    me CONSTANT uuid := acting_person();
    at_school uuid;
    found record;
    found_role text;
BEGIN
    IF me IS NULL OR which IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT c.school_id INTO at_school FROM cases_case c WHERE c.id = which;
    FOR found IN
        SELECT p.role, p.excluded, p.since FROM cases_caseperson p
        WHERE p.case_id = which AND p.person_id = me
            AND (p.until IS NULL OR p.until > statement_timestamp())
        ORDER BY p.excluded DESC, p.since, p.id
    LOOP
        IF found.excluded THEN
            RETURN NULL;
        END IF;
        -- A case that is being opened has no school yet: it is still its opener's alone.
        IF found.since <= statement_timestamp()
            AND (at_school IS NULL OR works_as(me, ARRAY[found.role::text], at_school)) THEN
            RETURN found.role;
        END IF;
    END LOOP;
    SELECT m.role INTO found_role FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id
        WHERE m.person_id = me AND u.is_active
            AND (m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = at_school))
            AND at_school IS NOT NULL
            AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
        ORDER BY m.role DESC LIMIT 1;
    RETURN found_role;
END
$$;

-- Neither its receiver nor its backup works at the school any more, or both are excluded from it.
CREATE FUNCTION concern_unheld(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_concern c
        WHERE c.id = which
            AND NOT EXISTS (
                SELECT FROM unnest(ARRAY[c.receiver_id, c.backup_id]) AS holder
                WHERE holder IS NOT NULL AND works_as(holder, RECEIVING, c.school_id) AND NOT EXISTS (
                    SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = holder)))
    $$;

CREATE OR REPLACE FUNCTION concern_held(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT NOT EXISTS (
            SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = acting_person())
        AND EXISTS (
            SELECT FROM cases_concern c
            WHERE c.id = which
                AND (acting_person() IN (c.receiver_id, c.backup_id)
                        AND works_as(acting_person(), RECEIVING, c.school_id)
                    OR works_as(acting_person(), OVERSEEING, c.school_id) AND concern_unheld(c.id)))
    $$;

CREATE OR REPLACE FUNCTION concern_access(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT acting_person() IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion e WHERE e.concern_id = which AND e.person_id = acting_person())
        AND (
            EXISTS (SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = acting_person())
            OR concern_held(which)
            OR EXISTS (
                SELECT FROM cases_concern c WHERE c.id = which AND case_role(c.case_id) = ANY (RECEIVING))
        )
    $$;

-- A key opens with the very case or concern that it seals, not with a row that was given the same id.
CREATE FUNCTION key_access(which uuid, of_scope uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (SELECT FROM cases_case c WHERE c.id = of_scope AND c.key_id = which) AND case_access(of_scope)
        OR EXISTS (SELECT FROM cases_concern c WHERE c.id = of_scope AND c.key_id = which)
            AND concern_access(of_scope)
    $$;

-- By the day: who opened it at which minute could tell who reported.
DROP FUNCTION case_readers(uuid);
CREATE FUNCTION case_readers(which uuid) RETURNS TABLE (person uuid, last_on date)
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT e.actor, max((e.at AT TIME ZONE s.time_zone)::date)
    FROM audit_event e, cases_case c JOIN directory_school s ON s.id = c.school_id
    WHERE c.id = which AND e.case_id = which AND e.verb = 'case_viewed' AND e.result = 'done' AND case_access(which)
    GROUP BY e.actor
    $$;
""".replace("RECEIVING", "ARRAY['counselor', 'social_worker', 'administrator', 'liaison']").replace(
    "OVERSEEING", "ARRAY['administrator', 'liaison']"
)

POLICIES = """
DROP POLICY scope ON crypto_datakey;
CREATE POLICY scope ON crypto_datakey FOR SELECT TO csec_app USING (key_access(id, scope));
-- Its author writes it, also one who says of themselves that they are implicated and reads it no more.
ALTER POLICY need_to_know ON cases_concern USING (concern_access(id)) WITH CHECK (
    concern_access(id)
    OR EXISTS (SELECT FROM cases_concernauthor a WHERE a.concern_id = cases_concern.id
        AND a.person_id = acting_person()));
ALTER POLICY need_to_know ON cases_caseperson
    USING (case_access(case_id) AND (NOT excluded OR case_role(case_id) <> 'sro'))
    WITH CHECK (case_access(case_id) OR case_is_new(case_id));
"""

OURS = (
    "school_day(uuid)",
    "works_as(uuid, text[], uuid)",
    "case_role(uuid)",
    "case_access(uuid)",
    "case_is_new(uuid)",
    "entry_access(uuid, text)",
    "compartment_access(uuid, text, uuid)",
    "concern_unheld(uuid)",
    "concern_held(uuid)",
    "concern_access(uuid)",
    "key_access(uuid, uuid)",
    "case_readers(uuid)",
)
GRANTS = "".join(
    f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO csec_app;\n"
    for name in OURS
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_access"), ("drafts", "0002_access")]

    operations = [
        migrations.RunSQL(FUNCTIONS + POLICIES + GRANTS, migrations.RunSQL.noop),
        # The index over person and case serves it.
        migrations.AlterField(
            model_name="caseperson",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
