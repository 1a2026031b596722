from django.db import migrations

# What an administrator counts at their schools and the liaison at all: numbers alone, never a row of a case. A void case
# is none, and one from which the reader is kept is none for them. Each number comes with the cases behind it, and with how
# much of both is of cases that the reader may open: csec/small_numbers.py decides by the rest. A time is given of all the
# reader's own cases, or together with at least five others.
FIGURES = """
CREATE FUNCTION figures(schools uuid[], since timestamptz, from_day date) RETURNS TABLE (
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
    ), waiting AS MATERIALIZED (
        SELECT c.id, c.school_id, c.own, c.administered, t.position, t.step_number, t.actors, t.kind,
            CASE
                WHEN t.kind = 'report' OR 'mandated_reporter' = ANY (t.actors) THEN 'report'
                WHEN t.actors <@ ARRAY['counselor', 'social_worker']::varchar[] THEN 'care'
                WHEN cardinality(t.actors) = 1 THEN t.actors[1]::text
                ELSE 'several'
            END AS who,
            coalesce(
                t.next_on < (statement_timestamp() AT TIME ZONE c.time_zone)::date
                OR t.due_at < statement_timestamp()
                    AND (t.outcome = '' OR t.outcome = 'unable' AND NOT t.repeats OR t.kind = 'contact'), false) AS late
        FROM counted c JOIN cases_trackrun r ON r.case_id = c.id AND r.ended_at IS NULL
            JOIN cases_steppart t ON t.case_id = c.id AND t.run_id = r.id
        WHERE c.open AND (t.outcome IN ('', 'unable') OR t.repeats AND t.outcome = 'done')
    ), by_role AS (
        -- Of each open case and role whether something waits for it, and is late.
        SELECT c.id, c.school_id, c.own, r.who, CASE
            WHEN w.late THEN 'late' WHEN w.late IS NOT NULL THEN 'on_time' ELSE 'nothing' END AS how
        FROM counted c CROSS JOIN unnest(ARRAY['care', 'administrator', 'sro', 'several', 'report']) AS r (who)
            LEFT JOIN (SELECT id, who, bool_or(late) AS late FROM waiting GROUP BY id, who) w
                ON w.id = c.id AND w.who = r.who
        WHERE c.open
    ), at_step AS (
        -- The first step in which something waits; 0 where nothing does.
        SELECT c.id, c.school_id, c.own, c.track, coalesce(w.step_number, 0) AS step
        FROM counted c LEFT JOIN (SELECT DISTINCT ON (id) id, step_number FROM waiting ORDER BY id, position) w
            ON w.id = c.id
        WHERE c.open
    ), ended AS (
        -- When each part was ended for the first time, by an entry that stands.
        SELECT t.case_id, t.run_id, t.step_number, CASE
            WHEN t.repeats OR t.outcome IN ('done', 'not_applicable', 'declined') THEN (
                SELECT min(e.happened_at) FROM cases_entry e
                WHERE e.part_id = t.id AND e.outcome IN ('done', 'not_applicable', 'declined')
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
        SELECT c.id, c.school_id, c.own, to_char(k.due_on, 'YYYY-MM') AS month,
            CASE WHEN k.state = 'seen' AND e.happened_at <= k.due_at THEN 'kept' ELSE 'missed' END AS how
        FROM counted c JOIN cases_checkin k ON k.case_id = c.id LEFT JOIN cases_entry e ON e.id = k.entry_id
        WHERE k.due_on >= from_day AND (
            k.state = 'seen' OR k.state = 'waiting' AND k.due_at < statement_timestamp()
            OR k.state = 'ended' AND k.due_at < k.ended_at)
    ), single AS (
        SELECT 'track' AS figure, school_id, ARRAY[track]::text[] AS key, id, own FROM at_step
        UNION ALL SELECT 'step', school_id, ARRAY[track, step::text], id, own FROM at_step
        UNION ALL SELECT 'role', school_id, ARRAY[who, how], id, own FROM by_role
        UNION ALL SELECT 'part', school_id, ARRAY[who, CASE WHEN late THEN 'late' ELSE 'on_time' END], id, own
            FROM waiting
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
            LEFT JOIN waiting w ON w.id = c.id AND p.role = ANY (w.actors) AND w.kind <> 'report'
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
REVOKE EXECUTE ON FUNCTION figures(uuid[], timestamptz, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION figures(uuid[], timestamptz, date) TO csec_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0059_figures")]

    operations = [migrations.RunSQL(FIGURES, "DROP FUNCTION figures(uuid[], timestamptz, date);")]
