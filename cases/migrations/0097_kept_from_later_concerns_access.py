"""
Whoever a case is kept from, what is said of its student afterwards is kept from as well.

Whoever writes or holds a concern may not know of the case, so that PostgreSQL finds it and tells nobody: it says past
whom the concern goes, and lets it wait with the next in turn.
"""

from django.db import migrations, models

# Past whom a concern goes because of a case is read by whoever deals with it, and not by who only wrote it and is not to
# learn from it that there is a case. Nobody writes it but the rule below.
EXCLUSIONS = """
ALTER POLICY need_to_know ON cases_concernexclusion
    USING (concern_access(concern_id) AND (NOT by_case OR concern_held(concern_id)));
CREATE POLICY by_rule ON cases_concernexclusion AS RESTRICTIVE FOR INSERT TO csec_app WITH CHECK (NOT by_case);
"""

FUNCTIONS = """
-- From whom a case of a student is kept that was not opened by mistake.
CREATE FUNCTION kept_from_student(which uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT DISTINCT p.person_id
    FROM rows_of_student(which) same
        JOIN cases_case c ON c.student_id = same.student_id AND c.status <> 'voided'
        JOIN cases_caseperson p ON p.case_id = c.id AND p.excluded
            AND (p.until IS NULL OR p.until > statement_timestamp())
    $$;

-- Who can receive a concern at a school, in turn, past whom it does not go: as `cases.receivers` says it of one that is
-- being written.
CREATE FUNCTION receivers_of(which uuid, at_school uuid) RETURNS uuid[] LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT coalesce(array_agg(turn.person_id ORDER BY turn.first), '{}')
    FROM (
        SELECT one.person_id, min(one.place) AS first
        FROM (
            SELECT m.person_id, row_number() OVER (ORDER BY coalesce(m.receives, 99),
                array_position(ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], m.role::text),
                m.since, m.id) AS place
            FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
            WHERE m.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
                AND (m.school_id = at_school OR m.role = 'liaison' AND on_side_of(u.drill_id, at_school))
                AND m.since <= school_day(at_school) AND (m.until IS NULL OR m.until > school_day(at_school))
                AND NOT EXISTS (
                    SELECT FROM cases_concernexclusion e
                    WHERE e.concern_id = which AND e.person_id = m.person_id AND e.lifted_at IS NULL)
        ) one
        GROUP BY one.person_id
    ) turn
    $$;
REVOKE EXECUTE ON FUNCTION kept_from_student(uuid), receivers_of(uuid, uuid) FROM PUBLIC;
"""

