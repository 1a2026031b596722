from django.db import migrations

# A duty is read by its person alone, and written by them or, when it begins, by whoever puts them on the case. Others
# learn that somebody's is open, never whose. `learned_at` has no right to be changed.
ROWS = """
CREATE FUNCTION duty_is_mine(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$ SELECT EXISTS (SELECT FROM cases_reportduty d WHERE d.id = which AND d.person_id = acting_person()) $$;

ALTER TABLE cases_reportduty ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_reportduty FOR SELECT TO csec_app USING (person_id = acting_person());
CREATE POLICY begin ON cases_reportduty FOR INSERT TO csec_app WITH CHECK (
    person_id = acting_person() AND concern_access(concern_id)
    AND called_at IS NULL AND ended_at IS NULL AND entry_id IS NULL AND sealed IS NULL);
CREATE POLICY change ON cases_reportduty FOR UPDATE TO csec_app
    USING (person_id = acting_person()) WITH CHECK (person_id = acting_person());
GRANT SELECT, INSERT ON cases_reportduty TO csec_app;
GRANT UPDATE (due_at, called_at, ended_at, how, entry_id, key_id, sealed) ON cases_reportduty TO csec_app;
CREATE TRIGGER cases_reportduty_is_kept BEFORE DELETE ON cases_reportduty
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY duty ON crypto_datakey FOR SELECT TO csec_app USING (duty_is_mine(scope));

ALTER TABLE cases_learnedcorrection ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_learnedcorrection TO csec_app
    USING (duty_is_mine(duty_id)) WITH CHECK (duty_is_mine(duty_id));
GRANT SELECT, INSERT ON cases_learnedcorrection TO csec_app;
CREATE TRIGGER cases_learnedcorrection_is_append_only BEFORE UPDATE OR DELETE ON cases_learnedcorrection
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Written by `note_report` alone.
ALTER TABLE cases_reportmade ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_to_know ON cases_reportmade FOR SELECT TO csec_app USING (concern_access(concern_id));
GRANT SELECT ON cases_reportmade TO csec_app;
CREATE TRIGGER cases_reportmade_is_append_only BEFORE UPDATE OR DELETE ON cases_reportmade
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT (id, concern_id, case_id, school_id, person_id, asked_at, learned_at, due_at, called_at, ended_at)
    ON cases_reportduty TO csec_worker;
CREATE POLICY remind ON cases_reportduty FOR SELECT TO csec_worker USING (true);
-- Whether somebody is of the staff today, at whichever school: their own duty goes with them.
CREATE FUNCTION works_anywhere(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.person_id = who AND m.since <= school_day(m.school_id)
            AND (m.until IS NULL OR m.until > school_day(m.school_id)))
    $$;
REVOKE EXECUTE ON FUNCTION works_anywhere(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION works_anywhere(uuid) TO csec_worker;
"""

