"""What froze contact with parents stays in force for the student of whom it was said, when the case is another's."""

from django.db import migrations

# A hold about somebody who was named before stands in every case of theirs, and in none because of the case that it is
# in: it neither went along with that one, nor ends with what is answered there.
FREEZES = """
CREATE OR REPLACE FUNCTION parents_frozen_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which) AND EXISTS (
        SELECT FROM cases_case c CROSS JOIN LATERAL rows_of_student(c.student_id) same
        WHERE c.id = which AND (
            EXISTS (
                SELECT FROM cases_parenthold h WHERE h.about_id = same.student_id AND h.ended_at IS NULL)
            OR EXISTS (
                SELECT FROM cases_case o
                WHERE o.student_id = same.student_id AND o.id <> c.id AND (
                    EXISTS (
                        SELECT FROM cases_parenthold h
                        WHERE h.case_id = o.id AND h.about_id IS NULL AND h.ended_at IS NULL
                            AND NOT went_along(o.id, h.begun_at))
                    OR o.status <> 'voided' AND EXISTS (
                        SELECT FROM cases_custody y
                        WHERE y.case_id = o.id AND y.ended_at IS NULL AND NOT went_along(o.id, y.recorded_at))))))
    $$;

CREATE OR REPLACE FUNCTION parents_frozen(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which)
        AND EXISTS (
            SELECT FROM cases_parenthold h WHERE h.case_id = which AND h.about_id IS NULL AND h.ended_at IS NULL)
        OR parents_frozen_elsewhere(which)
    $$;

CREATE OR REPLACE FUNCTION hold_stands(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
        WHERE h.id = which AND h.ended_at IS NULL AND CASE
            WHEN h.about_id IS NULL THEN NOT went_along(c.id, h.begun_at)
                AND (c.status <> 'voided' OR EXISTS (
                    SELECT FROM rows_of_student(c.student_id) same
                        JOIN cases_case o ON o.student_id = same.student_id AND o.id <> c.id
                            AND o.status <> 'voided'))
            ELSE EXISTS (
                SELECT FROM rows_of_student(h.about_id) same
                    JOIN cases_case o ON o.student_id = same.student_id AND o.status <> 'voided')
            END)
    $$;
"""
BEFORE = """
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
CREATE OR REPLACE FUNCTION parents_frozen(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT case_access(which)
        AND EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = which AND h.ended_at IS NULL)
        OR parents_frozen_elsewhere(which)
    $$;
CREATE OR REPLACE FUNCTION hold_stands(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
        WHERE h.id = which AND h.ended_at IS NULL AND NOT went_along(c.id, h.begun_at)
            AND (c.status <> 'voided' OR EXISTS (
                SELECT FROM rows_of_student(c.student_id) same
                    JOIN cases_case o ON o.student_id = same.student_id AND o.id <> c.id AND o.status <> 'voided')))
    $$;
"""

# What goes on elsewhere goes on as frozen by what was said of its own student. The rest of the function stays as it is.
HAND_OVER = """
DO $do$
DECLARE
    body text := pg_get_functiondef('hand_over(uuid, uuid, timestamptz)'::regprocedure);
    changed text := replace(body, $q${before}$q$, $q${after}$q$);
BEGIN
    IF changed = body THEN
        RAISE EXCEPTION 'hand_over: what tells that contact is frozen was not found';
    END IF;
    EXECUTE changed;
END
$do$;
"""
ANY = "FROM cases_parenthold h WHERE h.case_id = c.id AND h.ended_at IS NULL"
OF_CASE = "FROM cases_parenthold h WHERE h.case_id = c.id AND h.about_id IS NULL AND h.ended_at IS NULL"

# A correction used to take along what froze contact: nobody was asked, and so it stands for both.
ROWS = """
INSERT INTO cases_parenthold (id, case_id, about_id, cause, begun_at, begun_by_id, let_in)
SELECT gen_random_uuid(), was.case_id, was.before_id, 'former', was.at, was.by_id, coalesce(h.let_in, '{}')
FROM (
    SELECT DISTINCT ON (k.case_id, student_kept(x.before_id)) k.case_id, x.before_id, x.at, x.by_id, c.student_id
    FROM cases_concerncorrection x JOIN cases_concern k ON k.id = x.concern_id
        JOIN cases_case c ON c.id = k.case_id
        JOIN cases_decision d ON d.case_id = c.id AND d.kind = 'student_corrected' AND d.at = x.at
    WHERE student_kept(x.before_id) IS DISTINCT FROM student_kept(c.student_id)
    ORDER BY k.case_id, student_kept(x.before_id), x.at
) AS was
LEFT JOIN cases_parenthold h ON h.case_id = was.case_id AND h.ended_at IS NULL AND h.begun_at <= was.at
WHERE was.before_id IS NOT NULL AND (h.id IS NOT NULL OR EXISTS (
    SELECT FROM cases_custody y WHERE y.case_id = was.case_id AND y.ended_at IS NULL AND y.recorded_at <= was.at));
"""
# The way back knows no such row.
NO_ROWS = """
ALTER TABLE cases_parenthold DISABLE TRIGGER cases_parenthold_is_kept;
DELETE FROM cases_parenthold WHERE cause = 'former';
ALTER TABLE cases_parenthold ENABLE TRIGGER cases_parenthold_is_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0071_frozen_for_each_named"), ("directory", "0007_student_merges_access")]

    operations = [
        migrations.RunSQL(
            FREEZES + HAND_OVER.format(before=ANY, after=OF_CASE),
            HAND_OVER.format(before=OF_CASE, after=ANY) + BEFORE,
        ),
        migrations.RunSQL(ROWS, NO_ROWS),
    ]
