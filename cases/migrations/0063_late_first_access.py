from django.db import migrations

# From when a part is late, as `is_late` says it of one at a moment; nothing for what has no time.
OF_A_PART = """
CREATE FUNCTION part_late_from(
    kind text, outcome text, repeats boolean, progress text, due_at timestamptz, next_on date, zone text
) RETURNS timestamptz LANGUAGE sql STABLE
    AS $$
    SELECT CASE
        WHEN outcome IN ('', 'unable') OR repeats AND outcome = 'done' THEN least(
            CASE WHEN outcome = '' OR outcome = 'unable' AND NOT repeats OR kind = 'contact' THEN due_at END,
            (next_on + 1)::timestamp AT TIME ZONE zone)
        WHEN progress <> '' THEN (next_on + 1)::timestamp AT TIME ZONE zone
    END
    $$;
"""

# The earliest of a case, and of what an officer sees of it. A duty to report that is open counts where the open track
# has a report, whatever others have reported there.
OF_A_CASE = """
CREATE FUNCTION cases_late_from(which uuid[]) RETURNS TABLE (
        case_id uuid, late_from timestamptz, late_from_officer timestamptz)
    LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT c.id, coalesce(least(p.all_of_it, d.due_at), '9999-01-01Z'), coalesce(least(p.officers, d.due_at), '9999-01-01Z')
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id
    LEFT JOIN LATERAL (
        SELECT min(l.at) AS all_of_it, min(l.at) FILTER (WHERE t.compartment <> 'counseling') AS officers
        FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id CROSS JOIN LATERAL (
            SELECT part_late_from(
                t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, s.time_zone) AS at) l
        -- Of a track that has ended only what was done there and is looked at again.
        WHERE t.case_id = c.id AND (n.ended_at IS NULL OR t.progress <> '')) p ON true
    LEFT JOIN LATERAL (
        SELECT min(r.due_at) AS due_at FROM cases_reportduty r
        WHERE r.case_id = c.id AND r.ended_at IS NULL AND EXISTS (
            SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = c.id AND t.kind = 'report')) d ON true
    WHERE c.id = ANY (which)
    $$;

CREATE FUNCTION keep_late_from(which uuid[]) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp
    AS $$
    UPDATE cases_case c SET late_from = f.late_from, late_from_officer = f.late_from_officer
    FROM cases_late_from(which) f
    WHERE c.id = f.case_id
        AND (c.late_from, c.late_from_officer) IS DISTINCT FROM (f.late_from, f.late_from_officer)
    $$;
"""

# Whoever writes a part or a duty has locked its case before, as everywhere.
KEPT = """
CREATE FUNCTION keep_late_from_of_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_late_from(ARRAY(SELECT DISTINCT n.case_id FROM changed n WHERE n.case_id IS NOT NULL));
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_late_from_of_duties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_late_from(ARRAY(
        SELECT n.case_id FROM changed n WHERE n.case_id IS NOT NULL
        UNION SELECT o.case_id FROM before o WHERE o.case_id IS NOT NULL));
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_late_from_of_school() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM keep_late_from(ARRAY(
        SELECT c.id FROM cases_case c WHERE c.school_id = NEW.id AND c.status = 'open' ORDER BY c.id));
    RETURN NULL;
END
$$;

CREATE TRIGGER cases_steppart_late_from_new AFTER INSERT ON cases_steppart
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();
CREATE TRIGGER cases_steppart_late_from AFTER UPDATE ON cases_steppart
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();
CREATE TRIGGER cases_reportduty_late_from_new AFTER INSERT ON cases_reportduty
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();
CREATE TRIGGER cases_reportduty_late_from AFTER UPDATE ON cases_reportduty
    REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION keep_late_from_of_duties();
-- Its days begin and end with the zone.
CREATE TRIGGER directory_school_late_from AFTER UPDATE OF time_zone ON directory_school
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone)
    EXECUTE FUNCTION keep_late_from_of_school();

SELECT keep_late_from(ARRAY(SELECT id FROM cases_case));
"""

# What the liaison reads of the open cases of all schools: how they stand, and nothing of what they are about. What is
# late comes first; a page begins after the last one of the page before, and reads no row of the others.
LIST = """
DROP FUNCTION cases_of_district(int, int);
CREATE FUNCTION cases_of_district(
    of_school uuid, only_late boolean, past uuid, most int
) RETURNS TABLE (
        case_id uuid, number text, school text, time_zone text, opened_at timestamptz, late int, next_from timestamptz,
        carried_by text[], covered boolean, opens boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH shown AS MATERIALIZED (
        SELECT c.id, c.number, c.school_id, s.name AS school, s.time_zone, c.opened_at, c.late_from
        FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        WHERE c.status = 'open' AND (c.late_from, c.id) > (
                coalesce((SELECT p.late_from FROM cases_case p WHERE p.id = past), '-infinity'),
                coalesce(past, '00000000-0000-0000-0000-000000000000'))
            AND (of_school IS NULL OR c.school_id = of_school)
            AND (NOT only_late OR c.late_from < statement_timestamp())
            AND (SELECT is_liaison()) AND NOT kept_away(c.id)
        ORDER BY c.late_from, c.id LIMIT most
    )
    SELECT o.id, o.number, o.school, o.time_zone, o.opened_at,
        (SELECT count(*)::int FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id
            WHERE t.case_id = o.id AND (
                (n.ended_at IS NULL OR t.progress <> '')
                    AND part_late_from(t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, o.time_zone)
                        < statement_timestamp()
                OR t.kind = 'report' AND n.ended_at IS NULL AND EXISTS (
                    SELECT FROM cases_reportduty r WHERE r.case_id = o.id AND r.ended_at IS NULL
                        AND r.due_at < statement_timestamp()))),
        -- By what is its parts' own: by when another's duty is due would tell whose it is, once a report was made.
        (SELECT min(part_late_from(t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, o.time_zone))
            FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id
            WHERE t.case_id = o.id AND (n.ended_at IS NULL OR t.progress <> '')),
        ARRAY(SELECT u.name FROM cases_caseperson p JOIN accounts_user u ON u.id = p.person_id
            WHERE p.case_id = o.id AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
                AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
                AND works_as(p.person_id, ARRAY[p.role::text], o.school_id)
            ORDER BY u.name),
        NOT EXISTS (SELECT FROM cases_checkinplan l WHERE l.case_id = o.id AND l.ended_at IS NULL AND (
            SELECT count(DISTINCT named) FROM unnest(ARRAY[l.person_id, l.cover_id]) AS named
            WHERE works_as(named, ARRAY['counselor', 'social_worker', 'administrator', 'liaison'], o.school_id)) < 2)
        -- One that has run out needs a new one.
        AND (EXISTS (SELECT FROM cases_checkin k WHERE k.case_id = o.id AND k.state = 'waiting') OR NOT EXISTS (
            SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = o.id AND t.kind = 'contact'
                AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done'))),
        case_role(o.id) IS NOT NULL
    FROM shown o ORDER BY o.late_from, o.id
    $$;
"""

GRANTS = """
REVOKE EXECUTE ON FUNCTION
    part_late_from(text, text, boolean, text, timestamptz, date, text), cases_late_from(uuid[]), keep_late_from(uuid[]),
    keep_late_from_of_changed(), keep_late_from_of_duties(), keep_late_from_of_school(),
    cases_of_district(uuid, boolean, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_of_district(uuid, boolean, uuid, int) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0062_late_first"), ("directory", "0011_report_prompt")]

    operations = [migrations.RunSQL(OF_A_PART + OF_A_CASE + KEPT + LIST + GRANTS, migrations.RunSQL.noop)]