DUTIES = """
-- By when the first of the duties that are open in a case is due, for whoever may open that; nothing where none is.
CREATE FUNCTION report_owed(which uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER COST 1000
    SET search_path = public, pg_temp SET enable_seqscan = off
    AS $$
    SELECT min(d.due_at) FROM cases_reportduty d
    WHERE d.case_id = which AND d.ended_at IS NULL AND case_access(which)
    $$;

-- Somebody who is put on a case, or acts on it, has learned of what is in it; and of what was new since they ended theirs.
CREATE FUNCTION carry_report(which uuid, who uuid, at timestamptz, within interval, opt_out boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), k.id, which, k.school_id, who, 1, at, at, at + within, opt_out, ''
    FROM cases_concern k WHERE k.case_id = which AND case_writing(which)
    ON CONFLICT DO NOTHING;

    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), d.concern_id, which, d.school_id, who, d.number + 1, at, at, at + within, opt_out, ''
    FROM cases_reportduty d
    WHERE d.case_id = which AND d.person_id = who AND case_writing(which)
        AND NOT EXISTS (
            SELECT FROM cases_reportduty o WHERE o.case_id = which AND o.person_id = who
                AND (o.ended_at IS NULL OR o.concern_id = d.concern_id AND o.number > d.number))
        AND EXISTS (
            SELECT FROM cases_reportduty o
            WHERE o.case_id = which AND o.number > 1 AND o.person_id <> who AND o.asked_at > d.ended_at)
    ORDER BY d.asked_at DESC, d.id LIMIT 1
    $$;

-- What is new asks everybody again who carries a duty in the case, whose own has ended, and who is still on it.
CREATE FUNCTION ask_reports_again(which uuid, at timestamptz, within interval, opt_out boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH carrying AS MATERIALIZED (
        SELECT DISTINCT d.person_id FROM cases_reportduty d JOIN cases_case c ON c.id = d.case_id
        WHERE d.case_id = which AND case_writing(which)
            AND NOT EXISTS (
                SELECT FROM cases_caseperson x WHERE x.case_id = which AND x.person_id = d.person_id AND x.excluded
                    AND (x.until IS NULL OR x.until > statement_timestamp()))
            AND (works_as(d.person_id, ARRAY['administrator'], c.school_id) OR EXISTS (
                SELECT FROM cases_caseperson p WHERE p.case_id = which AND p.person_id = d.person_id AND NOT p.excluded
                    AND p.role IN ('counselor', 'social_worker', 'administrator')
                    AND (p.until IS NULL OR p.until > statement_timestamp())))
    ), still AS (
        UPDATE cases_reportduty d SET may_opt_out = opt_out FROM carrying y
        WHERE d.case_id = which AND d.person_id = y.person_id AND d.ended_at IS NULL
    ), latest AS (
        SELECT DISTINCT ON (d.person_id) d.concern_id, d.school_id, d.person_id
        FROM cases_reportduty d JOIN carrying y ON y.person_id = d.person_id
        WHERE d.case_id = which AND NOT EXISTS (
            SELECT FROM cases_reportduty o
            WHERE o.case_id = which AND o.person_id = d.person_id AND o.ended_at IS NULL)
        ORDER BY d.person_id, d.asked_at DESC, d.number DESC, d.id
    )
    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), l.concern_id, which, l.school_id, l.person_id,
        (SELECT max(o.number) + 1 FROM cases_reportduty o
            WHERE o.concern_id = l.concern_id AND o.person_id = l.person_id),
        at, at, at + within, opt_out, ''
    FROM latest l
    $$;
"""

