from django.db import migrations

# What goes on also says of which tracks that were reclassified something is still looked at: a referral that was
# accepted there.
HAND_OVER = """
CREATE OR REPLACE FUNCTION hand_over(which uuid, as_case uuid, at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    t cases_transfer;
    c cases_case;
    told jsonb;
BEGIN
    PERFORM lock_for_transfer(which);
    SELECT * INTO t FROM cases_transfer x
        WHERE x.id = which AND x.state = 'open' AND receives_transfer(x.case_id, x.receiver_id, x.to_school_id);
    SELECT * INTO c FROM cases_case x WHERE x.id = t.case_id AND x.status = 'open';
    IF t.id IS NULL OR c.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM cases_alert a WHERE a.case_id = c.id AND a.ended_at IS NULL) THEN
        RETURN jsonb_build_object('unsafe', true);
    END IF;
    told := jsonb_build_object(
        'protocol', c.protocol_id, 'track', c.track, 'student', c.student_id,
        'basis', coalesce((SELECT d.code FROM cases_decision d
            WHERE d.case_id = c.id AND d.kind IN ('opened', 'reclassified') ORDER BY d.at DESC, d.id DESC LIMIT 1), ''),
        'parts', coalesce((SELECT jsonb_agg(to_jsonb(row)) FROM (
            SELECT p.part, p.kind, p.repeats, p.outcome, p.outcome_at, p.due_at, p.next_on, p.progress
            FROM cases_steppart p
            JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL WHERE p.case_id = c.id) AS row), '[]'),
        'followed', coalesce((SELECT jsonb_agg(to_jsonb(row) ORDER BY row.started_at) FROM (
            SELECT r.track, r.started_at, p.part, p.outcome, p.outcome_at, p.next_on, p.progress
            FROM cases_steppart p
            JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NOT NULL
            WHERE p.case_id = c.id AND p.progress IN ('waiting', 'began')) AS row), '[]'),
        'frozen', EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = c.id AND h.ended_at IS NULL),
        'in_custody_since', (SELECT u.taken_at FROM cases_custody u WHERE u.case_id = c.id AND u.ended_at IS NULL),
        'rhythm', (SELECT l.rhythm FROM cases_checkinplan l WHERE l.case_id = c.id AND l.ended_at IS NULL),
        'check_in', (SELECT jsonb_build_object('due_on', k.due_on, 'moved_from', k.moved_from)
            FROM cases_checkin k WHERE k.case_id = c.id AND k.state = 'waiting'),
        'kept_from', coalesce((SELECT jsonb_agg(DISTINCT p.person_id) FROM cases_caseperson p WHERE p.case_id = c.id
            AND p.excluded AND (p.until IS NULL OR p.until > statement_timestamp())), '[]'));
    UPDATE cases_transfer SET state = 'accepted', answered_at = hand_over.at, answered_by_id = acting_person(),
        new_case_id = as_case WHERE id = t.id;
    INSERT INTO cases_decision (id, case_id, kind, code, at, by_id, sealed)
        VALUES (t.closing, c.id, 'closed', 'transferred', hand_over.at, acting_person(), t.closing_sealed);
    UPDATE cases_case SET status = 'closed' WHERE id = c.id;
    UPDATE cases_checkin SET state = 'ended', ended_at = hand_over.at WHERE case_id = c.id AND state = 'waiting';
    UPDATE cases_checkinplan SET ended_at = hand_over.at WHERE case_id = c.id AND ended_at IS NULL;
    UPDATE cases_steppart SET next_on = NULL WHERE case_id = c.id AND kind = 'contact';
    RETURN told;
END
$$;
"""

# The counselor's section of an offer is read by whoever could read it afterwards: not by an administrator.
SECTION = """
CREATE OR REPLACE FUNCTION transfer_section_access(which uuid, of_compartment text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_transfer t WHERE t.id = which AND (
            t.state = 'open' AND receives_transfer(t.case_id, t.receiver_id, t.to_school_id)
                AND (of_compartment = 'team'
                    OR works_as(t.receiver_id, ARRAY['counselor', 'social_worker'], t.to_school_id))
            OR of_compartment = 'team' AND (case_role(t.case_id) <> 'sro' OR case_role(t.new_case_id) <> 'sro')
            OR case_role(t.case_id) IN ('counselor', 'social_worker')
            OR case_role(t.new_case_id) IN ('counselor', 'social_worker')))
    $$;
"""