# Nobody's own words are kept from them, and a row that says so would tell them of the case: an author has none.
CONCERNS = """
CREATE FUNCTION keep_concern_from_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    past uuid[];
    holders uuid[];
BEGIN
    IF NEW.status = 'attached' THEN
        -- It is read by whoever reads its case: the case alone says past whom it goes, and who is let in again.
        UPDATE cases_concernexclusion e SET by_case = false, lifted_at = CASE
                WHEN e.lifted_at IS NULL AND EXISTS (
                    SELECT FROM cases_caseperson p
                    WHERE p.case_id = NEW.case_id AND p.person_id = e.person_id AND p.excluded
                        AND (p.until IS NULL OR p.until > statement_timestamp())) THEN NULL
                ELSE coalesce(e.lifted_at, statement_timestamp()) END
            WHERE e.concern_id = NEW.id AND e.by_case;
        RETURN NEW;
    END IF;
    UPDATE cases_concernexclusion e SET lifted_at = statement_timestamp()
        WHERE e.concern_id = NEW.id AND e.by_case AND e.lifted_at IS NULL
            AND e.person_id NOT IN (SELECT kept_from_student(NEW.student_id));
    INSERT INTO cases_concernexclusion AS e (id, concern_id, person_id, by_case)
        SELECT gen_random_uuid(), NEW.id, kept, true FROM kept_from_student(NEW.student_id) kept
        WHERE NOT EXISTS (
            SELECT FROM cases_concernauthor a WHERE a.concern_id = NEW.id AND a.person_id = kept)
        ON CONFLICT (concern_id, person_id) DO UPDATE SET lifted_at = NULL, by_case = true
            WHERE e.lifted_at IS NOT NULL;
    IF NEW.status <> 'received' THEN
        RETURN NEW;
    END IF;
    past := ARRAY(SELECT e.person_id FROM cases_concernexclusion e
        WHERE e.concern_id = NEW.id AND e.by_case AND e.lifted_at IS NULL);
    IF NEW.accepted_by_id = ANY (past) THEN
        -- Nobody deals with it any more: the others are asked, and at once who answers for the school.
        NEW.accepted_at := NULL;
        NEW.accepted_by_id := NULL;
        NEW.asked_at := statement_timestamp();
        NEW.climbs_at := NEW.asked_at;
    END IF;
    IF NEW.receiver_id = ANY (past) OR NEW.backup_id = ANY (past)
        OR NEW.backup_id IS NULL AND TG_OP = 'UPDATE' AND OLD.status = 'attached' THEN
        holders := ARRAY(
            SELECT h.id FROM unnest(
                ARRAY[NEW.receiver_id, NEW.backup_id] || receivers_of(NEW.id, NEW.school_id)
            ) WITH ORDINALITY AS h (id, n)
            WHERE h.id IS NOT NULL AND NOT EXISTS (
                SELECT FROM cases_concernexclusion e
                WHERE e.concern_id = NEW.id AND e.person_id = h.id AND e.lifted_at IS NULL)
                -- Nor its author, who would read from it that somebody is passed over.
                AND (h.n <= 2 OR NOT EXISTS (
                    SELECT FROM cases_concernauthor a WHERE a.concern_id = NEW.id AND a.person_id = h.id))
            GROUP BY h.id ORDER BY min(h.n) LIMIT 2);
        -- Where nobody is left it stays with whoever it goes past, who do not read it.
        IF cardinality(holders) > 0 THEN
            NEW.receiver_id := holders[1];
            NEW.backup_id := holders[2];
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_concern_is_kept_from BEFORE INSERT OR UPDATE OF student_id, status ON cases_concern
    FOR EACH ROW EXECUTE FUNCTION keep_concern_from_kept();
"""

