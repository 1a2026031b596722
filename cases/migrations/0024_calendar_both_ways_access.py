from django.db import migrations

# Contacts follow the calendar for those who keep it, at the schools for which they answer, and for the worker; nobody
# else reads or moves any of a case that they do not see.
FUNCTIONS = """
-- To be asked by what runs as its owner.
CREATE FUNCTION moves_contacts_of(at_school uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT answers_for(at_school) OR pg_has_role(session_user, 'csec_worker', 'MEMBER') OR session_user = current_user
    $$;

DROP FUNCTION check_ins_without_school(timestamptz);
CREATE FUNCTION check_ins_without_school(at timestamptz) RETURNS TABLE (
        check_in uuid, due_on date, school uuid, seen_on date, moved_from date,
        agreed_who text[], agreed_from date[], agreed_until date[], agreed_back date[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH closed AS (
        SELECT d.school_id, day::date AS day
        FROM directory_closure d, generate_series(greatest(d.first_day, at::date - 1), d.last_day, '1 day') AS day
        WHERE d.withdrawn_at IS NULL
    ), asked AS MATERIALIZED (
        SELECT i.id, i.case_id, i.due_on, i.moved_from FROM cases_checkin i
        WHERE i.state = 'waiting' AND i.due_at > at
            AND (extract(isodow FROM i.due_on) > 5 OR i.due_on = ANY (ARRAY(SELECT day FROM closed)))
    )
    SELECT k.id, k.due_on, c.school_id,
        (SELECT max((e.happened_at AT TIME ZONE s.time_zone)::date)
            FROM cases_checkin o JOIN cases_entry e ON e.id = o.entry_id WHERE o.case_id = c.id AND o.state = 'seen'),
        k.moved_from,
        array_agg(b.who::text ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL),
        array_agg(b.first_day ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL),
        array_agg(b.last_day ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL),
        array_agg(b.first_contact_on ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL)
    FROM asked k JOIN cases_case c ON c.id = k.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    LEFT JOIN cases_breakplan b ON b.case_id = c.id AND b.replaced_at IS NULL
    WHERE (extract(isodow FROM k.due_on) > 5 OR EXISTS (
            SELECT FROM closed WHERE day = k.due_on AND (school_id = c.school_id OR school_id IS NULL)))
        AND moves_contacts_of(c.school_id)
    GROUP BY k.id, k.due_on, k.moved_from, c.id, c.school_id, s.time_zone
    HAVING NOT coalesce(bool_or(b.who = 'school' AND k.due_on BETWEEN b.first_day AND b.last_day), false)
    $$;

-- The contacts that wait between two days at a school, or that the calendar has moved, or that stand on the day that was
-- agreed for the end of a break; with their schedules, by which it is found out where they belong.
CREATE FUNCTION check_ins_between(schools uuid[], first_days date[], last_days date[], at timestamptz) RETURNS TABLE (
        check_in uuid, due_on date, school uuid, seen_on date, moved_from date, rhythm text, start date,
        agreed_who text[], agreed_from date[], agreed_until date[], agreed_back date[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH asked AS (
        SELECT school_id, first_day, last_day
        FROM unnest(schools, first_days, last_days) AS of_school (school_id, first_day, last_day)
        WHERE moves_contacts_of(school_id)
    )
    SELECT k.id, k.due_on, c.school_id,
        (SELECT max((e.happened_at AT TIME ZONE s.time_zone)::date)
            FROM cases_checkin o JOIN cases_entry e ON e.id = o.entry_id WHERE o.case_id = c.id AND o.state = 'seen'),
        k.moved_from, l.rhythm::text, l.start,
        array_agg(b.who::text ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL),
        array_agg(b.first_day ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL),
        array_agg(b.last_day ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL),
        array_agg(b.first_contact_on ORDER BY b.first_day) FILTER (WHERE b.id IS NOT NULL)
    FROM cases_checkin k JOIN cases_case c ON c.id = k.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN cases_checkinplan l ON l.id = k.plan_id
    LEFT JOIN cases_breakplan b ON b.case_id = c.id AND b.replaced_at IS NULL
    WHERE k.state = 'waiting' AND k.due_at > at AND c.school_id IN (SELECT school_id FROM asked) AND (
        k.moved_from IS NOT NULL
        OR EXISTS (SELECT FROM asked a WHERE a.school_id = c.school_id AND k.due_on BETWEEN a.first_day AND a.last_day)
        OR EXISTS (
            SELECT FROM cases_breakplan x
            WHERE x.case_id = c.id AND x.replaced_at IS NULL AND x.first_contact_on = k.due_on))
    GROUP BY k.id, k.due_on, c.id, c.school_id, s.time_zone, k.moved_from, l.rhythm, l.start
    $$;

DROP FUNCTION put_check_in(uuid, date, date, timestamptz, timestamptz, timestamptz, int, timestamptz);
CREATE FUNCTION put_check_in(
    which uuid, old_day date, new_day date, moved_from date, before_at timestamptz, day_at timestamptz, due_at timestamptz,
    level int, remind_at timestamptz
) RETURNS boolean LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH locked AS MATERIALIZED (
        SELECT c.id FROM cases_case c JOIN cases_checkin k ON k.case_id = c.id
        WHERE k.id = which AND c.status = 'open' AND moves_contacts_of(c.school_id) FOR UPDATE OF c SKIP LOCKED
    ), put AS (
        UPDATE cases_checkin k SET due_on = new_day, moved_from = put_check_in.moved_from,
            before_at = put_check_in.before_at, day_at = put_check_in.day_at, due_at = put_check_in.due_at, level = put_check_in.level,
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

REVOKE EXECUTE ON FUNCTION moves_contacts_of(uuid), check_ins_without_school(timestamptz),
    check_ins_between(uuid[], date[], date[], timestamptz),
    put_check_in(uuid, date, date, date, timestamptz, timestamptz, timestamptz, int, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_ins_without_school(timestamptz), check_ins_between(uuid[], date[], date[], timestamptz),
    put_check_in(uuid, date, date, date, timestamptz, timestamptz, timestamptz, int, timestamptz)
    TO csec_app, csec_worker;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0023_moved_by_the_calendar"),
        ("directory", "0005_kept_by_the_district_access"),
    ]

    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
