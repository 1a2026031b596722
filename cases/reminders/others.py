"""The sweep over everything else that somebody is told of. These are few: each has the message of its level now."""

from cases.reminders.beside import EMERGENCY_BESIDE, NOBODY_ANSWERS, UNCARRIED
from cases.reminders.concerns import CONCERNS, LATE_CONCERNS
from cases.reminders.duties import DUTIES, LATE_DUTIES, UNMADE
from cases.reminders.holds import HOLDS
from cases.reminders.left import LEFT
from cases.reminders.people import (
    AFTER_THE_NIGHT,
    AT_ONCE,
    COVERS,
    EACH_DAY,
    EXCLUDED,
    FIRST_TO_ANSWER,
    ON_CASE,
    OVERSEERS,
    STAFF,
    TODAY,
    UNCOVERED,
)
from cases.reminders.records import RECORDS
from cases.reminders.transfers import TRANSFERS
from cases.reminders.undelivered import UNDELIVERED


def _select(kind: str, rows: str, *, send_after: str) -> str:
    """`rows` yields subject, case_id, school_id, due, recipient and level."""
    return f"""
        SELECT r.subject, r.case_id, '{kind}' AS kind, r.due, r.recipient, r.level, {send_after} AS send_after
        FROM ({rows}) AS r JOIN directory_school s ON s.id = r.school_id
    """


