"""
Drills are a side of their own, and PostgreSQL keeps the two apart (docs/adr/0016).

A row is on the side of its school's drill, or of its person's; without one it is real. The application sees and writes
the acting person's side alone, the worker the real one. No message is ever queued about a drill, or for somebody in one.
"""

from django.db import migrations

SIDES = """
CREATE FUNCTION acting_drill() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT u.drill_id FROM accounts_user u WHERE u.id = acting_person() $$;

CREATE FUNCTION on_side_of(of_drill uuid, at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT at_school IS NULL OR EXISTS (
        SELECT FROM directory_school s WHERE s.id = at_school AND s.drill_id IS NOT DISTINCT FROM of_drill)
    $$;
REVOKE EXECUTE ON FUNCTION acting_drill() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION acting_drill() TO csec_app;

ALTER TABLE directory_drill ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON directory_drill TO csec_app;
CREATE POLICY own ON directory_drill FOR SELECT TO csec_app
    USING (acting_person() IN (person_id, twin_id));

-- Schools and people: each says itself of which drill it is. Asked once a statement.
CREATE POLICY one_side ON directory_school AS RESTRICTIVE TO csec_app
    USING (drill_id IS NOT DISTINCT FROM (SELECT acting_drill()));
CREATE POLICY one_side ON accounts_user AS RESTRICTIVE TO csec_app
    USING (drill_id IS NOT DISTINCT FROM (SELECT acting_drill()));
CREATE POLICY real_side ON directory_school AS RESTRICTIVE TO csec_worker USING (drill_id IS NULL);
CREATE POLICY real_side ON accounts_user AS RESTRICTIVE TO csec_worker USING (drill_id IS NULL);
-- What hangs on them is seen with them.
CREATE POLICY one_side ON accounts_membership AS RESTRICTIVE TO csec_app, csec_worker
    USING (EXISTS (SELECT FROM accounts_user u WHERE u.id = person_id));
CREATE POLICY one_side ON accounts_away AS RESTRICTIVE TO csec_app, csec_worker
    USING (EXISTS (SELECT FROM accounts_user u WHERE u.id = person_id));
CREATE POLICY one_side ON directory_student AS RESTRICTIVE TO csec_app
    USING (school_id IN (SELECT s.id FROM directory_school s));
CREATE POLICY one_side ON directory_closure AS RESTRICTIVE TO csec_app, csec_worker
    USING (school_id IS NULL OR school_id IN (SELECT s.id FROM directory_school s));

-- Whatever is begun is begun on one's own side: nothing real can land in a drill, and nothing invented outside of one.
CREATE POLICY one_side ON cases_concern AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK (EXISTS (SELECT FROM directory_school s WHERE s.id = school_id));
CREATE POLICY one_side ON cases_case AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK (EXISTS (SELECT FROM directory_school s WHERE s.id = school_id));
CREATE POLICY one_side ON cases_caseperson AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK (EXISTS (SELECT FROM accounts_user u WHERE u.id = person_id));
CREATE POLICY one_side ON cases_studentabsence AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK (EXISTS (SELECT FROM directory_student t WHERE t.id = student_id));
CREATE POLICY one_side ON cases_recordsrequest AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK ((SELECT acting_drill()) IS NULL);
CREATE POLICY one_side ON accounts_calendarfeed AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK ((SELECT acting_drill()) IS NULL);

-- The worker writes to nobody about a drill: it does not find one.
CREATE POLICY real_side ON cases_case AS RESTRICTIVE TO csec_worker
    USING (school_id IN (SELECT s.id FROM directory_school s));
CREATE POLICY real_side ON cases_concern AS RESTRICTIVE TO csec_worker
    USING (school_id IN (SELECT s.id FROM directory_school s));
CREATE POLICY real_side ON cases_reportduty AS RESTRICTIVE TO csec_worker
    USING (school_id IN (SELECT s.id FROM directory_school s));
"""

