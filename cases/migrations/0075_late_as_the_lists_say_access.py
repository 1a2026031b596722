from django.db import migrations

# Contact with parents that nobody may make, or of which it is still to be decided: late with nobody. What a decision to
# withhold says is sealed, and is not known here; nor what stands in another case of the student.
ON_HOLD = """
CREATE FUNCTION part_on_hold(kind text, which uuid, run uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp
    AS $$
    SELECT CASE
        WHEN kind NOT IN ('parent_contact', 'parent_decision') THEN false
        WHEN EXISTS (SELECT FROM cases_custody u WHERE u.case_id = which AND u.ended_at IS NULL) THEN true
        WHEN kind = 'parent_decision' THEN false
        ELSE EXISTS (SELECT FROM cases_parenthold h WHERE h.case_id = which AND h.ended_at IS NULL)
            OR EXISTS (
                SELECT FROM cases_steppart b WHERE b.run_id = run AND (
                    b.kind = 'consultation' AND b.outcome IN ('', 'unable')
                    OR b.kind = 'parent_decision' AND b.outcome <> 'done'))
    END
    $$;
REVOKE EXECUTE ON FUNCTION part_on_hold(text, uuid, uuid) FROM PUBLIC;
"""

# From when a case is late is kept anew with what holds contact back, and with the end of that. The case is locked before
# it is computed: some write a duty there who have locked another case, and what they saw before they waited is old.
KEPT = """
CREATE OR REPLACE FUNCTION cases_late_from(which uuid[]) RETURNS TABLE (
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
        WHERE t.case_id = c.id AND (n.ended_at IS NULL OR t.progress <> '')
            AND NOT part_on_hold(t.kind, c.id, n.id)) p ON true
    LEFT JOIN LATERAL (
        SELECT min(r.due_at) AS due_at FROM cases_reportduty r
        WHERE r.case_id = c.id AND r.ended_at IS NULL AND EXISTS (
            SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
            WHERE t.case_id = c.id AND t.kind = 'report')) d ON true
    WHERE c.id = ANY (which)
    $$;

CREATE OR REPLACE FUNCTION keep_late_from(which uuid[]) RETURNS void LANGUAGE sql
    SET search_path = public, pg_temp
    AS $$
    SELECT FROM cases_case c WHERE c.id = ANY (which) ORDER BY c.id FOR NO KEY UPDATE;
    UPDATE cases_case c SET late_from = f.late_from, late_from_officer = f.late_from_officer
    FROM cases_late_from(which) f
    WHERE c.id = f.case_id
        AND (c.late_from, c.late_from_officer) IS DISTINCT FROM (f.late_from, f.late_from_officer)
    $$;

CREATE TRIGGER cases_parenthold_late_from_new AFTER INSERT ON cases_parenthold
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();
CREATE TRIGGER cases_parenthold_late_from AFTER UPDATE ON cases_parenthold
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();
CREATE TRIGGER cases_custody_late_from_new AFTER INSERT ON cases_custody
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();
CREATE TRIGGER cases_custody_late_from AFTER UPDATE ON cases_custody
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_late_from_of_changed();

SELECT keep_late_from(ARRAY(SELECT id FROM cases_case));
"""