# What somebody recorded outside of a case is an entry of the case that the concern is in, or comes into: it names
# nobody and has no evidence. Where everybody has said for themselves that none applies, that is one.
MADE = """
CREATE FUNCTION enter_reports(which uuid, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    part record;
    made record;
    added int := 0;
BEGIN
    PERFORM FROM cases_case c WHERE c.id = which FOR UPDATE;
    SELECT p.id, p.version, p.compartment, p.outcome INTO part
        FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
        WHERE p.case_id = which AND p.kind = 'report' ORDER BY p.position LIMIT 1 FOR UPDATE OF p;
    IF part.id IS NULL THEN
        RETURN;
    END IF;
    FOR made IN
        SELECT m.id, least(m.made_at, at) AS made_at FROM cases_reportmade m
        JOIN cases_concern k ON k.id = m.concern_id AND k.case_id = which
        WHERE NOT EXISTS (SELECT FROM cases_entry e WHERE e.made_id = m.id AND e.case_id = which)
        ORDER BY m.made_at, m.id
    LOOP
        added := added + 1;
        INSERT INTO cases_entry (id, case_id, part_id, number, outcome, compartment, role, happened_at, recorded_at,
            shared, made_id)
        VALUES (gen_random_uuid(), which, part.id, part.version + added, 'done', part.compartment, '', made.made_at,
            at, '', made.id);
        UPDATE cases_steppart SET outcome = 'done', outcome_at = made.made_at, next_on = NULL, version = version + 1
            WHERE id = part.id;
    END LOOP;
    IF added = 0 AND part.outcome IN ('', 'unable')
        AND EXISTS (SELECT FROM cases_reportduty d WHERE d.case_id = which AND d.how = 'not_applicable')
        AND NOT EXISTS (SELECT FROM cases_reportduty d WHERE d.case_id = which AND d.how <> 'not_applicable') THEN
        INSERT INTO cases_entry (id, case_id, part_id, number, outcome, compartment, role, happened_at, recorded_at,
            shared)
        VALUES (gen_random_uuid(), which, part.id, part.version + 1, 'not_applicable', part.compartment, '', at, at,
            '');
        UPDATE cases_steppart SET outcome = 'not_applicable', outcome_at = at, next_on = NULL, version = version + 1
            WHERE id = part.id;
    END IF;
END
$$;

-- The acting person's own duty has ended: what others may know of it. Of a joint report that is known it is no other.
CREATE FUNCTION note_report(which uuid, made uuid, made_at timestamptz, sealed bytea, joint boolean, at timestamptz)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    duty record;
BEGIN
    SELECT d.concern_id, d.case_id INTO duty FROM cases_reportduty d
        WHERE d.id = which AND d.person_id = acting_person();
    IF duty.concern_id IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_reportduty: another''s duty';
    END IF;
    IF made_at IS NOT NULL AND NOT (joint AND (
        EXISTS (SELECT FROM cases_reportmade m WHERE m.concern_id = duty.concern_id)
        OR EXISTS (SELECT FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
            WHERE p.case_id = duty.case_id AND p.kind = 'report' AND p.outcome = 'done'))) THEN
        INSERT INTO cases_reportmade (id, concern_id, made_at, sealed)
            VALUES (made, duty.concern_id, note_report.made_at, note_report.sealed);
    END IF;
    IF duty.case_id IS NOT NULL THEN
        PERFORM enter_reports(duty.case_id, at);
    END IF;
END
$$;

CREATE FUNCTION lock_case_of_duty(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM FROM cases_case c WHERE c.id = (
        SELECT d.case_id FROM cases_reportduty d WHERE d.id = which AND d.person_id = acting_person()) FOR UPDATE;
END
$$;

CREATE FUNCTION follow_concern() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE cases_reportduty SET case_id = NEW.case_id WHERE concern_id = NEW.id;
    PERFORM enter_reports(NEW.case_id, NEW.ended_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_concern_takes_its_duties_along AFTER UPDATE OF case_id ON cases_concern
    FOR EACH ROW WHEN (NEW.case_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM OLD.case_id)
    EXECUTE FUNCTION follow_concern();

-- What somebody enters in a case about their own report ends their own duty there, or opens it again.
CREATE FUNCTION follow_own_report() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp
    AS $$
DECLARE
    said record;
BEGIN
    SELECT e.outcome, e.corrects_id, e.recorded_at INTO said FROM cases_entry e WHERE e.id = NEW.entry_id;
    IF said.outcome IN ('done', 'not_applicable') THEN
        UPDATE cases_reportduty
            SET ended_at = said.recorded_at, how = CASE said.outcome WHEN 'done' THEN 'own' ELSE 'not_applicable' END,
                entry_id = NEW.entry_id
            WHERE person_id = NEW.author_id AND case_id = NEW.case_id
                AND (ended_at IS NULL OR entry_id = said.corrects_id);
    ELSIF said.corrects_id IS NOT NULL AND said.outcome IN ('unable', 'reopened') THEN
        UPDATE cases_reportduty SET ended_at = NULL, how = '', entry_id = NULL
            WHERE person_id = NEW.author_id AND case_id = NEW.case_id AND entry_id = said.corrects_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_entryevidence_ends_own_duty AFTER INSERT ON cases_entryevidence
    FOR EACH ROW WHEN (NEW.compartment = 'reporter') EXECUTE FUNCTION follow_own_report();

REVOKE EXECUTE ON FUNCTION enter_reports(uuid, timestamptz), carry_report(uuid, uuid, timestamptz, interval, boolean),
    ask_reports_again(uuid, timestamptz, interval, boolean), lock_case_of_duty(uuid),
    note_report(uuid, uuid, timestamptz, bytea, boolean, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION carry_report(uuid, uuid, timestamptz, interval, boolean),
    ask_reports_again(uuid, timestamptz, interval, boolean), lock_case_of_duty(uuid),
    note_report(uuid, uuid, timestamptz, bytea, boolean, timestamptz) TO csec_app;
"""

# A case in which somebody's duty is late asks for the district, whatever others have reported there.
ASKED = """
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW cases_asked_of_district (case_id) AS '
        || rtrim(pg_get_viewdef('cases_asked_of_district'::regclass), '; ' || chr(10))
        || ' UNION ALL SELECT d.case_id FROM cases_reportduty d JOIN cases_case c ON c.id = d.case_id'
        || ' WHERE d.ended_at IS NULL AND d.due_at <= statement_timestamp()';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0045_report_duties"),
        ("crypto", "0002_access"),
        ("directory", "0011_report_prompt"),
    ]

    operations = [migrations.RunSQL(ROWS + DUTIES + MADE + ASKED, migrations.RunSQL.noop)]