# Held once more, whoever writes: by a rule of the table.
KEPT_OUT = """
CREATE FUNCTION keep_drills_out_of_messages() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    -- Dropped and not refused: a refusal would take along what else the worker queues, about real students.
    IF EXISTS (SELECT FROM accounts_user u WHERE u.id = NEW.recipient_id AND u.drill_id IS NOT NULL)
        OR EXISTS (
            SELECT FROM cases_case c JOIN directory_school s ON s.id = c.school_id AND s.drill_id IS NOT NULL
            WHERE c.id = NEW.case_id)
        OR EXISTS (
            SELECT FROM cases_concern k JOIN directory_school s ON s.id = k.school_id AND s.drill_id IS NOT NULL
            WHERE k.id = NEW.subject) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER delivery_message_is_of_no_drill BEFORE INSERT ON delivery_message
    FOR EACH ROW EXECUTE FUNCTION keep_drills_out_of_messages();

CREATE FUNCTION keep_drills_out_of_letters() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_user u WHERE u.id = NEW.person_id AND u.drill_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER accounts_passwordreset_is_of_no_drill BEFORE INSERT ON accounts_passwordreset
    FOR EACH ROW EXECUTE FUNCTION keep_drills_out_of_letters();

-- The number of a case says that it is a drill's, wherever it is written down.
CREATE FUNCTION hold_case_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF (NEW.number LIKE 'DRILL-%') IS DISTINCT FROM EXISTS (
            SELECT FROM directory_school s WHERE s.id = NEW.school_id AND s.drill_id IS NOT NULL) THEN
        RAISE check_violation USING MESSAGE = 'cases_case: the number does not say whether this is a drill',
            CONSTRAINT = 'cases_case_number_says_drill';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_case_number_says_drill BEFORE INSERT OR UPDATE OF number, school_id ON cases_case
    FOR EACH ROW EXECUTE FUNCTION hold_case_number();
"""

# The only way into a drill: for whoever works at a school, in their own name. What there was before is over.
BEGIN = """
CREATE FUNCTION begin_drill(new uuid, of_situation text, at timestamptz, played jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    me CONSTANT uuid := acting_person();
BEGIN
    IF me IS NULL OR acting_drill() IS NOT NULL OR NOT EXISTS (
            SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
            WHERE m.person_id = me AND m.school_id IS NOT NULL
                AND m.since <= school_day(m.school_id) AND (m.until IS NULL OR m.until > school_day(m.school_id))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'directory_drill: not theirs to begin';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('drill:' || me, 0));
    UPDATE directory_drill d SET ended_at = greatest(d.begun_at, begin_drill.at)
        WHERE d.person_id = me AND d.ended_at IS NULL;
    INSERT INTO directory_drill (id, person_id, twin_id, situation, begun_at)
        VALUES (new, me, (played ->> 'twin')::uuid, of_situation, begin_drill.at);
    INSERT INTO directory_school (id, name, time_zone, drill_id)
        SELECT p.id, p.name, p.time_zone, new
        FROM jsonb_to_recordset(played -> 'schools') AS p (id uuid, name text, time_zone text);
    INSERT INTO accounts_user (id, email, name, password, is_active, drill_id)
        SELECT p.id, 'drill-' || p.id || '@drill.invalid', p.name, '!' || gen_random_uuid(), true, new
        FROM jsonb_to_recordset(played -> 'people') AS p (id uuid, name text);
    -- Of the roles of a school alone: nobody in a drill answers for the district.
    INSERT INTO accounts_membership (id, person_id, school_id, role, receives, weekdays, since, agreed_on)
        SELECT gen_random_uuid(), p.person, s.id, p.role, p.receives, '{}', p.since,
            CASE WHEN p.role = 'sro' THEN p.since END
        FROM jsonb_to_recordset(played -> 'roles')
            AS p (person uuid, school uuid, role text, receives smallint, since date)
        JOIN accounts_user u ON u.id = p.person AND u.drill_id = new
        JOIN directory_school s ON s.id = p.school AND s.drill_id = new;
    INSERT INTO directory_student (id, school_id, given_name, family_name, birth_date, local_id, active)
        SELECT p.id, s.id, p.given_name, p.family_name, p.birth_date, '', true
        FROM jsonb_to_recordset(played -> 'students')
            AS p (id uuid, school uuid, given_name text, family_name text, birth_date date)
        JOIN directory_school s ON s.id = p.school AND s.drill_id = new;
END
$$;
REVOKE EXECUTE ON FUNCTION begin_drill(uuid, text, timestamptz, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_drill(uuid, text, timestamptz, jsonb) TO csec_app;
"""