# Where a case stands in the liaison's list of all schools, for whoever reads it there, and for nobody else: a page that
# goes on behind a case that is kept from its reader would tell since when that is late.
PLACE = """
CREATE FUNCTION place_in_district(which uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    SELECT c.late_from FROM cases_case c
    WHERE c.id = which AND c.status = 'open' AND (SELECT is_liaison()) AND NOT kept_away(c.id)
    $$;
REVOKE EXECUTE ON FUNCTION place_in_district(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_in_district(uuid) TO csec_app;
"""
LIST = """
DROP FUNCTION cases_of_district(uuid, boolean, uuid, int);
CREATE FUNCTION cases_of_district(
    of_school uuid, only_late boolean, past uuid, most int
) RETURNS TABLE (
        case_id uuid, number text, school text, time_zone text, opened_at timestamptz, late int, next_from timestamptz,
        carried_by text[], covered boolean, opens boolean, late_from timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH shown AS MATERIALIZED (
        SELECT c.id, c.number, c.school_id, s.name AS school, s.time_zone, c.opened_at, c.late_from
        FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        WHERE c.status = 'open' AND (c.late_from, c.id) > (
                coalesce((SELECT place_in_district(past)), '-infinity'),
                coalesce(past, '00000000-0000-0000-0000-000000000000'))
            AND (of_school IS NULL OR c.school_id = of_school)
            AND (NOT only_late OR c.late_from < statement_timestamp())
            AND (SELECT is_liaison()) AND NOT kept_away(c.id)
        ORDER BY c.late_from, c.id LIMIT most
    )
    SELECT o.id, o.number, o.school, o.time_zone, o.opened_at,
        (SELECT count(*)::int FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id
            WHERE t.case_id = o.id AND (
                (n.ended_at IS NULL OR t.progress <> '') AND NOT part_on_hold(t.kind, o.id, n.id)
                    AND part_late_from(t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, o.time_zone)
                        < statement_timestamp()
                OR t.kind = 'report' AND n.ended_at IS NULL AND EXISTS (
                    SELECT FROM cases_reportduty r WHERE r.case_id = o.id AND r.ended_at IS NULL
                        AND r.due_at < statement_timestamp()))),
        -- By what is its parts' own: by when another's duty is due would tell whose it is, once a report was made.
        (SELECT min(part_late_from(t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, o.time_zone))
            FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id
            WHERE t.case_id = o.id AND (n.ended_at IS NULL OR t.progress <> '')
                AND NOT part_on_hold(t.kind, o.id, n.id)),
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
        case_role(o.id) IS NOT NULL, o.late_from
    FROM shown o ORDER BY o.late_from, o.id
    $$;
REVOKE EXECUTE ON FUNCTION cases_of_district(uuid, boolean, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_of_district(uuid, boolean, uuid, int) TO csec_app;
"""