# What its author adds to a concern stays with the case that it is in. Where that case goes on, its people are told that
# something was added and who knows it; and asked for their reports again when it was read there.
ADDED = """
CREATE FUNCTION handed_on(which uuid) RETURNS TABLE (case_id uuid, since timestamptz) LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    WITH RECURSIVE later AS (
        SELECT t.new_case_id AS id, t.answered_at AS since FROM cases_transfer t
        WHERE t.case_id = which AND t.state = 'accepted'
        UNION
        SELECT t.new_case_id, l.since FROM later l JOIN cases_transfer t ON t.case_id = l.id AND t.state = 'accepted')
    SELECT l.id, l.since FROM later l
    $$;

CREATE OR REPLACE FUNCTION waiting_about(which uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT jsonb_agg(jsonb_build_object(
            'case', w.of_case, 'at', w.at, 'with', u.name, 'before', w.before) ORDER BY w.at, w.concern)
    FROM (
        SELECT k.id AS concern, c.id AS of_case, k.logged_at AS at, coalesce(k.accepted_by_id, k.receiver_id) AS who,
            '' AS before
        FROM cases_concern k CROSS JOIN LATERAL rows_of_student(k.student_id) same
            JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
        WHERE k.status = 'received' AND (which IS NULL OR c.id = which)
        UNION ALL
        SELECT k.id, c.id, k.asked_at, coalesce(k.accepted_by_id, k.receiver_id), s.name
        FROM cases_concern k JOIN directory_school s ON s.id = k.school_id
            JOIN cases_case o ON o.id = k.case_id AND o.status = 'closed'
            CROSS JOIN LATERAL handed_on(o.id) on_as
            JOIN cases_case c ON c.id = on_as.case_id AND c.status = 'open'
        WHERE k.status = 'attached' AND (which IS NULL OR c.id = which)
            AND (k.accepted_at IS NULL
                OR k.asked_at > on_as.since AND k.accepted_at > statement_timestamp() - interval '14 days')
    ) w JOIN accounts_user u ON u.id = w.who
    WHERE NOT EXISTS (
            SELECT FROM cases_concernexclusion e
            WHERE e.concern_id = w.concern AND e.person_id = acting_person() AND e.lifted_at IS NULL)
        AND case_role(w.of_case) IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND NOT concern_access(w.concern)
    $$;

CREATE FUNCTION ask_again_where_it_goes_on(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT ask_each_again(o.case_id, at, NULL, NULL)
    FROM handed_on(which) o JOIN cases_case c ON c.id = o.case_id AND c.status = 'open'
    WHERE case_writing(which)
    $$;
REVOKE EXECUTE ON FUNCTION handed_on(uuid), ask_again_where_it_goes_on(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ask_again_where_it_goes_on(uuid, timestamptz) TO csec_app;
"""

# Two rows that are two students again: counsel who opened the case of the one for a request about the other has it no
# longer. Whoever takes them apart sees neither.
APART = """
CREATE FUNCTION end_access_apart(which uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_caseperson p SET until = greatest(p.since, end_access_apart.at)
    FROM directory_studentmerge m, cases_recordsrequest r, cases_case c
    WHERE m.id = which AND m.undone_by_id = acting_person() AND p.opened_for = r.id AND c.id = p.case_id
        AND p.until > end_access_apart.at AND m.alias_id IN (r.student_id, c.student_id)
        AND student_kept(r.student_id) IS DISTINCT FROM student_kept(c.student_id)
    $$;
REVOKE EXECUTE ON FUNCTION end_access_apart(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_access_apart(uuid, timestamptz) TO csec_app;
"""

