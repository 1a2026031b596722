from django.db import migrations

# Whoever a transfer is offered to reads the offer while it waits, and nothing of the case; nobody else of that school
# does. The row itself stays readable to them, so that they are told what became of it.
FUNCTIONS = """
CREATE FUNCTION receives_transfer(of_case uuid, who uuid, at_school uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp
    AS $$
    SELECT coalesce(who = acting_person(), false) AND works_as(who, TAKES_OVER, at_school) AND NOT kept_away(of_case)
    $$;

CREATE FUNCTION transfer_section_access(which uuid, of_compartment text) RETURNS boolean
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

-- A section is written by whoever offers, with the offer.
CREATE FUNCTION transfer_sends(which uuid, of_compartment text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_transfer t WHERE t.id = which AND t.state = 'open' AND t.offered_by_id = acting_person()
            AND case_role(t.case_id) NOT IN ('sro', 'emergency')
            AND (of_compartment = 'team' OR case_role(t.case_id) IN ('counselor', 'social_worker')))
    $$;

-- A key opens with the very transfer that it seals.
CREATE FUNCTION transfer_key(which uuid, of_scope uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT EXISTS (
        SELECT FROM cases_transfer t WHERE t.id = of_scope AND t.key_id = which AND (
            case_role(t.case_id) <> 'sro' OR case_role(t.new_case_id) <> 'sro'
            OR receives_transfer(t.case_id, t.receiver_id, t.to_school_id)))
    $$;

-- The case first, as every other verb locks it: whoever it is offered to does not see the case.
CREATE FUNCTION lock_for_transfer(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM FROM cases_case c JOIN cases_transfer t ON t.case_id = c.id
        WHERE t.id = which AND receives_transfer(t.case_id, t.receiver_id, t.to_school_id) FOR UPDATE OF c;
    PERFORM FROM cases_transfer t
        WHERE t.id = which AND receives_transfer(t.case_id, t.receiver_id, t.to_school_id) FOR UPDATE OF t;
END
$$;

-- Whether a case goes on at another school, as one that is not void.
CREATE FUNCTION case_goes_on_elsewhere(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT case_access(which) AND EXISTS (
        SELECT FROM cases_transfer t JOIN cases_case n ON n.id = t.new_case_id AND n.status <> 'voided'
        WHERE t.case_id = which AND t.state = 'accepted')
    $$;
"""

# The old side of an acceptance, in one act: the transfer is accepted, the old case closed with its schedule, and what
# the new case goes on with is told. Nothing is told of what was recorded, nor of the reports. NULL when it is not to be
# accepted any more. A student who is not safe or missing is seen to first: nothing is changed then.
HAND_OVER = """
CREATE FUNCTION hand_over(which uuid, as_case uuid, at timestamptz) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
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
            SELECT p.part, p.kind, p.repeats, p.outcome, p.outcome_at, p.due_at, p.next_on FROM cases_steppart p
            JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL WHERE p.case_id = c.id) AS row), '[]'),
        'frozen', EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = c.id AND h.ended_at IS NULL),
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

RULES = """
ALTER TABLE cases_transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_transfer FOR SELECT TO csec_app USING (
    case_role(case_id) <> 'sro' OR case_role(new_case_id) <> 'sro'
    OR receives_transfer(case_id, receiver_id, to_school_id));
CREATE POLICY begin ON cases_transfer FOR INSERT TO csec_app WITH CHECK (
    case_role(case_id) NOT IN ('sro', 'emergency') AND began_by_id = acting_person()
    AND state IN ('asked', 'open') AND answered_by_id IS NULL AND new_case_id IS NULL);
CREATE POLICY change ON cases_transfer FOR UPDATE TO csec_app
    USING (
        case_role(case_id) <> 'sro' OR case_role(new_case_id) <> 'sro'
        OR receives_transfer(case_id, receiver_id, to_school_id))
    WITH CHECK (
        case_role(case_id) NOT IN ('sro', 'emergency') OR receives_transfer(case_id, receiver_id, to_school_id));
GRANT SELECT, INSERT ON cases_transfer TO csec_app;
GRANT UPDATE (kind, state, to_school_id, receiver_id, key_id, offered_at, offered_by_id, climbs_at, answered_at,
    answered_by_id, sealed, answer_sealed, closing, closing_sealed) ON cases_transfer TO csec_app;
GRANT SELECT (id, case_id, kind, state, to_school_id, receiver_id, offered_at, climbs_at) ON cases_transfer
    TO csec_worker;
CREATE POLICY remind ON cases_transfer FOR SELECT TO csec_worker USING (true);

ALTER TABLE cases_transfersection ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_transfersection TO csec_app
    USING (transfer_section_access(transfer_id, compartment)) WITH CHECK (transfer_sends(transfer_id, compartment));
GRANT SELECT, INSERT ON cases_transfersection TO csec_app;
CREATE TRIGGER cases_transfersection_is_append_only BEFORE UPDATE OR DELETE ON cases_transfersection
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_transfer_is_kept BEFORE DELETE ON cases_transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE POLICY transfer ON crypto_datakey FOR SELECT TO csec_app USING (transfer_key(id, scope));

