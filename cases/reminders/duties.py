"""
What is said of the duties to report: to each person of their own, to those who answer for the school that one is late.

A message of one's own names no case, so that nobody reads in its history who was asked, and who was not any more. One
to others is about a case or a concern, and never about a person.
"""

from cases.reminders.people import EACH_DAY, OF_CONCERN, ON_CASE, OVERSEERS, STAFF

#: By when one was asked: a message that was written for an earlier clock says nothing of a later one.
ASKED = "d.asked_at"

# Each person of their own: at once, half a day before the written report is due, and each day when it is late.
DUTIES = f"""
    SELECT d.id AS subject, NULL::uuid AS case_id, d.school_id, {ASKED} AS due, d.person_id AS recipient,
        CASE
            WHEN %(at)s >= d.due_at THEN 2 + {EACH_DAY.format(since="d.due_at")}
            WHEN %(at)s >= d.due_at - interval '12 hours' THEN 1
            ELSE 0
        END AS level
    FROM cases_reportduty d
    WHERE d.ended_at IS NULL AND works_anywhere(d.person_id)
"""
# Nobody who knows of it has recorded a report after some hours (district setting): everybody who carries it is asked
# once more, also where one of them was to report for all, or has said for themselves that none applies. Whoever does
# not read in the case, or as one to whom the concern goes, whether a report was made is asked by their own duty alone:
# a message that does not come would tell them that somebody has reported.
UNMADE = f"""
    WITH {STAFF}, unmade AS MATERIALIZED (
        SELECT d.id, d.case_id, d.concern_id, d.school_id, {ASKED} AS due, d.person_id, EXISTS (
            SELECT FROM cases_reportduty o WHERE (o.concern_id = d.concern_id OR o.case_id = d.case_id)
                AND o.asked_at >= d.asked_at - interval '36 hours'
                AND (o.called_at IS NOT NULL OR o.how IN ('own', 'joint'))) AS made
        FROM cases_reportduty d
        WHERE d.ended_at IS NULL AND d.called_at IS NULL AND works_anywhere(d.person_id)
            AND d.learned_at <= %(at)s - %(prompt_after)s AND %(at)s < d.due_at
    ), made AS MATERIALIZED (SELECT DISTINCT case_id, concern_id FROM unmade WHERE made),
    told AS MATERIALIZED (
        SELECT o.case_id AS subject, o.person_id FROM ({ON_CASE.format(cases="made")}) o
        UNION SELECT v.case_id, v.person_id FROM ({OVERSEERS.format(cases="made")}) v WHERE v.role = 'administrator'
        UNION SELECT p.concern_id, p.person_id FROM ({OF_CONCERN.format(concerns="made")}) p WHERE p.named < 3
    )
    SELECT u.id AS subject, NULL::uuid AS case_id, u.school_id, u.due, u.person_id AS recipient, 0 AS level
    FROM unmade u
    WHERE NOT u.made OR NOT EXISTS (
        SELECT FROM told t WHERE t.subject = coalesce(u.case_id, u.concern_id) AND t.person_id = u.person_id)
"""
#: Whether a report was made in a case, and none waits there; of a concern that is in none, whether one was made of it.
_MADE = """(
    SELECT coalesce(bool_and(t.outcome NOT IN ('', 'unable')), true)
        AND (coalesce(bool_or(t.outcome = 'done'), false) OR EXISTS (
            SELECT FROM cases_reportduty a WHERE a.how IN ('own', 'joint')
                AND (a.case_id = g.case_id OR g.case_id IS NULL AND a.concern_id = g.subject)))
    FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
    WHERE t.case_id = g.case_id AND t.kind = 'report')"""
# One that is late, each day, to those who answer for its case or school: that one is, not whose; in a case from when
# its lists say so. At once where nobody who carries one of the case is there any more, or what was written to somebody
# does not arrive; but only while nobody has reported: after that it would tell who of them has not.
LATE_DUTIES = f"""
    WITH {STAFF}, carried AS MATERIALIZED (
        SELECT coalesce(d.case_id, d.concern_id) AS subject, d.case_id, (array_agg(d.concern_id))[1] AS concern_id,
            (array_agg(d.school_id))[1] AS school_id,
            NOT bool_or(works_anywhere(d.person_id)) OR EXISTS (
                SELECT FROM delivery_message m WHERE m.kind = 'report' AND m.state = 'failed'
                    AND m.subject = ANY (array_agg(d.id))) AS unreached
        FROM cases_reportduty d WHERE d.ended_at IS NULL GROUP BY d.case_id, coalesce(d.case_id, d.concern_id)
    ), owed AS MATERIALIZED (
        SELECT g.*, g.unreached AND NOT {_MADE} AS at_once,
            coalesce(report_due(g.case_id), concern_report_due(g.subject)) AS due
        FROM carried g
    ), late AS (
        SELECT o.*, CASE
            WHEN %(at)s >= o.due THEN 1 + {EACH_DAY.format(since="o.due")}
            WHEN o.at_once THEN 0
            END AS level
        FROM owed o
    ), open AS (SELECT * FROM late WHERE level IS NOT NULL)
    SELECT o.subject, o.case_id, o.school_id, o.due, v.person_id AS recipient, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
    UNION SELECT o.subject, NULL, o.school_id, o.due, p.person_id, o.level
    FROM open o JOIN ({OF_CONCERN.format(concerns="open")}) p ON p.concern_id = o.concern_id AND p.named = 3
    WHERE o.case_id IS NULL
"""
#: Whether each is still wanted, by kind; of a report that is nobody's duty by name see `kinds`.
WANTED = {
    "report": """m.case_id IS NULL AND EXISTS (
        SELECT FROM cases_reportduty d WHERE d.id = m.subject AND d.person_id = m.recipient_id
            AND d.ended_at IS NULL AND works_anywhere(d.person_id))""",
    "report_unmade": """EXISTS (
        SELECT FROM cases_reportduty d WHERE d.id = m.subject AND d.person_id = m.recipient_id
            AND d.ended_at IS NULL AND d.called_at IS NULL AND works_anywhere(d.person_id))""",
    "report_late": """EXISTS (
        SELECT FROM cases_reportduty d WHERE coalesce(d.case_id, d.concern_id) = m.subject AND d.ended_at IS NULL
            AND (report_due(d.case_id) = m.due
                OR d.case_id IS NULL AND concern_report_due(d.concern_id) = m.due))""",
}
