from django.db import migrations

THERE = """
-- Whoever is not in office is not there: an account that is closed, an officer without an agreement.
CREATE OR REPLACE FUNCTION is_there(who uuid, at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT NOT EXISTS (
            SELECT FROM accounts_away a WHERE a.person_id = who AND a.withdrawn_at IS NULL
                AND school_day(at_school) BETWEEN a.first_day AND a.last_day)
        AND EXISTS (
            SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
            WHERE m.person_id = who AND (m.school_id = at_school OR m.school_id IS NULL OR m.role = 'sro')
                AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
                AND (m.role <> 'sro' OR m.agreed_on <= school_day(at_school)
                    AND (m.agreed_until IS NULL OR m.agreed_until >= school_day(at_school)))
                AND (cardinality(m.weekdays) = 0 OR extract(isodow FROM school_day(at_school)) > 5
                    OR extract(isodow FROM school_day(at_school))::int - 1 = ANY (m.weekdays)))
    $$;
"""

# What of a case is asked of the district: it is late for so long that it climbed, or nobody of the school carries it or
# answers for it. While that is so the liaison may open it; otherwise they read of it what the list of all schools says.
# A view, so that one definition serves all cases and one: PostgreSQL looks a single case up by key.
ASKED = """
CREATE FUNCTION case_carried(which uuid, at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_caseperson p
        WHERE p.case_id = which AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
            AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
            AND works_as(p.person_id, ARRAY[p.role::text], at_school))
    $$;

CREATE FUNCTION case_administered(which uuid, at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.school_id = at_school AND m.role = 'administrator'
            AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
            AND NOT EXISTS (
                SELECT FROM cases_caseperson x WHERE x.case_id = which AND x.person_id = m.person_id AND x.excluded
                    AND (x.until IS NULL OR x.until > statement_timestamp())))
    $$;

CREATE VIEW cases_asked_of_district (case_id) AS
-- A contact that is two hours late.
SELECT k.case_id FROM cases_checkin k JOIN cases_case c ON c.id = k.case_id AND c.status = 'open'
    WHERE k.state = 'waiting' AND k.due_at <= statement_timestamp() - interval '2 hours'
-- A report that is late, also of a void case.
UNION ALL
SELECT t.case_id FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
    JOIN cases_case c ON c.id = t.case_id AND c.status IN ('open', 'voided')
    WHERE t.kind = 'report' AND t.outcome IN ('', 'unable') AND t.due_at <= statement_timestamp()
-- An officer who has not answered in time, or is not there.
UNION ALL
SELECT q.case_id FROM cases_srorequest q JOIN cases_case c ON c.id = q.case_id AND c.status = 'open'
    JOIN cases_steppart t ON t.id = q.part_id JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
    WHERE q.answer = '' AND (q.climbs_at <= statement_timestamp() OR NOT is_there(q.officer_id, c.school_id))
-- A student who is not safe, or missing.
UNION ALL
SELECT a.case_id FROM cases_alert a JOIN cases_case c ON c.id = a.case_id AND c.status = 'open'
    WHERE a.ended_at IS NULL
-- Something added to a concern in it that nobody has read in time, also when it is closed.
UNION ALL
SELECT k.case_id FROM cases_concern k
    WHERE k.case_id IS NOT NULL AND k.status = 'attached' AND k.accepted_at IS NULL
        AND k.climbs_at <= statement_timestamp()
-- A case that somebody else of the district opened in an emergency, and nobody has looked at yet.
UNION ALL
SELECT e.case_id FROM cases_emergencyaccess e
    WHERE e.reviewed_at IS NULL AND e.person_id <> acting_person()
-- Nobody of the school carries it; or nobody there answers for it. When neither is there, whatever state it is in.
UNION ALL
SELECT c.id FROM cases_case c WHERE c.status = 'open' AND NOT case_carried(c.id, c.school_id)
UNION ALL
SELECT c.id FROM cases_case c
    WHERE NOT case_administered(c.id, c.school_id) AND (c.status = 'open' OR NOT case_carried(c.id, c.school_id));

CREATE FUNCTION case_asked_of_district(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT EXISTS (SELECT FROM cases_asked_of_district WHERE case_id = which) $$;

CREATE FUNCTION is_liaison() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT works_as(acting_person(), ARRAY['liaison'], NULL) $$;

-- Of whom a case is kept: nothing of it is told to them.
CREATE FUNCTION kept_away(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_caseperson p WHERE p.case_id = which AND p.person_id = acting_person() AND p.excluded
            AND (p.until IS NULL OR p.until > statement_timestamp()))
    $$;

CREATE FUNCTION cases_for_liaison() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT DISTINCT case_id FROM cases_asked_of_district WHERE is_liaison() $$;
"""