# Once more for what is said already of a student and is in no case: with whom a case of theirs is kept from, or no
# longer; with whose case it is; and with which rows of the roster are one student.
CASES = """
CREATE FUNCTION keep_concerns_of_students(students uuid[]) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_concern SET student_id = student_id WHERE id IN (
        SELECT k.id FROM unnest(students) s (id) CROSS JOIN LATERAL rows_of_student(s.id) same
            JOIN cases_concern k ON k.student_id = same.student_id AND k.status <> 'attached'
        -- No more than has to be is locked: whoever deals with another concern of the student may wait for this one.
        WHERE EXISTS (
                SELECT FROM kept_from_student(k.student_id) kept
                WHERE NOT EXISTS (
                        SELECT FROM cases_concernexclusion e
                        WHERE e.concern_id = k.id AND e.person_id = kept AND e.lifted_at IS NULL)
                    AND NOT EXISTS (
                        SELECT FROM cases_concernauthor a WHERE a.concern_id = k.id AND a.person_id = kept))
            OR EXISTS (
                SELECT FROM cases_concernexclusion e
                WHERE e.concern_id = k.id AND e.by_case AND e.lifted_at IS NULL
                    AND e.person_id NOT IN (SELECT kept_from_student(k.student_id)))
        ORDER BY k.id FOR UPDATE OF k)
    $$;

-- Whatever was written while a case was being kept from somebody saw neither the other: it is looked at once more.
CREATE FUNCTION keep_concerns_again() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT keep_concerns_of_students(ARRAY(
        SELECT DISTINCT c.student_id FROM cases_caseperson p JOIN cases_case c ON c.id = p.case_id
        WHERE p.excluded AND (p.until IS NULL OR p.until > statement_timestamp())
            AND c.student_id IS NOT NULL AND c.status <> 'voided'))
    $$;
REVOKE EXECUTE ON FUNCTION keep_concerns_of_students(uuid[]), keep_concerns_again() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_concerns_again() TO csec_worker;

CREATE FUNCTION keep_concerns_of_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_concerns_of_students(ARRAY(
        SELECT c.student_id FROM cases_case c WHERE c.id = NEW.case_id AND c.student_id IS NOT NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_caseperson_keeps_concerns AFTER INSERT OR UPDATE OF until ON cases_caseperson
    FOR EACH ROW WHEN (NEW.excluded) EXECUTE FUNCTION keep_concerns_of_person();

CREATE FUNCTION keep_concerns_of_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_caseperson p WHERE p.case_id = NEW.id AND p.excluded) THEN
        PERFORM keep_concerns_of_students(array_remove(
            ARRAY[NEW.student_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.student_id END], NULL));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_case_keeps_concerns AFTER INSERT OR UPDATE OF student_id, status ON cases_case
    FOR EACH ROW EXECUTE FUNCTION keep_concerns_of_case();

CREATE FUNCTION keep_concerns_of_student() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_concerns_of_students(array_remove(ARRAY[NEW.id, OLD.merged_into_id], NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER directory_student_keeps_concerns AFTER UPDATE OF merged_into_id ON directory_student
    FOR EACH ROW WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
    EXECUTE FUNCTION keep_concerns_of_student();
"""

# Whoever names the student is the last who knows of it, where a case of that student is kept from them.
MISSING = """
CREATE OR REPLACE FUNCTION note_missing(which uuid, since timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_concern k SET missing_since = (
        SELECT max(a.missing_since)
        FROM rows_of_student(k.student_id) same JOIN cases_studentabsence a ON a.student_id = same.student_id
        WHERE a.entered_at >= since AND absence_unexplained(a.id))
    WHERE k.id = which AND k.status = 'received' AND (
        concern_access(which)
        OR EXISTS (SELECT FROM cases_concerncorrection n WHERE n.concern_id = which AND n.by_id = acting_person()))
    $$;
"""

# With whom a concern waits is whoever reads it, and never anybody from whom the case is kept in which it is told.
WAITING = """
CREATE OR REPLACE FUNCTION waiting_about(which uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT jsonb_agg(jsonb_build_object(
            'case', w.of_case, 'at', w.at, 'with', who.name, 'before', w.before) ORDER BY w.at, w.concern)
    FROM (
        SELECT k.id AS concern, k.school_id AS at_school, c.id AS of_case, k.logged_at AS at,
            ARRAY[k.accepted_by_id, k.receiver_id, k.backup_id] AS holders, '' AS before
        FROM cases_concern k CROSS JOIN LATERAL rows_of_student(k.student_id) same
            JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
        WHERE k.status = 'received' AND (which IS NULL OR c.id = which)
        UNION ALL
        SELECT k.id, k.school_id, c.id, k.asked_at, ARRAY[k.accepted_by_id, k.receiver_id, k.backup_id], s.name
        FROM cases_concern k JOIN directory_school s ON s.id = k.school_id
            JOIN cases_case o ON o.id = k.case_id AND o.status = 'closed'
            CROSS JOIN LATERAL handed_on(o.id) on_as
            JOIN cases_case c ON c.id = on_as.case_id AND c.status = 'open'
        WHERE k.status = 'attached' AND (which IS NULL OR c.id = which)
            AND (k.accepted_at IS NULL
                OR k.asked_at > on_as.since AND k.accepted_at > statement_timestamp() - interval '14 days')
    ) w CROSS JOIN LATERAL (
        SELECT u.name
        FROM unnest(w.holders || CASE WHEN concern_unheld(w.concern) THEN ARRAY(
                SELECT o FROM unnest(receivers_of(w.concern, w.at_school)) WITH ORDINALITY AS turn (o, n)
                WHERE works_as(o, ARRAY['administrator', 'liaison'], w.at_school) ORDER BY n)
            END) WITH ORDINALITY AS h (id, n)
            JOIN accounts_user u ON u.id = h.id
        WHERE NOT EXISTS (
                SELECT FROM cases_caseperson p WHERE p.case_id = w.of_case AND p.person_id = h.id AND p.excluded
                    AND (p.until IS NULL OR p.until > statement_timestamp()))
            AND NOT EXISTS (
                SELECT FROM cases_concernexclusion e
                WHERE e.concern_id = w.concern AND e.person_id = h.id AND e.lifted_at IS NULL)
        ORDER BY h.n LIMIT 1
    ) who
    WHERE NOT EXISTS (
            SELECT FROM cases_concernexclusion e
            WHERE e.concern_id = w.concern AND e.person_id = acting_person() AND e.lifted_at IS NULL)
        AND case_role(w.of_case) IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND NOT concern_access(w.concern)
    $$;
"""

