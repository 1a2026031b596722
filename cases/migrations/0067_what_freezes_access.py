from django.db import migrations

# What stands between the school and the parents went along with a case that was handed over: the one that goes on holds
# it now, and ends it. A hold of a void case stands for as long as there is another case of the student, which it freezes.
# An officer's custody is excepted as a hold is; and what freezes is what counsel and the liaison are written to about.
FREEZES = """
CREATE FUNCTION went_along(which uuid, since timestamptz) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_transfer t JOIN cases_case n ON n.id = t.new_case_id AND n.status <> 'voided'
        WHERE t.case_id = which AND t.state = 'accepted' AND t.answered_at >= since)
    $$;

CREATE OR REPLACE FUNCTION parents_frozen_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which) AND EXISTS (
        SELECT FROM cases_case c CROSS JOIN LATERAL rows_of_student(c.student_id) same
            JOIN cases_case o ON o.student_id = same.student_id AND o.id <> c.id
        WHERE c.id = which AND (
            EXISTS (
                SELECT FROM cases_parenthold h
                WHERE h.case_id = o.id AND h.ended_at IS NULL AND NOT went_along(o.id, h.begun_at))
            OR o.status <> 'voided' AND EXISTS (
                SELECT FROM cases_custody y
                WHERE y.case_id = o.id AND y.ended_at IS NULL AND NOT went_along(o.id, y.recorded_at))))
    $$;

CREATE FUNCTION hold_stands(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
        WHERE h.id = which AND h.ended_at IS NULL AND NOT went_along(c.id, h.begun_at)
            AND (c.status <> 'voided' OR EXISTS (
                SELECT FROM rows_of_student(c.student_id) same
                    JOIN cases_case o ON o.student_id = same.student_id AND o.id <> c.id AND o.status <> 'voided')))
    $$;

CREATE OR REPLACE FUNCTION holds_standing() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT h.id FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
    WHERE h.ended_at IS NULL AND works_as(acting_person(), ARRAY['liaison'], c.school_id) AND NOT kept_away(c.id)
        AND hold_stands(h.id)
    $$;

REVOKE EXECUTE ON FUNCTION went_along(uuid, timestamptz), hold_stands(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_stands(uuid) TO csec_worker;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION holds_standing() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT h.id FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id AND c.status <> 'voided'
    WHERE h.ended_at IS NULL AND works_as(acting_person(), ARRAY['liaison'], c.school_id) AND NOT kept_away(c.id)
    $$;
CREATE OR REPLACE FUNCTION parents_frozen_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which) AND EXISTS (
        SELECT FROM cases_case c CROSS JOIN LATERAL rows_of_student(c.student_id) same
            JOIN cases_case o ON o.student_id = same.student_id AND o.id <> c.id
        WHERE c.id = which AND (
            EXISTS (
                SELECT FROM cases_parenthold h
                WHERE h.case_id = o.id AND h.ended_at IS NULL AND NOT EXISTS (
                    SELECT FROM cases_transfer t JOIN cases_case n ON n.id = t.new_case_id AND n.status <> 'voided'
                    WHERE t.case_id = o.id AND t.state = 'accepted' AND t.answered_at >= h.begun_at))
            OR o.status <> 'voided' AND EXISTS (
                SELECT FROM cases_custody y WHERE y.case_id = o.id AND y.ended_at IS NULL)))
    $$;
DROP FUNCTION hold_stands(uuid);
DROP FUNCTION went_along(uuid, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0066_late_first_access")]

    operations = [migrations.RunSQL(FREEZES, BEFORE)]
