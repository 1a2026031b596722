"""What freezes contact with parents in another case of the student makes it late with nobody in the lists either."""

from django.db import migrations

# One rule of what freezes contact in a case, for whoever computes with it; the application asks it of those alone who
# may open the case.
FREEZES = """
CREATE FUNCTION contact_frozen_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
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

CREATE FUNCTION contact_frozen(which uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
            SELECT FROM cases_parenthold h WHERE h.case_id = which AND h.about_id IS NULL AND h.ended_at IS NULL)
        OR contact_frozen_elsewhere(which)
    $$;

CREATE OR REPLACE FUNCTION parents_frozen_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT case_access(which) AND contact_frozen_elsewhere(which) $$;

CREATE OR REPLACE FUNCTION parents_frozen(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT case_access(which) AND contact_frozen(which) $$;
"""

# What a decision to withhold says is sealed, and is not known here; nor on which day a student becomes 18.
ON_HOLD = """
CREATE OR REPLACE FUNCTION part_on_hold(kind text, which uuid, run uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE
        WHEN kind NOT IN ('parent_contact', 'parent_decision') THEN false
        WHEN EXISTS (SELECT FROM cases_custody u WHERE u.case_id = which AND u.ended_at IS NULL) THEN true
        WHEN kind = 'parent_decision' THEN false
        ELSE EXISTS (
                SELECT FROM cases_steppart b WHERE b.run_id = run AND (
                    b.kind = 'consultation' AND b.outcome IN ('', 'unable')
                    OR b.kind = 'parent_decision' AND b.outcome <> 'done'))
            OR contact_frozen(which)
    END
    $$;
"""

# Kept anew in each case of the student: with what begins or ends a freeze, with whose case it is, and with which rows of
# the roster are one student. All of them are locked in one order, as `keep_late_from` does it; the case that is written
# in was locked before, so that two freezes of one student at the same moment can wait for each other: PostgreSQL ends
# one of the two, whose page then asks to send it once more. What goes along with a case that is handed over begins anew
# in the one that goes on, and is kept with that.
KEPT = """
CREATE FUNCTION keep_late_from_of_students(these uuid[], students uuid[]) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp
    AS $$
    SELECT keep_late_from(ARRAY(
        SELECT c.id FROM cases_case c
        WHERE c.id = ANY (these) OR c.student_id IN (
            SELECT same.student_id FROM (
                SELECT unnest(students) AS id
                UNION SELECT k.student_id FROM cases_case k WHERE k.id = ANY (these) AND k.student_id IS NOT NULL
            ) known CROSS JOIN LATERAL rows_of_student(known.id) same)))
    $$;

CREATE FUNCTION keep_late_from_of_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    -- A freeze can be about another student than the one whose case it is in.
    PERFORM keep_late_from_of_students(
        ARRAY(SELECT n.case_id FROM changed n),
        ARRAY(SELECT n.about_id FROM changed n WHERE n.about_id IS NOT NULL));
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_late_from_of_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_late_from_of_students(ARRAY(SELECT n.case_id FROM changed n), '{}');
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_late_from_of_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_late_from_of_students(ARRAY[NEW.id], array_remove(ARRAY[OLD.student_id], NULL));
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_late_from_of_student() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_late_from_of_students('{}', array_remove(ARRAY[NEW.id, OLD.merged_into_id], NULL));
    RETURN NULL;
END
$$;

DROP TRIGGER cases_parenthold_late_from_new ON cases_parenthold;
DROP TRIGGER cases_parenthold_late_from ON cases_parenthold;
DROP TRIGGER cases_custody_late_from_new ON cases_custody;
DROP TRIGGER cases_custody_late_from ON cases_custody;
CREATE TRIGGER cases_parenthold_late_from_new AFTER INSERT ON cases_parenthold
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_held();
CREATE TRIGGER cases_parenthold_late_from AFTER UPDATE ON cases_parenthold
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_held();
CREATE TRIGGER cases_custody_late_from_new AFTER INSERT ON cases_custody
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_taken();
CREATE TRIGGER cases_custody_late_from AFTER UPDATE ON cases_custody
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_taken();
-- An officer's custody in a void case freezes nothing.
CREATE TRIGGER cases_case_late_from AFTER UPDATE OF student_id, status ON cases_case
    FOR EACH ROW WHEN (
        OLD.student_id IS DISTINCT FROM NEW.student_id OR (OLD.status = 'voided') <> (NEW.status = 'voided'))
    EXECUTE FUNCTION keep_late_from_of_case();
CREATE TRIGGER directory_student_late_from AFTER UPDATE OF merged_into_id ON directory_student
    FOR EACH ROW WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
    EXECUTE FUNCTION keep_late_from_of_student();

REVOKE EXECUTE ON FUNCTION
    contact_frozen(uuid), contact_frozen_elsewhere(uuid), keep_late_from_of_students(uuid[], uuid[]),
    keep_late_from_of_held(), keep_late_from_of_taken(), keep_late_from_of_case(), keep_late_from_of_student()
    FROM PUBLIC;

SELECT keep_late_from(ARRAY(SELECT id FROM cases_case));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0079_reviews_by_moment_access"),
        ("directory", "0007_student_merges_access"),
    ]

    operations = [migrations.RunSQL(FREEZES + ON_HOLD + KEPT, migrations.RunSQL.noop)]