# A case that its opener does not see gets the concern: those who carry it, past whom it does not go, and then the
# school's receivers in turn. Never the opener, who would read from it who carries that case.
GIVEN = """
CREATE OR REPLACE FUNCTION give_to_case(which uuid, linked_from uuid, link_kind text, linked_at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    there uuid;
    at_school uuid;
    carriers uuid[];
    holders uuid[];
BEGIN
    IF case_writing(linked_from) IS NOT TRUE OR NOT EXISTS (
            SELECT FROM cases_concernauthor a WHERE a.concern_id = which AND a.person_id = acting_person()) THEN
        RETURN false;
    END IF;
    SELECT c.id, c.school_id INTO there, at_school
        FROM cases_concern k CROSS JOIN LATERAL rows_of_student(k.student_id) same
        JOIN cases_case c ON c.student_id = same.student_id AND c.school_id = k.school_id
        WHERE k.id = which AND k.status = 'received' AND c.status = 'open' AND c.id <> linked_from
            AND c.track IN ('suspected_victim', 'confirmed_victim') AND NOT kept_away(c.id)
        ORDER BY c.opened_at, c.id LIMIT 1;
    IF there IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO cases_caselink (id, from_case_id, to_case_id, kind, made_at)
        VALUES (gen_random_uuid(), linked_from, there, link_kind, linked_at) ON CONFLICT DO NOTHING;
    carriers := ARRAY(
        SELECT p.person_id FROM cases_caseperson p
        WHERE p.case_id = there AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
            AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
            AND works_as(p.person_id, ARRAY[p.role::text], at_school)
            AND NOT EXISTS (
                SELECT FROM cases_concernexclusion e
                WHERE e.concern_id = which AND e.person_id = p.person_id AND e.lifted_at IS NULL)
        GROUP BY p.person_id ORDER BY min(p.since), p.person_id);
    holders := ARRAY(
        SELECT h.id FROM unnest(carriers || receivers_of(which, at_school)) WITH ORDINALITY AS h (id, n)
        WHERE h.id <> acting_person() GROUP BY h.id ORDER BY min(h.n) LIMIT 2);
    UPDATE cases_concern SET receiver_id = holders[1], backup_id = holders[2]
        WHERE id = which AND cardinality(holders) > 0;
    RETURN true;
END
$$;
"""

# What waits already.
NOW = """
UPDATE cases_concern SET student_id = student_id WHERE student_id IS NOT NULL AND status <> 'attached';
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0096_kept_from_the_excluded_access")]

    operations = [
        migrations.AddField(
            "concernexclusion", "by_case", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunSQL(
            EXCLUSIONS + FUNCTIONS + CONCERNS + CASES + MISSING + WAITING + GIVEN + NOW,
            migrations.RunSQL.noop,
        ),
    ]
