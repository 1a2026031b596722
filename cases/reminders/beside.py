"""
The sweep over what is told beside those who carry or answer for a case, where they are too few.

Of an emergency access two people are told. Of a case that nobody carries, and that is kept from all who would answer
for it, somebody is. Legal counsel comes first, then those who answer for other schools: no case stands on the message.
Where it does not reach one of them, the next is told.
"""

from cases.reminders.people import EACH_DAY, STAFF, TODAY

#: A case of which the school's own people, the carriers, are gone.
UNCARRIED = """
    c.status = 'open' AND NOT EXISTS (
        SELECT FROM cases_caseperson p
        JOIN staff f ON f.person_id = p.person_id AND f.role = p.role
        WHERE p.case_id = c.id AND f.school_id = c.school_id AND p.role IN ('counselor', 'social_worker')
            AND NOT p.excluded AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s))
"""
#: Whom a message of that subject does not reach: the mail server has refused it for a while, or for good.
_UNREACHED = """ARRAY(
    SELECT u.recipient_id FROM delivery_message u
    WHERE u.subject = {subject} AND u.kind = '{kind}' AND (
        u.state = 'failed' AND u.failed_at > %(at)s - interval '7 days'
        OR u.state = 'waiting' AND u.attempts > 0 AND u.send_after <= %(at)s - %(to_cover)s))"""
_OF_EMERGENCY = _UNREACHED.format(subject="e.id", kind="emergency_beside")
_OF_NOBODY = _UNREACHED.format(subject="c.id", kind="nobody_answers")
#: At once, and each day once it should have been looked at.
EMERGENCY_BESIDE = f"""
    SELECT e.id AS subject, NULL::uuid AS case_id, c.school_id, e.begun_at AS due, t.person_id AS recipient,
        CASE WHEN %(at)s < e.review_by THEN 0 ELSE 1 + {EACH_DAY.format(since="e.review_by")} END AS level
    FROM cases_emergencyaccess e JOIN cases_case c ON c.id = e.case_id
    CROSS JOIN LATERAL told_beside(e.case_id, e.person_id, 2, {_OF_EMERGENCY}, %(at)s) AS t (person_id)
    WHERE e.reviewed_at IS NULL
"""
_MORNING = f"({TODAY} + time '08:00') AT TIME ZONE s.time_zone"
#: Each morning of a school day.
NOBODY_ANSWERS = f"""
    WITH {STAFF}
    SELECT c.id AS subject, NULL::uuid AS case_id, c.school_id, {_MORNING} AS due, t.person_id AS recipient, 0 AS level
    FROM cases_case c JOIN directory_school s ON s.id = c.school_id
    CROSS JOIN LATERAL told_beside(c.id, NULL, 1, {_OF_NOBODY}, %(at)s) AS t (person_id)
    WHERE extract(isodow FROM {TODAY}) < 6 AND %(at)s >= {_MORNING} AND {UNCARRIED}
"""
#: Whether there is one of which nobody at all can be told.
NOBODY_TO_TELL = f"""
    WITH {STAFF}
    SELECT EXISTS (
        SELECT FROM cases_case c
        WHERE {UNCARRIED} AND NOT EXISTS (SELECT FROM told_of_case(c.id, NULL, %(at)s)))
"""
#: Of each kind whether a message is still wanted; also of one that was refused so far, and is told to another as well.
BESIDE_WANTED = {
    "emergency_beside": """EXISTS (
        SELECT FROM cases_emergencyaccess e
        WHERE e.id = m.subject AND e.reviewed_at IS NULL
            AND beside_may_be_told(e.case_id, e.person_id, 2, %(at)s, m.recipient_id))""",
    "nobody_answers": f"""EXISTS (
        SELECT FROM cases_case c
        WHERE c.id = m.subject AND beside_may_be_told(c.id, NULL, 1, %(at)s, m.recipient_id) AND {UNCARRIED})""",
}
