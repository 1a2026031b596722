from django.db import migrations

# Whoever takes a student over, or joins or acts there later, has learned of it at their own school: they carry a duty of
# their own, of the case, without a concern.
CARRY = """
CREATE OR REPLACE FUNCTION carry_report(which uuid, who uuid, at timestamptz, within interval, opt_out boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), k.id, which, k.school_id, who, 1, at, at, at + within, opt_out, ''
    FROM cases_concern k WHERE k.case_id = which AND case_writing(which)
    ON CONFLICT DO NOTHING;

    INSERT INTO cases_reportduty (
        id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), which, c.school_id, who, 1, at, at, at + within, opt_out, ''
    FROM cases_case c WHERE c.id = which AND case_writing(which)
        AND EXISTS (SELECT FROM cases_transfer t WHERE t.new_case_id = which AND t.state = 'accepted')
    ON CONFLICT DO NOTHING;

    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), d.concern_id, which, d.school_id, who, d.number + 1, at, at, at + within, opt_out, ''
    FROM cases_reportduty d
    WHERE d.case_id = which AND d.person_id = who AND case_writing(which)
        AND NOT EXISTS (
            SELECT FROM cases_reportduty o WHERE o.case_id = which AND o.person_id = who
                AND (o.ended_at IS NULL OR o.concern_id IS NOT DISTINCT FROM d.concern_id AND o.number > d.number))
        AND EXISTS (
            SELECT FROM cases_reportduty o
            WHERE o.case_id = which AND o.number > 1 AND o.person_id <> who AND o.asked_at > d.ended_at)
    ORDER BY d.asked_at DESC, d.id LIMIT 1
    $$;
"""

# What is new asks again, as before. Of an alert nobody need be on the case, nor know which protocol it follows: each is
# asked for as long as they were before. Whose duty is open is not asked twice.
AGAIN = """
CREATE FUNCTION ask_each_again(which uuid, at timestamptz, within interval, opt_out boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH carrying AS MATERIALIZED (
        SELECT DISTINCT d.person_id FROM cases_reportduty d JOIN cases_case c ON c.id = d.case_id
        WHERE d.case_id = which
            AND NOT EXISTS (
                SELECT FROM cases_caseperson x WHERE x.case_id = which AND x.person_id = d.person_id AND x.excluded
                    AND (x.until IS NULL OR x.until > statement_timestamp()))
            AND (works_as(d.person_id, ARRAY['administrator'], c.school_id) OR EXISTS (
                SELECT FROM cases_caseperson p WHERE p.case_id = which AND p.person_id = d.person_id AND NOT p.excluded
                    AND p.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
                    AND (p.until IS NULL OR p.until > statement_timestamp())))
    ), still AS (
        UPDATE cases_reportduty d SET may_opt_out = opt_out FROM carrying y
        WHERE d.case_id = which AND d.person_id = y.person_id AND d.ended_at IS NULL AND opt_out IS NOT NULL
    ), latest AS (
        SELECT DISTINCT ON (d.person_id) d.concern_id, d.school_id, d.person_id, d.may_opt_out,
            coalesce(x.due_at - x.learned_at, d.due_at - d.learned_at) AS within
        FROM cases_reportduty d JOIN carrying y ON y.person_id = d.person_id
        LEFT JOIN LATERAL (
            SELECT k.due_at, k.learned_at FROM cases_learnedcorrection k WHERE k.duty_id = d.id ORDER BY k.at LIMIT 1) x ON true
        WHERE d.case_id = which AND NOT EXISTS (
            SELECT FROM cases_reportduty o
            WHERE o.case_id = which AND o.person_id = d.person_id AND o.ended_at IS NULL)
        ORDER BY d.person_id, d.asked_at DESC, d.number DESC, d.id
    )
    INSERT INTO cases_reportduty (
        id, concern_id, case_id, school_id, person_id, number, asked_at, learned_at, due_at, may_opt_out, how)
    SELECT gen_random_uuid(), l.concern_id, which, l.school_id, l.person_id,
        (SELECT max(o.number) + 1 FROM cases_reportduty o
            WHERE o.person_id = l.person_id AND (o.concern_id = l.concern_id
                OR o.concern_id IS NULL AND l.concern_id IS NULL AND o.case_id = which)),
        at, at, at + coalesce(ask_each_again.within, l.within), coalesce(opt_out, l.may_opt_out), ''
    FROM latest l
    ON CONFLICT DO NOTHING
    $$;

CREATE OR REPLACE FUNCTION ask_reports_again(which uuid, at timestamptz, within interval, opt_out boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT ask_each_again(which, at, within, opt_out) WHERE case_writing(which) $$;

CREATE FUNCTION alert_asks_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM ask_each_again(NEW.case_id, NEW.at, NULL, NULL);
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_alert_asks_for_reports_again AFTER INSERT ON cases_alert
    FOR EACH ROW EXECUTE FUNCTION alert_asks_again();
"""

# What somebody recorded on their own page of a case that was handed over is an entry of that case: it names nobody.
MADE = """
CREATE FUNCTION enter_report(which uuid, made uuid, made_at timestamptz, sealed bytea, joint boolean, at timestamptz)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    part record;
BEGIN
    PERFORM FROM cases_case c WHERE c.id = which FOR UPDATE;
    SELECT p.id, p.version, p.compartment, p.outcome INTO part
        FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
        WHERE p.case_id = which AND p.kind = 'report' ORDER BY p.position LIMIT 1 FOR UPDATE OF p;
    IF part.id IS NULL OR made_at IS NULL OR (joint AND part.outcome = 'done') THEN
        RETURN;
    END IF;
    INSERT INTO cases_entry (id, case_id, part_id, number, outcome, compartment, role, happened_at, recorded_at, shared)
        VALUES (made, which, part.id, part.version + 1, 'done', part.compartment, '', least(made_at, at), at,
            coalesce(sealed, ''));
    UPDATE cases_steppart SET outcome = 'done', outcome_at = least(made_at, at), next_on = NULL, version = version + 1
        WHERE id = part.id;
END
$$;

CREATE OR REPLACE FUNCTION note_report(which uuid, made uuid, made_at timestamptz, sealed bytea, joint boolean, at timestamptz)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    duty record;
BEGIN
    SELECT d.concern_id, d.case_id INTO duty FROM cases_reportduty d
        WHERE d.id = which AND d.person_id = acting_person();
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'cases_reportduty: another''s duty';
    END IF;
    IF duty.concern_id IS NULL THEN
        PERFORM enter_report(duty.case_id, made, made_at, sealed, joint, at);
    ELSIF made_at IS NOT NULL AND NOT (joint AND (
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
"""

GRANTS = """
REVOKE EXECUTE ON FUNCTION ask_each_again(uuid, timestamptz, interval, boolean), alert_asks_again(),
    enter_report(uuid, uuid, timestamptz, bytea, boolean, timestamptz) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0048_duties_of_carried_over_cases")]

    operations = [migrations.RunSQL(CARRY + AGAIN + MADE + GRANTS, migrations.RunSQL.noop)]
