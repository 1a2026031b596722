from django.db import migrations

# Whoever enters an absence may learn neither of a case nor of a concern, and whoever opens a case has not entered the
# absence: PostgreSQL looks for both. `student_in_turn` lets one transaction at a time look, so that of an absence and
# of a case that begin at the same moment the second sees the first. It comes after every row lock of either.
ABSENCES = """
CREATE FUNCTION student_in_turn(which uuid) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp
    AS $$ SELECT pg_advisory_xact_lock(hashtextextended('missing:' || which, 0)) $$;

-- What was found of it is not written down in any case.
CREATE FUNCTION absence_unexplained(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM cases_alert a WHERE a.subject = which AND a.ended_at IS NOT NULL) $$;

-- An absence that was just entered: an alert in each open case of the student; and each concern about the student that
-- nobody has put into a case yet is asked about anew, at once, of its holders and of those who answer for the school.
CREATE OR REPLACE FUNCTION raise_absence_alerts(which uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, a.entered_at
    FROM cases_studentabsence a JOIN cases_case c ON c.student_id = a.student_id AND c.status = 'open'
    WHERE a.id = which AND a.entered_by_id = acting_person()
    ON CONFLICT DO NOTHING;

    UPDATE cases_concern k SET missing_since = a.missing_since, asked_at = a.entered_at, climbs_at = a.entered_at,
        climbed_at = coalesce(k.climbed_at, a.entered_at), accepted_at = NULL, accepted_by_id = NULL
    FROM cases_studentabsence a
    WHERE a.id = which AND a.entered_by_id = acting_person() AND k.student_id = a.student_id AND k.status = 'received';

    SELECT student_in_turn(a.student_id) FROM cases_studentabsence a WHERE a.id = which;

    -- Once more: a concern of before may be a case by now.
    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, a.entered_at
    FROM cases_studentabsence a JOIN cases_case c ON c.student_id = a.student_id AND c.status = 'open'
    WHERE a.id = which AND a.entered_by_id = acting_person()
    ON CONFLICT DO NOTHING
    $$;

-- A case that was just opened, opened again, or moved to another student: an alert for each absence entered since then.
CREATE FUNCTION raise_alerts_of_case(which uuid, since timestamptz, at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT student_in_turn(c.student_id) FROM cases_case c
    WHERE c.id = which AND c.student_id IS NOT NULL AND case_access(which);

    INSERT INTO cases_alert (id, case_id, kind, subject, at)
    SELECT gen_random_uuid(), c.id, 'absence', a.id, raise_alerts_of_case.at
    FROM cases_case c JOIN cases_studentabsence a ON a.student_id = c.student_id AND a.entered_at >= since
    WHERE c.id = which AND c.status = 'open' AND case_access(which) AND absence_unexplained(a.id)
    ON CONFLICT DO NOTHING
    $$;

-- A concern that was just logged, or whose student was just named: whether that student is missing.
CREATE FUNCTION note_missing(which uuid, since timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_concern k SET missing_since = (
        SELECT max(a.missing_since) FROM cases_studentabsence a
        WHERE a.student_id = k.student_id AND a.entered_at >= since AND absence_unexplained(a.id))
    WHERE k.id = which AND k.status = 'received' AND concern_access(which)
    $$;

REVOKE EXECUTE ON FUNCTION student_in_turn(uuid), absence_unexplained(uuid),
    raise_alerts_of_case(uuid, timestamptz, timestamptz), note_missing(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION raise_alerts_of_case(uuid, timestamptz, timestamptz), note_missing(uuid, timestamptz)
    TO csec_app;
"""

