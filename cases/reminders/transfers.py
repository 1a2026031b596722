"""The sweep over transfers: whoever one is offered to, then who answers for their school, then the district."""

from cases.reminders.people import EACH_DAY, EXCLUDED, STAFF

_TAKES_OVER = "('counselor', 'social_worker', 'administrator')"

# A student who left and whom nobody has acknowledged is the liaison's to know at once, and each week.
TRANSFERS = f"""
    WITH {STAFF}, open AS (
        SELECT t.id, t.case_id, t.kind, t.receiver_id, t.offered_at AS due,
            coalesce(t.to_school_id, c.school_id) AS school_id,
            CASE
                WHEN t.kind <> 'school' THEN {EACH_DAY.format(since="t.offered_at")} / 7
                WHEN %(at)s < t.climbs_at AND EXISTS (
                    SELECT FROM staff f WHERE f.person_id = t.receiver_id AND f.school_id = t.to_school_id
                        AND f.role IN {_TAKES_OVER}) THEN 0
                ELSE 1 + greatest(0, {EACH_DAY.format(since="t.climbs_at")})
            END AS level
        FROM cases_transfer t JOIN cases_case c ON c.id = t.case_id AND c.status = 'open'
        WHERE t.state = 'open'
    ), told AS (
        SELECT o.*, f.person_id, f.role
        FROM open o JOIN staff f ON f.school_id = o.school_id
        WHERE NOT {EXCLUDED.format(case="o.case_id", person="f.person_id")}
    )
    SELECT DISTINCT o.id AS subject, o.case_id, o.school_id, o.due, o.person_id AS recipient, o.level
    FROM told o
    WHERE o.kind = 'school' AND (
            o.person_id = o.receiver_id AND o.role IN {_TAKES_OVER}
            OR o.role = 'administrator' AND o.level > 0
            OR o.role = 'liaison' AND (o.level > 1 OR o.level > 0 AND NOT EXISTS (
                SELECT FROM told a WHERE a.id = o.id AND a.role = 'administrator' AND a.person_id <> o.receiver_id)))
        OR o.kind <> 'school' AND o.role = 'liaison'
"""
#: Whether one is still to be said: while it waits, to whom it would be said today.
STILL_WAITS = f"""EXISTS (
    SELECT FROM cases_transfer t JOIN cases_case c ON c.id = t.case_id AND c.status = 'open'
    JOIN staff f ON f.person_id = m.recipient_id AND f.school_id = coalesce(t.to_school_id, c.school_id)
    WHERE t.id = m.subject AND t.state = 'open' AND t.offered_at = m.due
        AND NOT {EXCLUDED.format(case="t.case_id", person="f.person_id")}
        AND (f.role = 'liaison' OR f.person_id = t.receiver_id AND f.role IN {_TAKES_OVER}
            OR f.role = 'administrator' AND t.kind = 'school' AND m.level > 0))"""