-- What was offered stays as it was; it is answered once, by whose it is to answer.
CREATE FUNCTION hold_transfer() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF (NEW.id, NEW.case_id, NEW.from_school_id, NEW.began_at, NEW.began_by_id)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.from_school_id, OLD.began_at, OLD.began_by_id)
        OR OLD.state NOT IN ('asked', 'open') AND NEW IS DISTINCT FROM OLD
        OR OLD.kind <> '' AND (NEW.kind, NEW.to_school_id, NEW.receiver_id, NEW.key_id, NEW.offered_at,
                NEW.offered_by_id, NEW.climbs_at, NEW.sealed, NEW.closing, NEW.closing_sealed)
            IS DISTINCT FROM (OLD.kind, OLD.to_school_id, OLD.receiver_id, OLD.key_id, OLD.offered_at,
                OLD.offered_by_id, OLD.climbs_at, OLD.sealed, OLD.closing, OLD.closing_sealed)
        OR NEW.state <> OLD.state AND (
            NEW.state IN ('accepted', 'refused') AND NEW.receiver_id IS DISTINCT FROM acting_person()
            OR NEW.state IN ('open', 'withdrawn', 'acknowledged') AND NOT coalesce(case_writing(NEW.case_id), false)
            OR NEW.state = 'asked'
            OR NEW.state = 'open' AND NEW.offered_by_id IS DISTINCT FROM acting_person()
            OR NEW.state <> 'open' AND NEW.answered_by_id IS DISTINCT FROM acting_person()) THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_transfer: not theirs to say, or said already';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_transfer_is_held BEFORE UPDATE ON cases_transfer
    FOR EACH ROW EXECUTE FUNCTION hold_transfer();
"""

# What stands on the first screens. Of an offer that nobody answered those who answer for the receiving school read that
# it waits, and for whom: nothing of whom it is about.
WAITING = """
CREATE FUNCTION transfers_waiting(at timestamptz) RETURNS TABLE (
        transfer uuid, of_case uuid, mine text, state text, kind text, number text, from_school text, to_school text,
        receiver text, since timestamptz, late boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH waiting AS MATERIALIZED (
        SELECT t.id, t.case_id, t.state, t.kind, c.number, f.name AS from_school, s.name AS to_school, u.name AS receiver,
            coalesce(t.answered_at, t.offered_at, t.began_at) AS since, t.receiver_id, t.to_school_id,
            t.kind = 'school' AND t.state = 'open' AND (t.climbs_at <= transfers_waiting.at
                OR NOT works_as(t.receiver_id, TAKES_OVER, t.to_school_id)) AS late
        FROM cases_transfer t JOIN cases_case c ON c.id = t.case_id AND c.status = 'open'
        JOIN directory_school f ON f.id = t.from_school_id
        LEFT JOIN directory_school s ON s.id = t.to_school_id LEFT JOIN accounts_user u ON u.id = t.receiver_id
        WHERE t.state IN ('asked', 'open')
            OR t.state = 'refused' AND t.answered_at > transfers_waiting.at - interval '14 days' AND NOT EXISTS (
                SELECT FROM cases_transfer l WHERE l.case_id = t.case_id AND l.state IN ('asked', 'open'))
    )
    SELECT w.id, NULL::uuid, 'receive', w.state, w.kind, '', w.from_school, w.to_school, w.receiver, w.since, w.late
    FROM waiting w WHERE w.state = 'open' AND receives_transfer(w.case_id, w.receiver_id, w.to_school_id)
    UNION ALL
    SELECT w.id, w.case_id, 'sent', w.state, w.kind, w.number, w.from_school, w.to_school, w.receiver, w.since, w.late
    FROM waiting w WHERE case_role(w.case_id) IN ('counselor', 'social_worker', 'administrator', 'liaison')
    UNION ALL
    SELECT NULL, NULL, 'school', w.state, w.kind, '', w.from_school, w.to_school, w.receiver, w.since, w.late
    FROM waiting w WHERE w.late AND w.receiver_id <> acting_person() AND NOT kept_away(w.case_id)
        AND works_as(acting_person(), ARRAY['administrator'], w.to_school_id)
    $$;
"""

# While nobody has acknowledged a student who left, or answered an offer in time, that is asked of the district. And a
# duty to report outlives the handoff. What was asked of the district before stays as it stands.
ASKED = """
DO $do$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS '
        || rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ')
        || $more$
    UNION ALL
    SELECT f.case_id FROM cases_transfer f JOIN cases_case c ON c.id = f.case_id AND c.status = 'open'
        WHERE f.state = 'open' AND (f.kind <> 'school' OR f.climbs_at <= statement_timestamp()
            OR NOT works_as(f.receiver_id, TAKES_OVER, f.to_school_id))
    UNION ALL
    SELECT p.case_id FROM cases_steppart p JOIN cases_trackrun n ON n.id = p.run_id AND n.ended_at IS NULL
        JOIN cases_case c ON c.id = p.case_id AND c.status = 'closed'
        WHERE p.kind = 'report' AND p.outcome IN ('', 'unable') AND p.due_at <= statement_timestamp()
        $more$;
END
$do$;
"""

#: What the application asks itself or by a rule of a table; the rest is asked by these, as the owner.
ASKED_BY_THE_APPLICATION = (
    "receives_transfer(uuid, uuid, uuid)",
    "transfer_section_access(uuid, text)",
    "transfer_sends(uuid, text)",
    "transfer_key(uuid, uuid)",
    "lock_for_transfer(uuid)",
    "case_goes_on_elsewhere(uuid)",
    "hand_over(uuid, uuid, timestamptz)",
    "transfers_waiting(timestamptz)",
)
GRANTS = "".join(
    f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO csec_app;\n"
    for name in ASKED_BY_THE_APPLICATION
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0043_transfers")]

    operations = [
        migrations.RunSQL(
            (FUNCTIONS + HAND_OVER + RULES + WAITING + ASKED).replace(
                "TAKES_OVER", "ARRAY['counselor', 'social_worker', 'administrator']"
            )
            + GRANTS,
            migrations.RunSQL.noop,
        )
    ]
