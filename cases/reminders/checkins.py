"""
The sweep over the check-ins: what is to be said is claimed, written into the outbox and marked in one statement.

After an outage a check-in has one message, of the level it has reached, and not one for each it passed.
"""

from typing import Any

from cases.reminders.people import AFTER_THE_NIGHT, STAFF, TODAY
from csec.delivery import outbox

# So few that PostgreSQL looks each row up by its key, however large the tables are.
BATCH = 2000

# Levels as in cases/schedule.py: the morning before, the morning of the day, late, half an hour later the cover, two
# hours later those who answer for the case, and then each day. Each check-in looks only at those on its own case. It is
# marked at the place where it was locked; one that somebody else changed in that very moment has another place, and is
# marked with the next batch, where nothing is said again.
_CLAIMING = f"""
WITH {STAFF}, due AS MATERIALIZED (
    SELECT k.ctid AS place, k.id, k.case_id, k.due_at, k.day_at, k.taken_by_id, l.person_id, l.cover_id, c.school_id,
        b.person_id AS break_id,
        CASE
            WHEN %(at)s >= k.due_at + %(to_overseers)s
                THEN 4 + floor(extract(epoch FROM %(at)s - k.due_at) / 86400)::int
            WHEN %(at)s >= k.due_at + %(to_cover)s THEN 3
            WHEN %(at)s >= k.due_at THEN 2
            WHEN %(at)s >= k.day_at THEN 1
            ELSE 0
        END AS reached
    FROM cases_checkin k JOIN cases_case c ON c.id = k.case_id AND c.status = 'open'
    JOIN directory_school s ON s.id = c.school_id
    JOIN cases_checkinplan l ON l.id = k.plan_id
    LEFT JOIN cases_breakplan b ON b.case_id = k.case_id AND b.replaced_at IS NULL
        AND {TODAY} BETWEEN b.first_day AND b.last_day
    WHERE k.state = 'waiting' AND k.remind_at <= %(at)s
    ORDER BY k.remind_at LIMIT %(batch)s FOR UPDATE OF k SKIP LOCKED
), marked AS (
    UPDATE cases_checkin k SET level = d.reached + 1, remind_at = CASE d.reached
        WHEN 0 THEN d.day_at
        WHEN 1 THEN d.due_at
        WHEN 2 THEN d.due_at + %(to_cover)s
        WHEN 3 THEN d.due_at + %(to_overseers)s
        ELSE d.due_at + (d.reached - 3) * interval '1 day'
    END
    FROM due d WHERE k.ctid = d.place
), places AS MATERIALIZED (
    SELECT s.id AS school_id, {AFTER_THE_NIGHT} AS send_after FROM directory_school s
), present AS (
    SELECT d.id,
        bool_or(w.there) FILTER (WHERE p.person_id = d.taken_by_id)
            AND NOT bool_or(p.excluded) FILTER (WHERE p.person_id = d.taken_by_id) AS taker,
        bool_or(w.there) FILTER (WHERE p.person_id = d.break_id)
            AND NOT bool_or(p.excluded) FILTER (WHERE p.person_id = d.break_id) AS in_break,
        bool_or(w.there) FILTER (WHERE p.person_id = d.person_id)
            AND NOT bool_or(p.excluded) FILTER (WHERE p.person_id = d.person_id) AS person,
        bool_or(w.there) FILTER (WHERE p.person_id = d.cover_id)
            AND NOT bool_or(p.excluded) FILTER (WHERE p.person_id = d.cover_id) AS cover
    FROM due d
    JOIN cases_caseperson p ON p.case_id = d.case_id AND (p.excluded OR p.since <= %(at)s)
        AND (p.until IS NULL OR p.until > %(at)s)
    LEFT JOIN staff w ON NOT p.excluded AND w.person_id = p.person_id AND w.role = p.role
        AND w.school_id = d.school_id
    GROUP BY d.id
), whose AS (
    SELECT d.id, d.case_id, d.school_id, d.due_at, d.reached,
        CASE
            WHEN n.taker THEN d.taken_by_id
            WHEN n.in_break THEN d.break_id
            WHEN n.person THEN d.person_id
            WHEN n.cover THEN d.cover_id
        END AS person,
        CASE WHEN n.cover THEN d.cover_id END AS cover
    FROM due d LEFT JOIN present n USING (id)
), asked AS (
    SELECT o.id, o.case_id, o.school_id, o.due_at, o.reached, w.person_id, w.role
    FROM whose o JOIN staff w ON w.school_id = o.school_id AND w.role IN ('administrator', 'liaison')
    WHERE (o.reached >= 4 OR (o.reached < 3 AND o.person IS NULL) OR (o.reached = 3 AND o.cover IS NULL))
        AND NOT EXISTS (
            SELECT FROM cases_caseperson x WHERE x.case_id = o.case_id AND x.person_id = w.person_id
                AND x.excluded AND (x.until IS NULL OR x.until > %(at)s))
), answering AS (
    -- The liaison when it has climbed so far, or where no administrator is.
    SELECT a.id, a.case_id, a.school_id, a.due_at, a.reached, a.person_id FROM asked a
    WHERE a.reached >= 4 OR a.role = 'administrator'
        OR NOT EXISTS (SELECT FROM asked b WHERE b.id = a.id AND b.role = 'administrator')
), recipients AS (
    SELECT id, case_id, school_id, due_at, reached, person FROM whose WHERE person IS NOT NULL AND reached <> 3
    UNION SELECT id, case_id, school_id, due_at, reached, cover FROM whose WHERE cover IS NOT NULL AND reached >= 3
    UNION SELECT id, case_id, school_id, due_at, reached, person_id FROM answering
)
"""
_SELECT = """
SELECT r.id AS subject, r.case_id, 'check_in' AS kind, r.due_at AS due, r.person AS recipient, r.reached AS level,
    s.send_after
FROM recipients r JOIN places s USING (school_id)
"""


def sweep_check_ins(parameters: dict[str, Any]) -> int:
    """One batch: the number of messages written."""
    return outbox.enqueue(_SELECT, {**parameters, "batch": BATCH}, at=parameters["at"], claiming=_CLAIMING)