# The school's calendar changed after a contact was planned. Whoever enters that may not see the case, and the worker
# reads no student: PostgreSQL names the contacts, and moves them, and nothing else of them.
CALENDAR = """
CREATE FUNCTION check_ins_without_school(at timestamptz) RETURNS TABLE (
        check_in uuid, due_on date, school uuid, seen_on date, goes_on_from date[], goes_on_until date[],
        others_from date[], others_until date[], back_on date[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH closed AS (
        SELECT d.school_id, day::date AS day
        FROM directory_closure d, generate_series(greatest(d.first_day, at::date - 1), d.last_day, '1 day') AS day
    ), asked AS MATERIALIZED (
        SELECT i.id, i.case_id, i.due_on FROM cases_checkin i
        WHERE i.state = 'waiting' AND i.due_at > at
            AND (extract(isodow FROM i.due_on) > 5 OR i.due_on = ANY (ARRAY(SELECT day FROM closed)))
    )
    SELECT k.id, k.due_on, c.school_id,
        (SELECT max((e.happened_at AT TIME ZONE s.time_zone)::date)
            FROM cases_checkin o JOIN cases_entry e ON e.id = o.entry_id WHERE o.case_id = c.id AND o.state = 'seen'),
        array_agg(b.first_day ORDER BY b.first_day) FILTER (WHERE b.who = 'school'),
        array_agg(b.last_day ORDER BY b.first_day) FILTER (WHERE b.who = 'school'),
        array_agg(b.first_day ORDER BY b.first_day) FILTER (WHERE b.who <> 'school'),
        array_agg(b.last_day ORDER BY b.first_day) FILTER (WHERE b.who <> 'school'),
        array_agg(b.first_contact_on ORDER BY b.first_day) FILTER (WHERE b.who <> 'school')
    FROM asked k JOIN cases_case c ON c.id = k.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    LEFT JOIN cases_breakplan b ON b.case_id = c.id AND b.replaced_at IS NULL
    WHERE extract(isodow FROM k.due_on) > 5 OR EXISTS (
        SELECT FROM closed WHERE day = k.due_on AND (school_id = c.school_id OR school_id IS NULL))
    GROUP BY k.id, k.due_on, c.id, c.school_id, s.time_zone
    HAVING NOT coalesce(bool_or(b.who = 'school' AND k.due_on BETWEEN b.first_day AND b.last_day), false)
    $$;

-- The case is locked before its contact, as everywhere; one in which somebody writes at this moment is left to the next
-- sweep.
CREATE FUNCTION put_check_in(
    which uuid, old_day date, new_day date, before_at timestamptz, day_at timestamptz, due_at timestamptz,
    level int, remind_at timestamptz
) RETURNS boolean LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH locked AS MATERIALIZED (
        SELECT c.id FROM cases_case c JOIN cases_checkin k ON k.case_id = c.id
        WHERE k.id = which AND c.status = 'open' FOR UPDATE OF c SKIP LOCKED
    ), put AS (
        UPDATE cases_checkin k SET due_on = new_day, before_at = put_check_in.before_at,
            day_at = put_check_in.day_at, due_at = put_check_in.due_at, level = put_check_in.level,
            remind_at = put_check_in.remind_at
        FROM locked WHERE k.id = which AND k.case_id = locked.id AND k.state = 'waiting' AND k.due_on = old_day
        RETURNING k.case_id
    ), shown AS (
        UPDATE cases_steppart p SET due_at = put_check_in.due_at, next_on = new_day
        FROM put, cases_trackrun r
        WHERE p.case_id = put.case_id AND p.kind = 'contact' AND p.repeats AND r.id = p.run_id AND r.ended_at IS NULL
    )
    SELECT EXISTS (SELECT FROM put)
    $$;

REVOKE EXECUTE ON FUNCTION check_ins_without_school(timestamptz),
    put_check_in(uuid, date, date, timestamptz, timestamptz, timestamptz, int, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_ins_without_school(timestamptz),
    put_check_in(uuid, date, date, timestamptz, timestamptz, timestamptz, int, timestamptz) TO csec_app, csec_worker;

-- A plan for a break that was written since a message answers it.
GRANT SELECT (set_at) ON cases_breakplan TO csec_worker;
"""

# Nobody is told of what they added to a concern themselves. To whom that was said would tell who wrote it: each reads
# of it in the history of the reminders only what was said to them.
OWN_WORDS = """
CREATE FUNCTION wrote_concern(who uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = who) $$;
REVOKE EXECUTE ON FUNCTION wrote_concern(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wrote_concern(uuid, uuid) TO csec_worker;

DROP POLICY history ON delivery_message;
CREATE POLICY history ON delivery_message FOR SELECT TO csec_app USING (
    recipient_id = acting_person()
    OR (case_id IS NOT NULL AND kind <> 'addition' AND entry_access(case_id, 'counseling'))
    OR (case_id IS NULL AND concern_held(subject)));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_missing_and_calendar")]

    operations = [migrations.RunSQL(ABSENCES + CALENDAR + OWN_WORDS, migrations.RunSQL.noop)]