# What was added to a concern in a case: those who carry it, then those who answer for it; nobody of their own words.
_ADDITIONS = f"""
    WITH {STAFF}, open AS (
        SELECT k.id, k.case_id, k.school_id, k.asked_at, k.climbs_at,
            CASE WHEN %(at)s < k.climbs_at THEN 0 ELSE 1 + {EACH_DAY.format(since="k.climbs_at")} END AS level
        FROM cases_concern k
        WHERE k.status = 'attached' AND k.accepted_at IS NULL AND k.asked_at IS NOT NULL
    ), present AS ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")})
    SELECT o.id AS subject, o.case_id, o.school_id, o.asked_at AS due, p.person_id AS recipient, o.level
    FROM open o JOIN present p ON p.case_id = o.case_id AND p.role IN ('counselor', 'social_worker')
    WHERE NOT wrote_concern(p.person_id, o.id)
    UNION SELECT o.id, o.case_id, o.school_id, o.asked_at, v.person_id, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE NOT wrote_concern(v.person_id, o.id) AND o.level > 0
    UNION SELECT o.id, o.case_id, o.school_id, o.asked_at, v.person_id, o.level
    FROM open o JOIN ({FIRST_TO_ANSWER.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE NOT wrote_concern(v.person_id, o.id) AND NOT EXISTS (
        SELECT FROM present p WHERE p.case_id = o.case_id AND p.role IN ('counselor', 'social_worker') AND p.there
            AND NOT wrote_concern(p.person_id, o.id))
"""
# An officer who was asked in: at once. One who is not there is passed over for whoever covers, or without a cover for
# those who answer for the case, who can call dispatch. What has no answer in time goes to the cover, and when that has
# had as long, or there is none, to those who answer for the case.
_REQUESTS = f"""
    WITH {STAFF}, open AS (
        SELECT q.id, q.case_id, c.school_id, q.climbs_at, q.officer_id, q.asked_by_id,
            coalesce(q.overseers_at, q.climbs_at) AS overseers_at,
            CASE WHEN %(at)s < q.climbs_at THEN 0 ELSE 1 + {EACH_DAY.format(since="q.climbs_at")} END AS level
        FROM cases_srorequest q JOIN cases_steppart t ON t.id = q.part_id
        JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
        JOIN cases_case c ON c.id = q.case_id AND c.status = 'open'
        WHERE q.answer = '' AND q.climbs_at IS NOT NULL
    ), present AS ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")}
    ), away AS (
        SELECT o.* FROM open o WHERE NOT EXISTS (
            SELECT FROM present p WHERE p.case_id = o.case_id AND p.person_id = o.officer_id AND p.there)
    ), covers AS ({COVERS.format(requests="open")})
    SELECT o.id AS subject, o.case_id, o.school_id, o.climbs_at AS due, p.person_id AS recipient, o.level
    FROM open o JOIN present p ON p.case_id = o.case_id
        AND (p.person_id = o.officer_id OR (o.level > 0 AND p.person_id = o.asked_by_id))
    UNION SELECT o.id, o.case_id, o.school_id, o.climbs_at, v.person_id, o.level
    FROM open o JOIN covers v ON v.request_id = o.id
    WHERE o.level > 0 OR EXISTS (SELECT FROM away a WHERE a.id = o.id)
    UNION SELECT o.id, o.case_id, o.school_id, o.climbs_at, v.person_id, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
    CROSS JOIN LATERAL (SELECT
        EXISTS (SELECT FROM away a WHERE a.id = o.id) AS away,
        EXISTS (SELECT FROM covers x WHERE x.request_id = o.id) AS covered) AS has
    WHERE (o.level > 0 OR has.away) AND NOT has.covered
        OR o.level > 0 AND (has.away OR %(at)s >= o.overseers_at)
"""
# A report that is nobody's duty by name, or not any more, also of a case that is void or was handed over: at once, half
# a day before it is due, late.
_REPORTS = f"""
    WITH {STAFF}, open AS (
        SELECT t.id, t.case_id, c.school_id, coalesce(t.asked_at, t.due_at) AS asked,
            CASE
                WHEN %(at)s >= t.due_at THEN 2 + {EACH_DAY.format(since="t.due_at")}
                WHEN %(at)s >= t.due_at - interval '12 hours' THEN 1
                ELSE 0
            END AS level
        FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
        JOIN cases_case c ON c.id = t.case_id
        WHERE t.kind = 'report' AND t.outcome IN ('', 'unable') AND t.due_at IS NOT NULL
            AND NOT EXISTS (SELECT FROM cases_reportduty d WHERE d.case_id = t.case_id AND d.ended_at IS NULL)
    ), present AS ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")})
    SELECT o.id AS subject, o.case_id, o.school_id, o.asked AS due, p.person_id AS recipient, o.level
    FROM open o JOIN present p ON p.case_id = o.case_id
        AND p.role IN ('counselor', 'social_worker', 'administrator')
    UNION SELECT o.id, o.case_id, o.school_id, o.asked, v.person_id, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE o.level > 1
    UNION SELECT o.id, o.case_id, o.school_id, o.asked, v.person_id, o.level
    FROM open o JOIN ({FIRST_TO_ANSWER.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE NOT EXISTS (
        SELECT FROM present p WHERE p.case_id = o.case_id
            AND p.role IN ('counselor', 'social_worker', 'administrator'))
"""
# A student who is not safe or missing: everybody who carries or answers for the case, at once and until one takes it. A
# liaison who entered an absence learns by no message that there is a case, before it has climbed to them.
_ALERTS = f"""
    WITH {STAFF}, open AS (
        SELECT a.id, a.case_id, c.school_id, a.at AS due,
            CASE
                WHEN %(at)s >= a.at + %(to_overseers)s THEN 2 + {EACH_DAY.format(since="a.at")}
                WHEN %(at)s >= a.at + %(to_cover)s THEN 1
                ELSE 0
            END AS level
        FROM cases_alert a JOIN cases_case c ON c.id = a.case_id AND c.status = 'open'
        WHERE a.ended_at IS NULL AND (a.taken_at IS NULL OR a.taken_at < %(at)s - %(taken_for)s)
    )
    SELECT o.id AS subject, o.case_id, o.school_id, o.due, p.person_id AS recipient, o.level
    FROM open o JOIN ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")}) p ON p.case_id = o.case_id
        AND p.role IN ('counselor', 'social_worker', 'administrator', 'liaison')
    UNION SELECT o.id, o.case_id, o.school_id, o.due, v.person_id, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE NOT (v.role = 'liaison' AND o.level < 2 AND entered_absence(v.person_id, o.id))
"""
# A case that nobody carries (each day), or whose check-ins have nobody or no cover (each week).
_MORNING = f"({TODAY} + time '08:00') AT TIME ZONE s.time_zone"
_MONDAY = f"(date_trunc('week', {TODAY})::date + time '08:00') AT TIME ZONE s.time_zone"
_NOBODYS = f"""
    WITH {STAFF}, open AS MATERIALIZED (
        SELECT c.id AS case_id, c.school_id, {_MORNING} AS due
        FROM cases_case c JOIN directory_school s ON s.id = c.school_id
        WHERE extract(isodow FROM {TODAY}) < 6 AND %(at)s >= {_MORNING} AND {UNCARRIED}
    )
    SELECT o.case_id AS subject, o.case_id, o.school_id, o.due, v.person_id AS recipient, 0 AS level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
"""
_UNCOVERED = f"""
    WITH {STAFF}, open AS MATERIALIZED (
        SELECT c.id AS case_id, c.school_id, {_MONDAY} AS due
        FROM cases_checkinplan l JOIN cases_case c ON c.id = l.case_id AND c.status = 'open'
        JOIN directory_school s ON s.id = c.school_id
        WHERE l.ended_at IS NULL AND %(at)s >= {_MONDAY} AND {UNCOVERED}
    )
    SELECT o.case_id AS subject, o.case_id, o.school_id, o.due, v.person_id AS recipient, 0 AS level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
"""
# A student who left or is at another school by the roster: those who carry the case and answer for it, each week until
# somebody answers. `change` makes the next change of the roster another message.
_ELSEWHERE = f"""
    WITH {STAFF}, open AS MATERIALIZED (
        SELECT v.case_id, v.school_id, {_MONDAY} + v.change * interval '1 microsecond' AS due
        FROM moved_cases() v JOIN directory_school s ON s.id = v.school_id
        WHERE %(at)s >= {_MONDAY}
    )
    SELECT o.case_id AS subject, o.case_id, o.school_id, o.due, p.person_id AS recipient, 0 AS level
    FROM open o JOIN ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")}) p ON p.case_id = o.case_id
        AND p.role IN ('counselor', 'social_worker')
    UNION SELECT o.case_id, o.case_id, o.school_id, o.due, v.person_id, 0
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id
"""
# A student with two open cases on the same track: the liaison, each week until one is joined to the other, or both are
# kept. Nobody of either school is told of the other case.
_SECOND = f"""
    WITH {STAFF}, open AS MATERIALIZED (
        SELECT v.case_id, v.beside_id, v.school_id, {_MONDAY} AS due
        FROM cases_beside() v JOIN directory_school s ON s.id = v.school_id
        WHERE %(at)s >= {_MONDAY}
    )
    SELECT o.case_id AS subject, o.case_id, o.school_id, o.due, f.person_id AS recipient, 0 AS level
    FROM open o JOIN staff f ON f.school_id = o.school_id AND f.role = 'liaison'
    WHERE NOT {EXCLUDED.format(case="o.case_id", person="f.person_id")}
        AND NOT {EXCLUDED.format(case="o.beside_id", person="f.person_id")}
"""
# Breaks come from the calendar as four arrays: school, first and last day, level.
_BREAKS = f"""
    WITH {STAFF}, near AS (
        SELECT * FROM unnest(
            %(break_schools)s::uuid[], %(break_days)s::date[], %(break_ends)s::date[], %(break_levels)s::int[]
        ) AS n (school_id, first_day, last_day, level)
    ), open AS (
        SELECT l.id, c.id AS case_id, c.school_id, n.level,
            -- One that grew is another: what was said of it counts no more.
            (n.first_day + (n.last_day - n.first_day) * interval '1 minute') AT TIME ZONE s.time_zone AS due
        FROM near n JOIN cases_case c ON c.school_id = n.school_id AND c.status = 'open'
        JOIN directory_school s ON s.id = c.school_id
        JOIN cases_checkinplan l ON l.case_id = c.id AND l.ended_at IS NULL
        WHERE NOT EXISTS (
            SELECT FROM cases_breakplan b WHERE b.case_id = c.id AND b.first_day <= n.first_day
                AND b.last_day >= n.last_day AND b.replaced_at IS NULL)
    )
    SELECT o.id AS subject, o.case_id, o.school_id, o.due, p.person_id AS recipient, o.level
    FROM open o JOIN ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")}) p ON p.case_id = o.case_id
        AND p.role IN ('counselor', 'social_worker')
    UNION SELECT o.id, o.case_id, o.school_id, o.due, v.person_id, o.level
    FROM open o JOIN ({FIRST_TO_ANSWER.format(cases="open")}) v ON v.case_id = o.case_id
    WHERE o.level > 0
"""
# A student has become 18: whoever carries the case, once; where nobody does, those who answer for it first.
_OF_AGE = f"""
    WITH {STAFF}, open AS MATERIALIZED (SELECT * FROM cases_of_age(%(at)s) WHERE due <= %(at)s),
    present AS ({ON_CASE.format(cases="open")})
    SELECT o.case_id AS subject, o.case_id, o.school_id, o.due, p.person_id AS recipient, 0 AS level
    FROM open o JOIN present p ON p.case_id = o.case_id
        AND p.role IN ('counselor', 'social_worker', 'administrator')
    UNION SELECT o.case_id, o.case_id, o.school_id, o.due, v.person_id, 0
    FROM open o JOIN ({FIRST_TO_ANSWER.format(cases="open")}) v ON v.case_id = o.case_id
"""
# A case that somebody of the district opened in an emergency: everybody else who carries or answers for it, at once;
# and each day once it should have been looked at.
_EMERGENCIES = f"""
    WITH {STAFF}, open AS (
        SELECT e.id, e.case_id, c.school_id, e.begun_at AS due, e.person_id,
            CASE WHEN %(at)s < e.review_by THEN 0 ELSE 1 + {EACH_DAY.format(since="e.review_by")} END AS level
        FROM cases_emergencyaccess e JOIN cases_case c ON c.id = e.case_id
        WHERE e.reviewed_at IS NULL
    )
    SELECT o.id AS subject, o.case_id, o.school_id, o.due, p.person_id AS recipient, o.level
    FROM open o JOIN ({ON_CASE.format(cases="(SELECT DISTINCT case_id FROM open)")}) p ON p.case_id = o.case_id
        AND p.role IN ('counselor', 'social_worker', 'administrator', 'liaison') AND p.person_id <> o.person_id
    UNION SELECT o.id, o.case_id, o.school_id, o.due, v.person_id, o.level
    FROM open o JOIN ({OVERSEERS.format(cases="open")}) v ON v.case_id = o.case_id AND v.person_id <> o.person_id
"""