BEFORE = """
DROP FUNCTION end_access_apart(uuid, timestamptz);
DROP FUNCTION ask_again_where_it_goes_on(uuid, timestamptz);
CREATE OR REPLACE FUNCTION waiting_about(which uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT jsonb_agg(jsonb_build_object('case', c.id, 'at', k.logged_at, 'with', u.name) ORDER BY k.logged_at, k.id)
    FROM cases_concern k CROSS JOIN LATERAL rows_of_student(k.student_id) same
        JOIN cases_case c ON c.student_id = same.student_id AND c.status = 'open'
        JOIN accounts_user u ON u.id = coalesce(k.accepted_by_id, k.receiver_id)
    WHERE k.status = 'received' AND (which IS NULL OR c.id = which)
        AND NOT EXISTS (
            SELECT FROM cases_concernexclusion e
            WHERE e.concern_id = k.id AND e.person_id = acting_person() AND e.lifted_at IS NULL)
        AND case_role(c.id) IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND NOT concern_access(k.id)
    $$;
DROP FUNCTION handed_on(uuid);
CREATE OR REPLACE FUNCTION transfer_section_access(which uuid, of_compartment text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_transfer t WHERE t.id = which AND (
            t.state = 'open' AND receives_transfer(t.case_id, t.receiver_id, t.to_school_id)
            OR of_compartment = 'team' AND (case_role(t.case_id) <> 'sro' OR case_role(t.new_case_id) <> 'sro')
            OR case_role(t.case_id) IN ('counselor', 'social_worker')
            OR case_role(t.new_case_id) IN ('counselor', 'social_worker')))
    $$;
CREATE OR REPLACE FUNCTION hand_over(which uuid, as_case uuid, at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    t cases_transfer;
    c cases_case;
    told jsonb;
BEGIN
    PERFORM lock_for_transfer(which);
    SELECT * INTO t FROM cases_transfer x
        WHERE x.id = which AND x.state = 'open' AND receives_transfer(x.case_id, x.receiver_id, x.to_school_id);
    SELECT * INTO c FROM cases_case x WHERE x.id = t.case_id AND x.status = 'open';
    IF t.id IS NULL OR c.id IS NULL THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM cases_alert a WHERE a.case_id = c.id AND a.ended_at IS NULL) THEN
        RETURN jsonb_build_object('unsafe', true);
    END IF;
    told := jsonb_build_object(
        'protocol', c.protocol_id, 'track', c.track, 'student', c.student_id,
        'basis', coalesce((SELECT d.code FROM cases_decision d
            WHERE d.case_id = c.id AND d.kind IN ('opened', 'reclassified') ORDER BY d.at DESC, d.id DESC LIMIT 1), ''),
        'parts', coalesce((SELECT jsonb_agg(to_jsonb(row)) FROM (
            SELECT p.part, p.kind, p.repeats, p.outcome, p.outcome_at, p.due_at, p.next_on, p.progress
            FROM cases_steppart p
            JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL WHERE p.case_id = c.id) AS row), '[]'),
        'frozen', EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = c.id AND h.ended_at IS NULL),
        'in_custody_since', (SELECT u.taken_at FROM cases_custody u WHERE u.case_id = c.id AND u.ended_at IS NULL),
        'rhythm', (SELECT l.rhythm FROM cases_checkinplan l WHERE l.case_id = c.id AND l.ended_at IS NULL),
        'check_in', (SELECT jsonb_build_object('due_on', k.due_on, 'moved_from', k.moved_from)
            FROM cases_checkin k WHERE k.case_id = c.id AND k.state = 'waiting'),
        'kept_from', coalesce((SELECT jsonb_agg(DISTINCT p.person_id) FROM cases_caseperson p WHERE p.case_id = c.id
            AND p.excluded AND (p.until IS NULL OR p.until > statement_timestamp())), '[]'));
    UPDATE cases_transfer SET state = 'accepted', answered_at = hand_over.at, answered_by_id = acting_person(),
        new_case_id = as_case WHERE id = t.id;
    INSERT INTO cases_decision (id, case_id, kind, code, at, by_id, sealed)
        VALUES (t.closing, c.id, 'closed', 'transferred', hand_over.at, acting_person(), t.closing_sealed);
    UPDATE cases_case SET status = 'closed' WHERE id = c.id;
    UPDATE cases_checkin SET state = 'ended', ended_at = hand_over.at WHERE case_id = c.id AND state = 'waiting';
    UPDATE cases_checkinplan SET ended_at = hand_over.at WHERE case_id = c.id AND ended_at IS NULL;
    UPDATE cases_steppart SET next_on = NULL WHERE case_id = c.id AND kind = 'contact';
    RETURN told;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0068_entries_handed_over")]

    operations = [migrations.RunSQL(HAND_OVER + SECTION + ADDED + APART, BEFORE)]
