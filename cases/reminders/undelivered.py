"""
The sweep over messages that do not arrive, so that what they say reaches somebody else.

One that is refused for now is tried on and on; after a while what it says is said to a second person, and then to
those who answer for it. One that failed for good is said to all of them at once. Nobody else is told of one that was
sent, nor is anybody to whom the same is said anyhow.
"""

from cases.reminders.kinds import URGENT
from cases.reminders.people import AFTER_THE_NIGHT, AT_ONCE, OF_CONCERN, ON_CASE, OVERSEERS, STAFF

# `near` is a second person: whoever carries the case, or was named for the concern, and is there. A message that nobody
# has tried yet was not refused: the mail server is away, which a banner says, and takes no other message either.
_UNDELIVERED = f"""
    WITH {STAFF}, stuck AS MATERIALIZED (
        SELECT m.id, m.subject, m.case_id, m.kind, m.due, m.level, m.recipient_id,
            m.state = 'waiting' AND m.send_after > %(at)s - %(to_overseers)s AS to_a_second
        FROM delivery_message m
        WHERE m.level < 1000 AND (
            m.state = 'failed' AND m.failed_at > %(at)s - interval '7 days'
            OR m.state = 'waiting' AND m.attempts > 0 AND m.send_after <= %(at)s - %(to_cover)s)
    ), found AS (
        SELECT g.id, c.school_id, p.person_id, true AS near
        FROM stuck g JOIN cases_case c ON c.id = g.case_id
        JOIN ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM stuck)")}) p ON p.case_id = c.id
            AND p.role IN ('counselor', 'social_worker') AND p.there
        UNION ALL SELECT g.id, c.school_id, v.person_id, false
        FROM stuck g JOIN cases_case c ON c.id = g.case_id
        JOIN ({OVERSEERS.format(cases="(SELECT DISTINCT case_id FROM stuck)")}) v ON v.case_id = c.id
        UNION ALL SELECT g.id, k.school_id, p.person_id, p.named < 3
        FROM stuck g JOIN cases_concern k ON k.id = g.subject AND k.status = 'received'
        JOIN ({OF_CONCERN.format(concerns="(SELECT DISTINCT subject AS concern_id FROM stuck)")}) p
            ON p.concern_id = k.id AND (p.there OR p.named = 3)
        UNION ALL SELECT g.id, r.school_id, f.person_id, f.role = 'counsel'
        FROM stuck g JOIN cases_recordsrequest r ON r.id = g.subject AND r.closed_at IS NULL
        JOIN staff f ON f.school_id = r.school_id
            AND (f.role = 'counsel' AND f.there OR f.role = 'liaison')
    ), others AS (
        SELECT g.*, f.school_id, f.person_id, bool_or(f.near) AS near
        FROM found f JOIN stuck g USING (id)
        WHERE f.person_id <> g.recipient_id AND NOT EXISTS (
            SELECT FROM delivery_message m
            WHERE m.subject = g.subject AND m.kind = g.kind AND m.due = g.due AND m.recipient_id = f.person_id
                AND m.level BETWEEN g.level AND 999)
        GROUP BY g.id, g.subject, g.case_id, g.kind, g.due, g.level, g.recipient_id, g.to_a_second, f.school_id,
            f.person_id
    )
    SELECT o.subject, o.case_id, o.school_id, o.kind, o.due, o.person_id AS recipient,
        o.level + CASE WHEN o.near THEN 2000 ELSE 1000 END AS level
    FROM others o
    WHERE o.near OR NOT o.to_a_second OR NOT EXISTS (SELECT FROM others x WHERE x.id = o.id AND x.near)
"""
UNDELIVERED = f"""
    SELECT DISTINCT ON (r.subject, r.kind, r.due, r.recipient, r.level)
        r.subject, r.case_id, r.kind, r.due, r.recipient, r.level,
        CASE WHEN r.kind IN ({", ".join(f"'{kind}'" for kind in sorted(URGENT))}) THEN {AT_ONCE}
            ELSE {AFTER_THE_NIGHT} END AS send_after
    FROM ({_UNDELIVERED}) AS r JOIN directory_school s ON s.id = r.school_id
"""
