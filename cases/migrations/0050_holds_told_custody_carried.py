from django.db import migrations

# As before; what goes on also says how a referral went so far, and since when an officer has the student, and not who:
# that is the old school's.
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

# A hold is told to legal counsel, and after some school days to the liaison: who it is about and why, to neither.
TOLD = """
GRANT SELECT (id, case_id, begun_at, ended_at) ON cases_parenthold TO csec_worker;
CREATE POLICY remind ON cases_parenthold FOR SELECT TO csec_worker USING (true);

-- Which of the holds that the liaison was written to about still stand; the cases themselves are not theirs to open.
CREATE FUNCTION holds_standing() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT h.id FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id AND c.status <> 'voided'
    WHERE h.ended_at IS NULL AND works_as(acting_person(), ARRAY['liaison'], c.school_id) AND NOT kept_away(c.id)
    $$;
REVOKE EXECUTE ON FUNCTION holds_standing() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION holds_standing() TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0049_duties_of_carried_over_cases_access")]

    operations = [
        migrations.RunSQL(HAND_OVER, migrations.RunSQL.noop),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
