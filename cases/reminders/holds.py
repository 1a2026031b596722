"""Contact with parents that is frozen: to counsel, who alone ends that; when it stays so to the liaison as well."""

from cases.reminders.people import EXCLUDED, FIRST_TO_ANSWER, ON_CASE, STAFF, TODAY

# To counsel on the case when it begins, on each of five school days from the second on, and then each school week; to
# the liaison on those five days, about no case, as counsel's cases are not theirs. Where the case has no counsel of
# today, whoever answers for it hears at once: they can put one on it. Of one that freezes something: a hold that went
# along with its case to another school is said there, and one of a void case as long as the student has another case.
HOLDS = f"""
    WITH {STAFF}, stands AS (
        SELECT h.id, h.case_id, c.school_id, h.begun_at AS due, (
                SELECT count(*)::int FROM generate_series(
                    (h.begun_at AT TIME ZONE s.time_zone)::date + 1, {TODAY}, interval '1 day') AS n
                WHERE extract(isodow FROM n) < 6 AND NOT EXISTS (
                    SELECT FROM directory_closure k
                    WHERE k.withdrawn_at IS NULL AND (k.school_id IS NULL OR k.school_id = c.school_id)
                        AND n::date BETWEEN k.first_day AND k.last_day)
            ) AS days
        FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
        JOIN directory_school s ON s.id = c.school_id
        WHERE h.ended_at IS NULL AND h.begun_at <= %(at)s AND hold_stands(h.id)
    ), open AS MATERIALIZED (
        SELECT t.*, CASE WHEN t.days < 2 THEN 0 WHEN t.days < 7 THEN t.days - 1 ELSE 5 + (t.days - 2) / 5 END AS level
        FROM stands t
    ), counsel AS (
        SELECT p.case_id, p.person_id FROM ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")}) p
        WHERE p.role = 'counsel'
    )
    SELECT o.id AS subject, o.case_id, o.school_id, o.due, p.person_id AS recipient, o.level
    FROM open o JOIN counsel p ON p.case_id = o.case_id
    UNION SELECT o.id, o.case_id, o.school_id, o.due, v.person_id, o.level
    FROM open o JOIN ({FIRST_TO_ANSWER.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE NOT EXISTS (SELECT FROM counsel p WHERE p.case_id = o.case_id)
    UNION SELECT o.id, NULL, o.school_id, o.due, f.person_id, o.level
    FROM open o JOIN staff f ON f.school_id = o.school_id AND f.role = 'liaison'
    WHERE o.level BETWEEN 1 AND 5 AND NOT {EXCLUDED.format(case="o.case_id", person="f.person_id")}
"""
#: While it stands; to those whom it would be said to today.
HOLDS_WANTED = f"""EXISTS (
        SELECT FROM cases_parenthold h JOIN cases_case c ON c.id = h.case_id
        WHERE h.id = m.subject AND h.ended_at IS NULL AND hold_stands(h.id) AND (m.case_id IS NOT NULL OR EXISTS (
            SELECT FROM staff f WHERE f.school_id = c.school_id AND f.person_id = m.recipient_id
                AND f.role = 'liaison' AND NOT {EXCLUDED.format(case="c.id", person="f.person_id")})))"""