# What goes over all schools, or is asked past row-level security, goes over one side of them. A role of the district
# and an officer's, who helps out at any school, end there; and nobody in a drill keeps staff, schools or settings.
OVER_ALL_SCHOOLS = """
CREATE OR REPLACE FUNCTION works_as(who uuid, roles text[], at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id
        WHERE m.person_id = who AND u.is_active AND m.role = ANY (roles)
            AND (m.school_id = at_school OR (m.school_id IS NULL OR m.role = 'sro') AND on_side_of(u.drill_id, at_school))
            AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
            AND (m.role <> 'sro' OR m.agreed_on <= school_day(at_school)
                AND (m.agreed_until IS NULL OR m.agreed_until >= school_day(at_school))))
    $$;

CREATE OR REPLACE FUNCTION is_there(who uuid, at_school uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT NOT EXISTS (
            SELECT FROM accounts_away a WHERE a.person_id = who AND a.withdrawn_at IS NULL
                AND school_day(at_school) BETWEEN a.first_day AND a.last_day)
        AND EXISTS (
            SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
            WHERE m.person_id = who AND (m.school_id = at_school OR (m.school_id IS NULL OR m.role = 'sro') AND on_side_of(u.drill_id, at_school))
                AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
                AND (m.role <> 'sro' OR m.agreed_on <= school_day(at_school)
                    AND (m.agreed_until IS NULL OR m.agreed_until >= school_day(at_school)))
                AND (cardinality(m.weekdays) = 0 OR extract(isodow FROM school_day(at_school)) > 5
                    OR extract(isodow FROM school_day(at_school))::int - 1 = ANY (m.weekdays)))
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
            AND (m.role IN ('liaison', 'counsel') AND on_side_of(u.drill_id, at_school)
                OR m.role = 'administrator' AND m.school_id = at_school)
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

CREATE OR REPLACE FUNCTION kept_away(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_caseperson p WHERE p.case_id = which AND p.person_id = acting_person() AND p.excluded
            AND (p.until IS NULL OR p.until > statement_timestamp()))
        OR EXISTS (SELECT FROM cases_case c WHERE c.id = which AND NOT on_side_of(acting_drill(), c.school_id))
    $$;

CREATE OR REPLACE FUNCTION request_access(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_recordsrequest r
        WHERE r.id = which AND (
            r.logged_by_id = acting_person()
            OR of_the_district(ARRAY['counsel', 'liaison']) AND on_side_of(acting_drill(), r.school_id)
            OR EXISTS (
                SELECT FROM rows_of_student(r.student_id) same JOIN cases_case c ON c.student_id = same.student_id
                WHERE case_role(c.id) IN ('counselor', 'social_worker', 'administrator', 'liaison'))))
    $$;

CREATE OR REPLACE FUNCTION answers_for(at_school uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND u.drill_id IS NULL
        WHERE m.person_id = acting_person()
            AND (m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = at_school))
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1))
    $$;

CREATE OR REPLACE FUNCTION keeps_role(in_role text, at_school uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND u.drill_id IS NULL
        WHERE m.person_id = acting_person()
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1)
            AND (m.role = 'liaison' OR (m.role = 'administrator' AND m.school_id = at_school
                AND in_role IN ('counselor', 'social_worker', 'sro', 'reporter'))))
    $$;

CREATE OR REPLACE FUNCTION keeps_staff() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND u.drill_id IS NULL
        WHERE m.person_id = acting_person() AND m.role IN ('liaison', 'administrator')
            AND m.since <= current_date + 1 AND (m.until IS NULL OR m.until > current_date - 1))
    $$;

CREATE OR REPLACE FUNCTION first_liaison(new uuid, called text, address text, secret text, from_day date) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    who uuid;
BEGIN
    LOCK TABLE accounts_membership IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active AND u.drill_id IS NULL
        WHERE m.role = 'liaison' AND (m.until IS NULL OR m.until > current_date - 1)) THEN
        RETURN NULL;
    END IF;
    UPDATE accounts_user u SET is_active = true WHERE lower(u.email) = lower(address) RETURNING u.id INTO who;
    IF who IS NULL THEN
        INSERT INTO accounts_user (id, email, name, password, is_active) VALUES (new, address, called, secret, true);
        who := new;
    END IF;
    INSERT INTO accounts_membership (id, person_id, role, weekdays, since)
        VALUES (gen_random_uuid(), who, 'liaison', '{}', from_day);
    RETURN who;
END
$$;

CREATE OR REPLACE FUNCTION moves_contacts_of(at_school uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT (answers_for(at_school) OR pg_has_role(session_user, 'csec_worker', 'MEMBER') OR session_user = current_user)
        AND on_side_of(NULL, at_school)
    $$;

CREATE OR REPLACE FUNCTION cases_of_age(at timestamptz) RETURNS TABLE(case_id uuid, school_id uuid, due timestamptz) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT c.id, c.school_id, (b.day + time '08:00') AT TIME ZONE s.time_zone
    FROM cases_case c JOIN directory_student t ON t.id = c.student_id JOIN directory_school s ON s.id = c.school_id
        LEFT JOIN directory_student k ON k.id = t.merged_into_id
        CROSS JOIN LATERAL (SELECT of_age_on(coalesce(k.birth_date, t.birth_date)) AS day) AS b
    WHERE c.status = 'open' AND s.drill_id IS NULL AND b.day <= (cases_of_age.at AT TIME ZONE s.time_zone)::date
    $$;

CREATE OR REPLACE FUNCTION moved_cases() RETURNS TABLE(case_id uuid, school_id uuid, change int) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT v.case_id, v.school_id, v.change FROM cases_moved v WHERE on_side_of(NULL, v.school_id) $$;

CREATE OR REPLACE FUNCTION many_opened(since timestamptz, at timestamptz, how_many int, within interval) RETURNS TABLE(person uuid, opened_at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH opened AS MATERIALIZED (
        SELECT e.actor, e.at, c.id AS case_id
        FROM audit_event e
        LEFT JOIN cases_concern k ON e.case_id IS NULL AND e.verb IN ('concern_viewed', 'report_sheet_opened')
            AND k.id = e.subject
        JOIN cases_case c ON c.id = coalesce(e.case_id, k.case_id)
        JOIN directory_school s ON s.id = c.school_id AND s.drill_id IS NULL
        WHERE e.at > since - within AND e.at <= many_opened.at AND e.result IN ('done', 'refused')
            AND NOT EXISTS (
                SELECT FROM cases_casereview r
                WHERE r.case_id = c.id AND r.by_id = e.actor
                    AND r.at BETWEEN e.at - interval '1 hour' AND e.at + interval '1 hour')
            AND NOT (c.status = 'open'
                AND review_due_before(e.at) >= coalesce(
                    (SELECT max(r.at) FROM cases_casereview r WHERE r.case_id = c.id AND r.at <= e.at), c.opened_at)
                AND EXISTS (
                    SELECT FROM accounts_membership m
                    WHERE m.person_id = e.actor AND m.role = 'administrator' AND m.school_id = c.school_id
                        AND m.since <= school_day(c.school_id)
                        AND (m.until IS NULL OR m.until > school_day(c.school_id))))
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

CREATE OR REPLACE FUNCTION cases_for_liaison() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT v.case_id FROM cases_asked_of_district v
    JOIN cases_case c ON c.id = v.case_id JOIN directory_school s ON s.id = c.school_id
    WHERE is_liaison() AND s.drill_id IS NOT DISTINCT FROM (SELECT acting_drill())
     $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0077_drills"),
        ("accounts", "0017_drills"),
        ("delivery", "0007_people_are_kept"),
        ("directory", "0013_drills"),
    ]
    operations = [migrations.RunSQL(SIDES + KEPT_OUT + BEGIN + OVER_ALL_SCHOOLS, migrations.RunSQL.noop)]