# In which role somebody sees a case. `emergency` opens it to be read, and writes nothing.
ROLE = """
CREATE FUNCTION opened_in_emergency(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_emergencyaccess e
        WHERE e.case_id = which AND e.person_id = acting_person() AND e.ended_at IS NULL
            AND e.begun_at <= statement_timestamp() AND e.until > statement_timestamp())
    $$;

CREATE OR REPLACE FUNCTION case_role(which uuid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
DECLARE
    me CONSTANT uuid := acting_person();
    at_school uuid;
    found record;
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
    SELECT bool_or(m.role = 'liaison') AS liaison, bool_or(m.role = 'administrator') AS administrator,
            count(*) FILTER (WHERE m.role IN ('liaison', 'counsel')) > 0 AS of_district INTO found
        FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id
        WHERE m.person_id = me AND u.is_active
            AND (m.role IN ('liaison', 'counsel') OR (m.role = 'administrator' AND m.school_id = at_school))
            AND at_school IS NOT NULL
            AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school));
    IF found.liaison AND case_asked_of_district(which) THEN
        RETURN 'liaison';
    ELSIF found.administrator THEN
        RETURN 'administrator';
    ELSIF found.of_district AND opened_in_emergency(which) THEN
        RETURN 'emergency';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION case_writing(which uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$ SELECT case_role(which) <> 'emergency' $$;
"""

# Whoever reads in an emergency writes nothing, in any table below a case.
WRITING = """
ALTER POLICY need_to_know ON cases_case WITH CHECK (case_writing(id));
ALTER POLICY need_to_know ON cases_caseperson WITH CHECK (case_writing(case_id) OR case_is_new(case_id));
ALTER POLICY need_to_know ON cases_alert WITH CHECK (case_writing(case_id));
ALTER POLICY need_to_know ON cases_breakplan WITH CHECK (case_writing(case_id));
ALTER POLICY need_to_know ON cases_checkin WITH CHECK (case_writing(case_id));
ALTER POLICY need_to_know ON cases_checkinplan WITH CHECK (case_writing(case_id));
ALTER POLICY need_to_know ON cases_decision WITH CHECK (case_writing(case_id) AND by_id = acting_person());
ALTER POLICY need_to_know ON cases_entry
    WITH CHECK (case_writing(case_id) AND coalesce(actor_id, acting_person()) = acting_person());
ALTER POLICY need_to_know ON cases_entryevidence
    WITH CHECK (case_writing(case_id) AND author_id = acting_person());
ALTER POLICY need_to_know ON cases_srorequest WITH CHECK (case_writing(case_id));
ALTER POLICY need_to_know ON cases_steppart WITH CHECK (case_writing(case_id));
ALTER POLICY need_to_know ON cases_trackrun WITH CHECK (case_writing(case_id));
"""

# Somebody of the district opens a case that they are not on: found by its number, as row-level security hides it.
EMERGENCY = """
CREATE FUNCTION case_for_emergency(which text) RETURNS TABLE (case_id uuid, school_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT c.id, c.school_id FROM cases_case c
    WHERE c.number = which AND works_as(acting_person(), ARRAY['liaison', 'counsel'], c.school_id)
        AND NOT kept_away(c.id)
    $$;

-- What somebody opened, and nobody has looked at in time.
CREATE FUNCTION emergency_locked() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_emergencyaccess e WHERE e.person_id = acting_person() AND e.reviewed_at IS NULL
            AND e.review_by <= statement_timestamp())
    $$;

CREATE FUNCTION may_open_in_emergency(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT NOT emergency_locked() AND NOT kept_away(which) AND EXISTS (
        SELECT FROM cases_case c
        WHERE c.id = which AND works_as(acting_person(), ARRAY['liaison', 'counsel'], c.school_id))
    $$;

ALTER TABLE cases_emergencyaccess ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_emergencyaccess FOR SELECT TO csec_app USING (
    person_id = acting_person()
    OR case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'));
CREATE POLICY begin ON cases_emergencyaccess FOR INSERT TO csec_app
    WITH CHECK (person_id = acting_person() AND may_open_in_emergency(case_id)
        AND begun_at <= statement_timestamp() + interval '1 minute' AND review_by <= begun_at + interval '7 days'
        AND ended_at IS NULL AND sealed IS NULL
        AND finding = '' AND reviewed_by_id IS NULL AND reviewed_at IS NULL AND review_sealed IS NULL);
-- Its own person gives the reason and ends it; somebody else who carries or oversees the case looks at it.
CREATE POLICY change ON cases_emergencyaccess FOR UPDATE TO csec_app
    USING (
        person_id = acting_person()
        OR case_role(case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison'))
    WITH CHECK (
        (person_id = acting_person() OR reviewed_by_id = acting_person())
        AND (reviewed_by_id IS NULL OR reviewed_by_id <> person_id));
GRANT SELECT, INSERT ON cases_emergencyaccess TO csec_app;
GRANT UPDATE (sealed, ended_at, finding, reviewed_by_id, reviewed_at, review_sealed) ON cases_emergencyaccess
    TO csec_app;
-- Each of it is said once, by whose it is to say.
CREATE FUNCTION hold_emergency_access() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
DECLARE
    by_its_person CONSTANT boolean := coalesce(OLD.person_id = acting_person(), false);
BEGIN
    IF NEW.sealed IS DISTINCT FROM OLD.sealed AND (OLD.sealed IS NOT NULL OR NOT by_its_person)
        OR NEW.ended_at IS DISTINCT FROM OLD.ended_at AND (OLD.ended_at IS NOT NULL OR NOT by_its_person)
        OR (NEW.finding, NEW.reviewed_by_id, NEW.reviewed_at, NEW.review_sealed)
                IS DISTINCT FROM (OLD.finding, OLD.reviewed_by_id, OLD.reviewed_at, OLD.review_sealed)
            AND (OLD.reviewed_at IS NOT NULL OR by_its_person
                OR NEW.reviewed_by_id IS DISTINCT FROM acting_person()) THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_emergencyaccess: not theirs to say, or said already';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_emergencyaccess_is_held BEFORE UPDATE ON cases_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION hold_emergency_access();
CREATE TRIGGER cases_emergencyaccess_is_kept BEFORE DELETE ON cases_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT (id, case_id, person_id, begun_at, review_by, reviewed_at) ON cases_emergencyaccess TO csec_worker;
CREATE POLICY remind ON cases_emergencyaccess FOR SELECT TO csec_worker USING (true);
"""