#: By name, what each minute's sweep asks; each only where the probe finds something that could be said.
EACH_MINUTE = {
    "concern": _select("concern", CONCERNS, send_after=AT_ONCE),
    "concern_late": _select("concern_late", LATE_CONCERNS, send_after=AFTER_THE_NIGHT),
    "addition": _select("addition", _ADDITIONS, send_after=AT_ONCE),
    "request": _select("request", _REQUESTS, send_after=AT_ONCE),
    "report": _select("report", f"{DUTIES} UNION ALL SELECT * FROM ({_REPORTS}) parts", send_after=AT_ONCE),
    "report_unmade": _select("report_unmade", UNMADE, send_after=AT_ONCE),
    "report_late": _select("report_late", LATE_DUTIES, send_after=AT_ONCE),
    "alert": _select("alert", _ALERTS, send_after=AT_ONCE),
    "emergency": _select("emergency", _EMERGENCIES, send_after=AT_ONCE),
    "emergency_beside": _select("emergency_beside", EMERGENCY_BESIDE, send_after=AT_ONCE),
    "transfer": _select("transfer", TRANSFERS, send_after=AFTER_THE_NIGHT),
    "records": _select("records", RECORDS, send_after=AFTER_THE_NIGHT),
    "undelivered": UNDELIVERED,
}
#: What goes by the morning and looks through all open cases: a few times an hour is enough.
NOW_AND_THEN = (
    _select("nobody", _NOBODYS, send_after=AFTER_THE_NIGHT),
    _select("nobody_answers", NOBODY_ANSWERS, send_after=AFTER_THE_NIGHT),
    _select("uncovered", _UNCOVERED, send_after=AFTER_THE_NIGHT),
    _select("break", _BREAKS, send_after=AFTER_THE_NIGHT),
    _select("left", LEFT, send_after=AFTER_THE_NIGHT),
    _select("elsewhere", _ELSEWHERE, send_after=AFTER_THE_NIGHT),
    _select("second_case", _SECOND, send_after=AFTER_THE_NIGHT),
    _select("of_age", _OF_AGE, send_after=AFTER_THE_NIGHT),
    _select("parent_hold", HOLDS, send_after=AFTER_THE_NIGHT),
)
#: Whether there is anything to ask about at all: one statement over small indexes.
PROBE = """
SELECT
    EXISTS (SELECT FROM cases_checkin WHERE state = 'waiting' AND remind_at <= %(at)s) AS check_in,
    EXISTS (SELECT FROM cases_concern WHERE status = 'received' AND accepted_at IS NULL) AS concern,
    EXISTS (SELECT FROM cases_concern WHERE status = 'received' AND accepted_at IS NOT NULL) AS taken,
    EXISTS (
        SELECT FROM cases_concern WHERE status = 'received' AND accepted_at IS NOT NULL AND climbs_at <= %(at)s
    ) AS concern_late,
    EXISTS (SELECT FROM cases_concern WHERE status = 'attached' AND accepted_at IS NULL) AS addition,
    EXISTS (SELECT FROM cases_srorequest WHERE answer = '') AS request,
    EXISTS (SELECT FROM cases_steppart WHERE kind = 'report' AND outcome IN ('', 'unable'))
        OR EXISTS (SELECT FROM cases_reportduty WHERE ended_at IS NULL) AS report,
    EXISTS (
        SELECT FROM cases_reportduty WHERE ended_at IS NULL AND learned_at <= %(at)s - %(prompt_after)s
    ) AS report_unmade,
    EXISTS (SELECT FROM cases_reportduty WHERE ended_at IS NULL) AS report_late,
    EXISTS (SELECT FROM cases_alert WHERE ended_at IS NULL) AS alert,
    EXISTS (SELECT FROM cases_emergencyaccess WHERE reviewed_at IS NULL) AS emergency,
    EXISTS (SELECT FROM cases_emergencyaccess WHERE reviewed_at IS NULL) AS emergency_beside,
    EXISTS (SELECT FROM cases_transfer WHERE state = 'open') AS transfer,
    EXISTS (SELECT FROM cases_recordsrequest WHERE closed_at IS NULL) AS records,
    EXISTS (SELECT FROM delivery_message WHERE state = 'failed' AND failed_at > %(at)s - interval '7 days')
        OR EXISTS (
            SELECT FROM delivery_message
            WHERE state = 'waiting' AND attempts > 0 AND send_after <= %(at)s - %(to_cover)s) AS undelivered,
    EXISTS (SELECT FROM delivery_heartbeat WHERE part = 'cases' AND at > %(at)s - %(pause)s AND at <= %(at)s) AS looked
"""
