from django.db import migrations

# A report of a case does not end because a case began, or a concern came into it: who has answered is not who is asked.
# Only an answer ends it, where everybody on the case has said for themselves that none applies, on a track that asks so.
MADE = """
CREATE FUNCTION enter_made(which uuid, at timestamptz) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    part record;
    made record;
    added int := 0;
BEGIN
    PERFORM FROM cases_case c WHERE c.id = which FOR UPDATE;
    SELECT p.id, p.version, p.compartment INTO part
        FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
        WHERE p.case_id = which AND p.kind = 'report' ORDER BY p.position LIMIT 1 FOR UPDATE OF p;
    IF part.id IS NULL THEN
        RETURN 0;
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
    RETURN added;
END
$$;

CREATE OR REPLACE FUNCTION enter_reports(which uuid, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
DECLARE
    part record;
    unanswered bigint;
    answered bigint;
BEGIN
    IF enter_made(which, at) > 0 THEN
        RETURN;
    END IF;
    SELECT p.id, p.version, p.compartment INTO part
        FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
        WHERE p.case_id = which AND p.kind = 'report' AND p.may_opt_out AND p.outcome IN ('', 'unable')
        ORDER BY p.position LIMIT 1 FOR UPDATE OF p;
    IF part.id IS NULL OR EXISTS (
        SELECT FROM cases_reportduty d WHERE d.case_id = which AND d.how <> 'not_applicable') THEN
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE said), count(*) FILTER (WHERE NOT said) INTO answered, unanswered FROM (
        SELECT EXISTS (
            SELECT FROM cases_reportduty d WHERE d.case_id = which AND d.person_id = p.person_id) AS said
        FROM cases_caseperson p
        WHERE p.case_id = which AND NOT p.excluded AND (p.until IS NULL OR p.until > statement_timestamp())
            AND p.role IN ('counselor', 'social_worker', 'administrator', 'liaison')) on_it;
    IF answered > 0 AND unanswered = 0 THEN
        INSERT INTO cases_entry (id, case_id, part_id, number, outcome, compartment, role, happened_at, recorded_at,
            shared)
        VALUES (gen_random_uuid(), which, part.id, part.version + 1, 'not_applicable', part.compartment, '', at, at,
            '');
        UPDATE cases_steppart SET outcome = 'not_applicable', outcome_at = at, next_on = NULL, version = version + 1
            WHERE id = part.id;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION follow_concern() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE cases_reportduty SET case_id = NEW.case_id WHERE concern_id = NEW.id;
    PERFORM enter_made(NEW.case_id, NEW.ended_at);
    RETURN NULL;
END
$$;
"""

# Whether somebody can say that none applies goes by the track that their case is on, for as long as they are asked;
# also for whoever knows of no case.
TRACK = """
CREATE FUNCTION duty_follows_track() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cases_steppart p JOIN cases_trackrun r ON r.id = p.run_id AND r.ended_at IS NULL
        WHERE p.case_id = NEW.case_id AND p.kind = 'report' AND NOT p.may_opt_out) THEN
        NEW.may_opt_out := false;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER cases_reportduty_follows_track BEFORE INSERT OR UPDATE OF case_id, ended_at, may_opt_out
    ON cases_reportduty FOR EACH ROW WHEN (NEW.case_id IS NOT NULL AND NEW.ended_at IS NULL)
    EXECUTE FUNCTION duty_follows_track();

CREATE FUNCTION track_binds_duties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE cases_reportduty SET may_opt_out = NEW.may_opt_out WHERE case_id = NEW.case_id AND ended_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_steppart_binds_duties AFTER INSERT ON cases_steppart
    FOR EACH ROW WHEN (NEW.kind = 'report') EXECUTE FUNCTION track_binds_duties();

REVOKE EXECUTE ON FUNCTION enter_made(uuid, timestamptz), duty_follows_track(), track_binds_duties() FROM PUBLIC;

UPDATE cases_steppart p SET may_opt_out = false FROM cases_trackrun r
    WHERE r.id = p.run_id AND r.track = 'confirmed_victim' AND p.kind = 'report';
UPDATE cases_reportduty SET may_opt_out = may_opt_out WHERE case_id IS NOT NULL AND ended_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0055_reports_that_none_opts_out_of")]

    operations = [migrations.RunSQL(MADE + TRACK, migrations.RunSQL.noop)]
