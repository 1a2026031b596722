"""A decision that lets nobody be contacted, and that a student is 18, make contact late with nobody in the lists too."""

from django.db import migrations

# Nobody is asked to decide for a student of 18, and the consent that is missing is given with the contact itself.
ON_HOLD = """
CREATE FUNCTION student_of_age(which uuid, at timestamptz) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_case c JOIN directory_school s ON s.id = c.school_id
            JOIN directory_student t ON t.id = c.student_id
            LEFT JOIN directory_student k ON k.id = t.merged_into_id
        WHERE c.id = which
            AND of_age_on(coalesce(k.birth_date, t.birth_date)) <= (at AT TIME ZONE s.time_zone)::date)
    $$;

CREATE OR REPLACE FUNCTION part_on_hold(kind text, which uuid, run uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE
        WHEN kind NOT IN ('parent_contact', 'parent_decision') THEN false
        WHEN EXISTS (SELECT FROM cases_custody u WHERE u.case_id = which AND u.ended_at IS NULL) THEN true
        WHEN student_of_age(which, statement_timestamp()) THEN true
        WHEN kind = 'parent_decision' THEN false
        ELSE EXISTS (
                SELECT FROM cases_steppart b WHERE b.run_id = run AND (
                    b.kind = 'consultation' AND b.outcome IN ('', 'unable')
                    OR b.kind = 'parent_decision' AND (b.outcome <> 'done' OR b.holds_back)))
            OR contact_frozen(which)
    END
    $$;
"""

# What is kept with a case was true when something was written there last, and a birthday is written by nobody: the sweep
# looks at those that it makes late no more. Where a date of birth is changed it is kept anew at once.
BIRTHDAYS = """
CREATE FUNCTION keep_late_of_age(at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT keep_late_from(ARRAY(
        SELECT c.id FROM cases_case c CROSS JOIN LATERAL cases_late_from(ARRAY[c.id]) f
        WHERE c.status = 'open' AND c.late_from < at AND student_of_age(c.id, at)
            AND (c.late_from, c.late_from_officer) IS DISTINCT FROM (f.late_from, f.late_from_officer)))
    $$;

DROP TRIGGER directory_student_late_from ON directory_student;
CREATE TRIGGER directory_student_late_from AFTER UPDATE OF merged_into_id, birth_date ON directory_student
    FOR EACH ROW WHEN (
        OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id OR OLD.birth_date IS DISTINCT FROM NEW.birth_date)
    EXECUTE FUNCTION keep_late_from_of_student();
"""

# All cases of a student in one order, before one of them is written in: what holds contact back there is kept in each of
# the others, and two who began with a case each would wait for each other. `also` is whom the case becomes about.
LOCKED = """
CREATE FUNCTION lock_cases_in_order(these uuid[], students uuid[]) RETURNS void LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
DECLARE
    found uuid[] := ARRAY(
        SELECT c.id FROM cases_case c
        WHERE c.id = ANY (these) OR c.student_id IN (
            SELECT same.student_id FROM (
                SELECT unnest(students) AS id
                UNION SELECT k.student_id FROM cases_case k WHERE k.id = ANY (these) AND k.student_id IS NOT NULL
            ) known CROSS JOIN LATERAL rows_of_student(known.id) same));
BEGIN
    PERFORM FROM cases_case c WHERE c.id = ANY (found) ORDER BY c.id FOR UPDATE;
END
$$;

CREATE FUNCTION lock_cases_of_student(which uuid, also uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF case_access(which) THEN
        PERFORM lock_cases_in_order(ARRAY[which], array_remove(ARRAY[also], NULL));
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION lock_for_transfer(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM lock_cases_in_order(ARRAY(
        SELECT t.case_id FROM cases_transfer t
        WHERE t.id = which AND receives_transfer(t.case_id, t.receiver_id, t.to_school_id)), '{}');
    PERFORM FROM cases_transfer t
        WHERE t.id = which AND receives_transfer(t.case_id, t.receiver_id, t.to_school_id) FOR UPDATE OF t;
END
$$;
"""

GRANTS = """
REVOKE EXECUTE ON FUNCTION
    student_of_age(uuid, timestamptz), keep_late_of_age(timestamptz), lock_cases_in_order(uuid[], uuid[]),
    lock_cases_of_student(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_late_of_age(timestamptz) TO csec_worker;
GRANT EXECUTE ON FUNCTION lock_cases_of_student(uuid, uuid) TO csec_app;

SELECT keep_late_from(ARRAY(SELECT id FROM cases_case));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0085_decisions_that_hold_back")]

    operations = [migrations.RunSQL(ON_HOLD + BIRTHDAYS + LOCKED + GRANTS, migrations.RunSQL.noop)]
