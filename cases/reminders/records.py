"""A request for records that waits for an answer: to counsel, and once it is late to the liaison as well."""

from cases.reminders.people import STAFF, TODAY

# When it is logged, on the last day in time, and each day once it is late. Where the district has no counsel of today,
# the liaison hears of it at once. About no case: whether there is one, nobody is told by a message.
RECORDS = f"""
    WITH {STAFF}, open AS (
        SELECT r.id, r.school_id, r.logged_at, CASE
                WHEN {TODAY} > r.due_on THEN 2 + ({TODAY} - r.due_on - 1)
                WHEN {TODAY} = r.due_on THEN 1
                ELSE 0
            END AS level
        FROM cases_recordsrequest r JOIN directory_school s ON s.id = r.school_id
        WHERE r.closed_at IS NULL
    )
    SELECT o.id AS subject, NULL::uuid AS case_id, o.school_id, o.logged_at AS due, f.person_id AS recipient, o.level
    FROM open o JOIN staff f ON f.school_id = o.school_id
    WHERE f.role = 'counsel' OR f.role = 'liaison' AND (o.level > 1 OR NOT EXISTS (
        SELECT FROM staff c WHERE c.school_id = o.school_id AND c.role = 'counsel'))
    GROUP BY o.id, o.school_id, o.logged_at, f.person_id, o.level
"""
RECORDS_WANTED = """EXISTS (
        SELECT FROM cases_recordsrequest r JOIN staff f ON f.school_id = r.school_id
            AND f.person_id = m.recipient_id AND f.role IN ('counsel', 'liaison')
        WHERE r.id = m.subject AND r.closed_at IS NULL AND r.logged_at = m.due)"""
