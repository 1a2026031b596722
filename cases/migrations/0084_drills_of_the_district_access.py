"""
The liaison and counsel have drills of their own: what their roles reach across all schools ends at their own side.

A drill is in some of its person's roles and ends with them; it is left, gone on with and ended by three functions.
"""

from django.db import migrations

ROLES = """
UPDATE directory_drill d SET roles = ARRAY(
    SELECT DISTINCT m.role FROM accounts_membership m WHERE m.person_id = d.twin_id ORDER BY m.role);
"""

# For whoever has a role today, at a school or for the district, and in no other roles than theirs. Ten within a day:
# what is invented is kept, as everything is.
BEGIN = """
CREATE OR REPLACE FUNCTION begin_drill(new uuid, of_situation text, at timestamptz, played jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    me CONSTANT uuid := acting_person();
    own CONSTANT text[] := ARRAY(
        SELECT DISTINCT m.role FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.person_id = me AND m.since <= school_day(m.school_id)
            AND (m.until IS NULL OR m.until > school_day(m.school_id)));
    played_in CONSTANT text[] := ARRAY(
        SELECT DISTINCT p.role FROM jsonb_to_recordset(played -> 'roles') AS p (person uuid, role text)
        WHERE p.person = (played ->> 'twin')::uuid ORDER BY p.role);
BEGIN
    IF me IS NULL OR acting_drill() IS NOT NULL OR own = '{}' OR NOT played_in <@ own THEN
        RAISE insufficient_privilege USING MESSAGE = 'directory_drill: not theirs to begin';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('drill:' || me, 0));
    IF (SELECT count(*) FROM directory_drill d
            WHERE d.person_id = me AND d.begun_at > begin_drill.at - interval '1 day') >= 10 THEN
        RAISE check_violation USING MESSAGE = 'directory_drill: ten within a day',
            CONSTRAINT = 'directory_drill_ten_within_a_day';
    END IF;
    UPDATE directory_drill d SET ended_at = greatest(d.begun_at, begin_drill.at)
        WHERE d.person_id = me AND d.ended_at IS NULL;
    INSERT INTO directory_drill (id, person_id, twin_id, situation, begun_at, roles)
        VALUES (new, me, (played ->> 'twin')::uuid, of_situation, begin_drill.at, played_in);
    INSERT INTO directory_school (id, name, time_zone, drill_id)
        SELECT p.id, p.name, p.time_zone, new
        FROM jsonb_to_recordset(played -> 'schools') AS p (id uuid, name text, time_zone text);
    INSERT INTO accounts_user (id, email, name, password, is_active, drill_id)
        SELECT p.id, 'drill-' || p.id || '@drill.invalid', p.name, '!' || gen_random_uuid(), true, new
        FROM jsonb_to_recordset(played -> 'people') AS p (id uuid, name text);
    -- Of a school of this drill, or, for the liaison and counsel, of none.
    INSERT INTO accounts_membership (id, person_id, school_id, role, receives, weekdays, since, agreed_on)
        SELECT gen_random_uuid(), p.person, s.id, p.role, p.receives, '{}', p.since,
            CASE WHEN p.role = 'sro' THEN p.since END
        FROM jsonb_to_recordset(played -> 'roles')
            AS p (person uuid, school uuid, role text, receives smallint, since date)
        JOIN accounts_user u ON u.id = p.person AND u.drill_id = new
        LEFT JOIN directory_school s ON s.id = p.school AND s.drill_id = new
        WHERE (p.school IS NULL) = (s.id IS NULL);
    INSERT INTO directory_student (id, school_id, given_name, family_name, birth_date, local_id, active)
        SELECT p.id, s.id, p.given_name, p.family_name, p.birth_date, '', true
        FROM jsonb_to_recordset(played -> 'students')
            AS p (id uuid, school uuid, given_name text, family_name text, birth_date date)
        JOIN directory_school s ON s.id = p.school AND s.drill_id = new;
END
$$;

CREATE FUNCTION leave_drill(at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE directory_drill d SET left_at = leave_drill.at
    WHERE acting_person() IN (d.person_id, d.twin_id) AND d.ended_at IS NULL
    $$;
CREATE FUNCTION go_on_with_drill() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE directory_drill d SET left_at = NULL
    WHERE acting_person() = d.person_id AND d.ended_at IS NULL AND d.left_at IS NOT NULL
    $$;
CREATE FUNCTION end_drill(at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE directory_drill d SET ended_at = greatest(d.begun_at, end_drill.at)
    WHERE acting_person() IN (d.person_id, d.twin_id) AND d.ended_at IS NULL
    $$;
REVOKE EXECUTE ON FUNCTION leave_drill(timestamptz), go_on_with_drill(), end_drill(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_drill(timestamptz), go_on_with_drill(), end_drill(timestamptz) TO csec_app;
"""