# What the liaison reads of the open cases of all schools: how they stand, and nothing of what they are about.
LIST = """
CREATE FUNCTION cases_of_district(skip int, most int) RETURNS TABLE (
        case_id uuid, number text, school text, opened_at timestamptz, late int, carried_by text[], covered boolean,
        opens boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH shown AS MATERIALIZED (
        SELECT c.id, c.number, c.school_id, s.name AS school, s.time_zone, c.opened_at
        FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        WHERE c.status = 'open' AND (SELECT is_liaison()) AND NOT kept_away(c.id)
        ORDER BY s.name, c.opened_at, c.id OFFSET skip LIMIT most
    )
    SELECT o.id, o.number, o.school, o.opened_at,
        (SELECT count(*)::int FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = o.id AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done') AND (
                t.next_on < (statement_timestamp() AT TIME ZONE o.time_zone)::date
                OR t.due_at < statement_timestamp()
                    AND (t.outcome = '' OR t.outcome = 'unable' AND NOT t.repeats OR t.kind = 'contact'))),
        ARRAY(SELECT u.name FROM cases_caseperson p JOIN accounts_user u ON u.id = p.person_id
            WHERE p.case_id = o.id AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
                AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
                AND works_as(p.person_id, ARRAY[p.role::text], o.school_id)
            ORDER BY u.name),
        NOT EXISTS (SELECT FROM cases_checkinplan l WHERE l.case_id = o.id AND l.ended_at IS NULL AND (
            SELECT count(DISTINCT named) FROM unnest(ARRAY[l.person_id, l.cover_id]) AS named
            WHERE works_as(named, ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], o.school_id)) < 2)
        -- One that has run out needs a new one.
        AND (EXISTS (SELECT FROM cases_checkin k WHERE k.case_id = o.id AND k.state = 'waiting') OR NOT EXISTS (
            SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = o.id AND t.kind = 'contact'
                AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done'))),
        case_role(o.id) IS NOT NULL
    FROM shown o ORDER BY o.school, o.opened_at, o.id
    $$;
"""

# An alert is written down by whoever writes in the case.
ALERTS = """
CREATE OR REPLACE FUNCTION raise_alerts_of_case(which uuid, since timestamptz, at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT student_in_turn(c.student_id) FROM cases_case c
    WHERE c.id = which AND c.student_id IS NOT NULL AND case_writing(which);

    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, raise_alerts_of_case.at
    FROM cases_case c JOIN cases_studentabsence a ON a.student_id = c.student_id AND a.entered_at >= since
    WHERE c.id = which AND c.status = 'open' AND case_writing(which) AND absence_unexplained(a.id)
    ON CONFLICT DO NOTHING
    $$;
"""

#: What the application asks itself; the rest is asked by these, as the owner.
ASKED_BY_THE_APPLICATION = (
    "cases_for_liaison()",
    "case_writing(uuid)",
    "case_for_emergency(text)",
    "emergency_locked()",
    "may_open_in_emergency(uuid)",
    "cases_of_district(int, int)",
)
OURS = (
    *ASKED_BY_THE_APPLICATION,
    "case_carried(uuid, uuid)",
    "case_administered(uuid, uuid)",
    "case_asked_of_district(uuid)",
    "is_liaison()",
    "kept_away(uuid)",
    "opened_in_emergency(uuid)",
)
GRANTS = "".join(f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC;\n" for name in OURS) + "".join(
    f"GRANT EXECUTE ON FUNCTION {name} TO csec_app;\n" for name in ASKED_BY_THE_APPLICATION
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_emergency_access")]

    operations = [
        migrations.RunSQL(
            THERE + ASKED + ROLE + WRITING + EMERGENCY + LIST + ALERTS + GRANTS, migrations.RunSQL.noop
        )
    ]
