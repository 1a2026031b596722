"""What is said of a case that somebody leaves, or is away from, with nobody in their place; as view `cases_left`."""

from cases.reminders.people import OVERSEERS, STAFF, TODAY

# Of those who carry a case or are named in its schedule, and still have a role there in which they could go on.
_NAMED = """
    SELECT p.person_id FROM cases_caseperson p
    WHERE p.case_id = c.id AND NOT p.excluded AND p.role IN ('counselor', 'social_worker')
        AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
    UNION SELECT unnest(ARRAY[l.person_id, l.cover_id]) FROM cases_checkinplan l
    WHERE l.case_id = c.id AND l.ended_at IS NULL
"""
_HELD = f"""EXISTS (
    SELECT FROM ({_NAMED}) AS named JOIN staff f ON f.person_id = named.person_id AND f.school_id = c.school_id
        AND f.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
    WHERE NOT EXISTS (
        SELECT FROM accounts_away o WHERE o.person_id = f.person_id AND o.withdrawn_at IS NULL
            AND d.on_day::date BETWEEN o.first_day AND o.last_day))"""

#: After `staff`: (subject, case_id, school_id, due, level). Days away as soon as they are entered, and once more when
#: the first day comes on which nobody is there; an officer who took a request on, when they are officer no longer.
LEFT_ROWS = f"""
    SELECT a.id AS subject, c.id AS case_id, c.school_id, a.entered_at AS due,
        (min(d.on_day)::date <= {TODAY})::int AS level
    FROM accounts_away a
    JOIN cases_caseperson p ON p.person_id = a.person_id AND NOT p.excluded
        AND p.role IN ('counselor', 'social_worker')
        AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s)
    JOIN cases_case c ON c.id = p.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN staff w ON w.person_id = p.person_id AND w.role = p.role AND w.school_id = c.school_id
    CROSS JOIN LATERAL generate_series(
        greatest(a.first_day, {TODAY}), least(a.last_day, {TODAY} + 14), interval '1 day') AS d (on_day)
    WHERE a.withdrawn_at IS NULL AND a.last_day >= {TODAY} AND a.first_day <= {TODAY} + 14
        AND extract(isodow FROM d.on_day) < 6
        AND NOT EXISTS (
            SELECT FROM directory_closure k
            WHERE k.withdrawn_at IS NULL AND (k.school_id IS NULL OR k.school_id = c.school_id)
                AND d.on_day::date BETWEEN k.first_day AND k.last_day)
        AND NOT {_HELD}
    GROUP BY a.id, c.id, c.school_id, a.entered_at, s.time_zone
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