# A request for records is of the side of its school, from its first day on, and its answer is of its side.
REQUESTS = """
DROP POLICY one_side ON cases_recordsrequest;
CREATE POLICY one_side ON cases_recordsrequest AS RESTRICTIVE FOR INSERT TO csec_app
    WITH CHECK (EXISTS (SELECT FROM directory_school s WHERE s.id = school_id));
CREATE POLICY real_side ON cases_recordsrequest AS RESTRICTIVE TO csec_worker
    USING (EXISTS (SELECT FROM directory_school s WHERE s.id = school_id));
CREATE POLICY one_side ON cases_recordsanswer AS RESTRICTIVE TO csec_app
    USING (EXISTS (SELECT FROM cases_recordsrequest r WHERE r.id = request_id));

CREATE OR REPLACE FUNCTION end_requested_access(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_caseperson p SET until = greatest(p.since, end_requested_access.at)
    WHERE p.opened_for = which AND p.until > end_requested_access.at
        AND of_the_district(ARRAY['counsel', 'liaison'])
        AND EXISTS (SELECT FROM cases_recordsrequest r WHERE r.id = which
            AND on_side_of(acting_drill(), r.school_id))
    $$;
"""

# Whoever carries a case of a student reads what is asked or said about them: nothing names a student of the other side.
STUDENTS = """
CREATE POLICY student_of_one_side ON cases_recordsrequest AS RESTRICTIVE TO csec_app USING (true)
    WITH CHECK (student_id IS NULL OR EXISTS (SELECT FROM directory_student t WHERE t.id = student_id));
CREATE POLICY student_of_one_side ON cases_concern AS RESTRICTIVE TO csec_app USING (true)
    WITH CHECK (student_id IS NULL OR EXISTS (SELECT FROM directory_student t WHERE t.id = student_id));
CREATE POLICY student_of_one_side ON cases_case AS RESTRICTIVE TO csec_app USING (true)
    WITH CHECK (student_id IS NULL OR EXISTS (SELECT FROM directory_student t WHERE t.id = student_id));
"""

# A role of the district that ended takes its cases along for whoever keeps staff: on one's own side.
STAFF = """
CREATE OR REPLACE FUNCTION leave_cases(ended uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH role AS (
        SELECT m.*, m.until::timestamp AT TIME ZONE coalesce(s.time_zone, 'America/Los_Angeles') AS over_at
        FROM accounts_membership m LEFT JOIN directory_school s ON s.id = m.school_id
        JOIN accounts_user u ON u.id = m.person_id AND u.drill_id IS NOT DISTINCT FROM acting_drill()
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
"""

# What the liaison is told without a case: of a request, a hold, a transfer.
KEPT_OUT = """
CREATE OR REPLACE FUNCTION keep_drills_out_of_messages() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    -- Dropped and not refused: a refusal would take along what else the worker queues, about real students.
    IF EXISTS (SELECT FROM accounts_user u WHERE u.id = NEW.recipient_id AND u.drill_id IS NOT NULL)
        OR EXISTS (
            SELECT FROM directory_school s
            WHERE s.drill_id IS NOT NULL AND s.id IN (
                SELECT c.school_id FROM cases_case c WHERE c.id = NEW.case_id
                UNION ALL SELECT k.school_id FROM cases_concern k WHERE k.id = NEW.subject
                UNION ALL SELECT r.school_id FROM cases_recordsrequest r WHERE r.id = NEW.subject
                UNION ALL SELECT t.from_school_id FROM cases_transfer t WHERE t.id = NEW.subject
                UNION ALL SELECT c.school_id FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
                    WHERE h.id = NEW.subject)) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0083_told_when_a_report_is_late_access"),
        ("directory", "0014_drill_roles"),
        ("district", "0002_cases_left"),
    ]
    operations = [
        migrations.RunSQL(ROLES + BEGIN + REQUESTS + STUDENTS + STAFF + KEPT_OUT, migrations.RunSQL.noop)
    ]