# What the figures call late is what the lists call late: also a report that somebody still owes where another's was
# made, and a referral that nobody looked at again. And nothing that is on hold.
FIGURES = """
CREATE OR REPLACE FUNCTION figures(schools uuid[], since timestamptz, from_day date) RETURNS TABLE (
        figure text, school uuid, key text[], n int, cases int, own_n int, own_cases int,
        low double precision, middle double precision, high double precision)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$
    WITH place AS MATERIALIZED (
        SELECT s.id, s.time_zone, works_as(acting_person(), ARRAY['administrator'], s.id) AS administered
        FROM directory_school s
        WHERE s.id = ANY (schools) AND works_as(acting_person(), ARRAY['administrator', 'liaison'], s.id)
    ), asked AS MATERIALIZED (
        SELECT cases_for_liaison() AS case_id
    ), counted AS MATERIALIZED (
        -- `own` is `case_role` for many cases at once, and never more than that.
        SELECT c.id, c.status = 'open' AS open, c.track, c.opened_at, c.school_id, s.time_zone, s.administered,
            s.administered OR c.id IN (SELECT case_id FROM asked) OR EXISTS (
                SELECT FROM cases_caseperson p
                WHERE p.case_id = c.id AND p.person_id = acting_person() AND NOT p.excluded
                    AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
                    AND works_as(p.person_id, ARRAY[p.role::text], c.school_id)) AS own
        FROM cases_case c JOIN place s ON s.id = c.school_id
        WHERE c.status <> 'voided' AND NOT kept_away(c.id) AND (
            c.status = 'open'
            OR c.id IN (SELECT e.case_id FROM cases_entry e WHERE e.happened_at >= since)
            OR c.id IN (SELECT k.case_id FROM cases_checkin k WHERE k.due_on >= from_day))
    ), owed AS MATERIALIZED (
        -- By when the first duty to report that is open is due, whatever others have reported.
        SELECT d.case_id, min(d.due_at) AS due_at FROM cases_reportduty d
        WHERE d.ended_at IS NULL AND d.case_id IN (SELECT c.id FROM counted c WHERE c.open) GROUP BY d.case_id
    ), asking AS MATERIALIZED (
        -- What waits; and what has ended and is asked of somebody all the same: their own report where another's was
        -- made, and how goes on what was accepted or declined, from the day on which that is asked.
        SELECT c.id, c.school_id, c.own, c.administered, t.position, t.step_number, t.actors, t.kind, s.waits,
            CASE
                WHEN t.kind = 'report' OR 'mandated_reporter' = ANY (t.actors) THEN 'report'
                WHEN t.actors <@ ARRAY['counselor', 'social_worker']::varchar[] THEN 'care'
                WHEN cardinality(t.actors) = 1 THEN t.actors[1]::text
                ELSE 'several'
            END AS who,
            coalesce(part_late_from(t.kind, t.outcome, t.repeats, t.progress, t.due_at, t.next_on, c.time_zone)
                < statement_timestamp(), false)
                AND NOT part_on_hold(t.kind, c.id, t.run_id)
                OR t.kind = 'report' AND coalesce(o.due_at < statement_timestamp(), false) AS late
        FROM counted c JOIN cases_steppart t ON t.case_id = c.id JOIN cases_trackrun r ON r.id = t.run_id
            LEFT JOIN owed o ON o.case_id = c.id AND r.ended_at IS NULL
            CROSS JOIN LATERAL (SELECT r.ended_at IS NULL
                AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done') AS waits) s
        WHERE c.open AND (
            s.waits
            OR t.kind = 'report' AND o.case_id IS NOT NULL
            OR t.next_on <= (statement_timestamp() AT TIME ZONE c.time_zone)::date
                AND (t.progress <> '' OR t.outcome = 'declined' AND r.ended_at IS NULL))
    ), waiting AS (
        SELECT * FROM asking WHERE waits
    ), by_role AS (
        -- Of each open case and role whether something waits for it, and is late.
        SELECT c.id, c.school_id, c.own, r.who, CASE
            WHEN w.late THEN 'late' WHEN w.late IS NOT NULL THEN 'on_time' ELSE 'nothing' END AS how
        FROM counted c CROSS JOIN unnest(ARRAY['care', 'administrator', 'sro', 'several', 'report']) AS r (who)
            LEFT JOIN (SELECT id, who, bool_or(late) AS late FROM asking GROUP BY id, who) w
                ON w.id = c.id AND w.who = r.who
        WHERE c.open
    ), at_step AS (
        -- The first step in which something waits; 0 where nothing does.
        SELECT c.id, c.school_id, c.own, c.track, coalesce(w.step_number, 0) AS step
        FROM counted c LEFT JOIN (SELECT DISTINCT ON (id) id, step_number FROM waiting ORDER BY id, position) w
            ON w.id = c.id
        WHERE c.open
    ), ended AS (
        -- When each part was ended for the first time, by an entry that stands; not what the school before had
        -- ended, which took no time here.
        SELECT t.case_id, t.run_id, t.step_number, CASE
            WHEN t.repeats OR t.outcome IN ('done', 'not_applicable', 'declined') THEN (
                SELECT min(e.happened_at) FROM cases_entry e
                WHERE e.part_id = t.id AND NOT e.handed_over AND e.outcome IN ('done', 'not_applicable', 'declined')
                    AND NOT EXISTS (SELECT FROM cases_entry x WHERE x.corrects_id = e.id))
            END AS at
        FROM counted c JOIN cases_steppart t ON t.case_id = c.id
        WHERE t.run_id IN (
            SELECT o.run_id FROM cases_entry e JOIN cases_steppart o ON o.id = e.part_id WHERE e.happened_at >= since)
    ), step_ended AS (
        SELECT run_id, case_id, step_number, max(at) AS at FROM ended
        GROUP BY run_id, case_id, step_number HAVING bool_and(at IS NOT NULL)
    ), lasted AS (
        -- From the first concern; on a track that the case came to later, from then.
        SELECT c.id, c.school_id, c.own, r.track, d.step_number AS step, greatest(0, extract(epoch FROM d.at - CASE
            WHEN r.after_id IS NOT NULL THEN r.started_at
            ELSE coalesce((SELECT min(k.logged_at) FROM cases_concern k WHERE k.case_id = c.id), c.opened_at)
            END)) AS seconds
        FROM step_ended d JOIN cases_trackrun r ON r.id = d.run_id JOIN counted c ON c.id = d.case_id
        WHERE d.at >= since
    ), contact AS (
        -- By its day, as the page says it: it is late from the afternoon on, and can be kept until midnight.
        SELECT c.id, c.school_id, c.own, to_char(k.due_on, 'YYYY-MM') AS month,
            CASE WHEN k.state = 'seen' AND (e.happened_at AT TIME ZONE c.time_zone)::date <= k.due_on THEN 'kept' ELSE 'missed' END
                AS how
        FROM counted c JOIN cases_checkin k ON k.case_id = c.id LEFT JOIN cases_entry e ON e.id = k.entry_id
        WHERE k.due_on >= from_day AND (
            k.state = 'seen' OR k.state = 'waiting' AND k.due_on < (statement_timestamp() AT TIME ZONE c.time_zone)::date
            OR k.state = 'ended' AND k.due_on < (k.ended_at AT TIME ZONE c.time_zone)::date)
    ), single AS (
        SELECT 'track' AS figure, school_id, ARRAY[track]::text[] AS key, id, own FROM at_step
        UNION ALL SELECT 'step', school_id, ARRAY[track, step::text], id, own FROM at_step
        UNION ALL SELECT 'role', school_id, ARRAY[who, how], id, own FROM by_role
        UNION ALL SELECT 'part', school_id, ARRAY[who, CASE WHEN late THEN 'late' ELSE 'on_time' END], id, own
            FROM asking
        UNION ALL SELECT 'contact', school_id, ARRAY[month, how], id, own FROM contact
    ), measured AS (
        SELECT school_id, ARRAY[track, step::text] AS key, count(*)::int AS n, count(DISTINCT id)::int AS cases,
            (count(*) FILTER (WHERE own))::int AS own_n, (count(DISTINCT id) FILTER (WHERE own))::int AS own_cases,
            CASE WHEN count(DISTINCT id) FILTER (WHERE NOT own) NOT BETWEEN 1 AND 4
                THEN percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY seconds) END AS spread
        FROM lasted GROUP BY GROUPING SETS ((school_id, track, step), (track, step))
    ), carried AS (
        -- Of whoever is on a case in a role that ends steps, at a school that the reader administers. A report is each
        -- person's own, and counted for nobody.
        SELECT c.school_id, ARRAY[u.id::text, u.name, p.role]::text[] AS key, c.id, w.late
        FROM counted c JOIN cases_caseperson p ON p.case_id = c.id AND NOT p.excluded
            AND p.role IN ('counselor', 'social_worker', 'sro', 'administrator')
            AND p.since <= statement_timestamp() AND (p.until IS NULL OR p.until > statement_timestamp())
            JOIN accounts_user u ON u.id = p.person_id
            LEFT JOIN asking w ON w.id = c.id AND p.role = ANY (w.actors) AND w.kind <> 'report'
        WHERE c.open AND c.own AND c.administered AND works_as(p.person_id, ARRAY[p.role::text], c.school_id)
    )
    SELECT figure, school_id, key, count(*)::int, count(DISTINCT id)::int, (count(*) FILTER (WHERE own))::int,
        (count(DISTINCT id) FILTER (WHERE own))::int, NULL::double precision, NULL::double precision,
        NULL::double precision
    FROM single GROUP BY figure, school_id, key
    UNION ALL
    SELECT 'time', school_id, key, n, cases, own_n, own_cases, spread[1], spread[2], spread[3] FROM measured
    UNION ALL
    SELECT 'person', school_id, key, count(late)::int, count(DISTINCT id)::int, count(late)::int,
        count(DISTINCT id)::int, NULL, NULL, NULL
    FROM carried GROUP BY school_id, key
    UNION ALL
    SELECT 'person_late', school_id, key, count(*)::int, count(DISTINCT id)::int, count(*)::int,
        count(DISTINCT id)::int, NULL, NULL, NULL
    FROM carried WHERE late GROUP BY school_id, key
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0074_second_cases_access")]

    operations = [migrations.RunSQL(ON_HOLD + KEPT + PLACE + LIST + FIGURES, migrations.RunSQL.noop)]
