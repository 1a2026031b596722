"""What is said of a case that somebody leaves, or is away from, with nobody in their place; as view `cases_left`."""

from cases.reminders.people import OVERSEERS, STAFF, TODAY

# Of those who carry a case or are named in its schedule, and have a role there on that day in which they could go on.
_HELD = """EXISTS (
    SELECT FROM (
        SELECT p.person_id FROM cases_caseperson p
        WHERE p.case_id = c.id AND NOT p.excluded AND p.role IN ('counselor', 'social_worker') AND p.since <= %(at)s
            AND (p.until IS NULL OR p.until > %(at)s AND (p.until AT TIME ZONE s.time_zone)::date > d.on_day)
        UNION SELECT x.person_id FROM cases_checkinplan l
            CROSS JOIN LATERAL unnest(ARRAY[l.person_id, l.cover_id]) AS x (person_id)
        WHERE l.case_id = c.id AND l.ended_at IS NULL AND NOT EXISTS (
            SELECT FROM cases_caseperson p
            WHERE p.case_id = c.id AND p.person_id = x.person_id AND p.until > %(at)s
                AND (p.until AT TIME ZONE s.time_zone)::date <= d.on_day)
    ) AS named
    JOIN accounts_user u ON u.id = named.person_id AND u.is_active
    JOIN accounts_membership m ON m.person_id = u.id AND (m.school_id = c.school_id OR m.school_id IS NULL)
        AND m.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
        AND m.since <= d.on_day AND (m.until IS NULL OR m.until > d.on_day)
    WHERE NOT EXISTS (
        SELECT FROM accounts_away o WHERE o.person_id = u.id AND o.withdrawn_at IS NULL
            AND d.on_day BETWEEN o.first_day AND o.last_day))"""

#: After `staff`: (subject, case_id, school_id, due, level). Days away or a last day as soon as they are entered, and
#: once more when the first day comes on which nobody is there; an officer who took a request on and is none any more.
LEFT_ROWS = f"""
    SELECT goes.id AS subject, c.id AS case_id, c.school_id, goes.due, (min(d.on_day) <= {TODAY})::int AS level
    FROM (
        SELECT a.id, p.case_id, p.person_id, p.role, a.entered_at AS due, a.first_day, a.last_day,
            NULL::timestamptz AS until
        FROM accounts_away a JOIN cases_caseperson p ON p.person_id = a.person_id AND NOT p.excluded
            AND p.role IN ('counselor', 'social_worker')
            AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
        WHERE a.withdrawn_at IS NULL
        UNION ALL
        SELECT p.case_id, p.case_id, p.person_id, p.role, p.until, NULL, NULL, p.until
        FROM cases_caseperson p
        WHERE NOT p.excluded AND p.role IN ('counselor', 'social_worker') AND p.since <= %(at)s
            AND p.until > %(at)s AND p.until < %(at)s + interval '14 days'
    ) AS goes
    JOIN cases_case c ON c.id = goes.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN staff w ON w.person_id = goes.person_id AND w.role = goes.role AND w.school_id = c.school_id
    CROSS JOIN LATERAL (
        SELECT n::date AS on_day FROM generate_series(
            greatest(coalesce(goes.first_day, (goes.until AT TIME ZONE s.time_zone)::date), {TODAY}),
            least(goes.last_day, {TODAY} + 14), interval '1 day') AS n
    ) AS d
    WHERE extract(isodow FROM d.on_day) < 6
        AND NOT EXISTS (
            SELECT FROM directory_closure k
            WHERE k.withdrawn_at IS NULL AND (k.school_id IS NULL OR k.school_id = c.school_id)
                AND d.on_day BETWEEN k.first_day AND k.last_day)
        AND NOT {_HELD}
    GROUP BY goes.id, goes.due, c.id, c.school_id, s.time_zone
    UNION ALL
    SELECT q.id, c.id, c.school_id, q.climbs_at, 0
    FROM cases_srorequest q JOIN cases_case c ON c.id = q.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN cases_steppart t ON t.id = q.part_id JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
    WHERE q.answer = 'accepted' AND (
            NOT EXISTS (
                SELECT FROM staff f WHERE f.person_id = q.officer_id AND f.role = 'sro' AND f.school_id = c.school_id)
            OR EXISTS (
                SELECT FROM accounts_away a WHERE a.person_id = q.officer_id AND a.withdrawn_at IS NULL
                    AND {TODAY} BETWEEN a.first_day AND a.last_day)
                AND NOT EXISTS (
                    SELECT FROM accounts_membership m JOIN staff f ON f.person_id = m.cover_id AND f.role = 'sro'
                    WHERE m.person_id = q.officer_id AND m.role = 'sro' AND f.school_id = c.school_id))
        AND EXISTS (
            SELECT FROM cases_steppart o WHERE o.run_id = t.run_id AND o.outcome IN ('', 'unable')
                AND o.kind IN ('sro_response', 'investigation', 'website'))
"""
#: Those who answer for the case.
LEFT = f"""
    WITH {STAFF}, open AS MATERIALIZED ({LEFT_ROWS})
    SELECT o.subject, o.case_id, o.school_id, o.due, v.person_id AS recipient, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="(SELECT DISTINCT case_id FROM open)")}) v ON v.case_id = o.case_id
"""
