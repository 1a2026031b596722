"""
The sweep over what is told beside those who carry or answer for a case, where they are too few.

Of an emergency access two people are told. Of a case, or a concern that waits, that nobody has who is there today, and
that is kept from all who would answer for it, somebody is. Legal counsel comes first, then those who answer for other
schools: no case stands on the message. Where it does not reach one of them, the next is told.
"""

from cases.reminders.people import EACH_DAY, OF_CONCERN, STAFF, TODAY

#: A case of which the school's own people, the carriers, are gone.
UNCARRIED = """
    c.status = 'open' AND NOT EXISTS (
        SELECT FROM cases_caseperson p
        JOIN staff f ON f.person_id = p.person_id AND f.role = p.role
        WHERE p.case_id = c.id AND f.school_id = c.school_id AND p.role IN ('counselor', 'social_worker')
            AND NOT p.excluded AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s))
"""
_WAITING = "(SELECT id AS concern_id FROM cases_concern WHERE status = 'received')"
#: What nobody would look after today: a case of which no carrier is there, also where one is away and comes back; and a
#: concern that waits of which neither its receiver nor its backup is, nor anybody answers for it. After `staff`.
UNATTENDED = f"""
    SELECT c.id, c.school_id FROM cases_case c
    WHERE c.status = 'open' AND NOT EXISTS (
        SELECT FROM cases_caseperson p
        JOIN staff f ON f.person_id = p.person_id AND f.role = p.role AND f.there
        WHERE p.case_id = c.id AND f.school_id = c.school_id AND p.role IN ('counselor', 'social_worker')
            AND NOT p.excluded AND p.since <= %(at)s AND (p.until IS NULL OR p.until > %(at)s))
    UNION ALL
    SELECT k.id, k.school_id FROM cases_concern k
    WHERE k.status = 'received' AND k.id NOT IN (
        SELECT n.concern_id FROM ({OF_CONCERN.format(concerns=_WAITING)}) n WHERE n.there OR n.named = 3)
"""
#: Whom a message of that subject does not reach: the mail server has refused it for a while, or for good.
_UNREACHED = """ARRAY(
    SELECT u.recipient_id FROM delivery_message u
    WHERE u.subject = {subject} AND u.kind = '{kind}' AND (
        u.state = 'failed' AND u.failed_at > %(at)s - interval '7 days'
        OR u.state = 'waiting' AND u.attempts > 0 AND u.send_after <= %(at)s - %(to_cover)s))"""
_OF_EMERGENCY = _UNREACHED.format(subject="e.id", kind="emergency_beside")
_OF_NOBODY = _UNREACHED.format(subject="w.id", kind="nobody_answers")
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
    WITH {STAFF}, waits AS MATERIALIZED ({UNATTENDED})
    SELECT w.id AS subject, NULL::uuid AS case_id, w.school_id, {_MORNING} AS due, t.person_id AS recipient, 0 AS level
    FROM waits w JOIN directory_school s ON s.id = w.school_id
    CROSS JOIN LATERAL told_beside(w.id, NULL, 1, {_OF_NOBODY}, %(at)s) AS t (person_id)
    WHERE extract(isodow FROM {TODAY}) < 6 AND %(at)s >= {_MORNING}
"""
#: Whether there is one of which nobody at all can be told.
NOBODY_TO_TELL = f"""
    WITH {STAFF}, waits AS MATERIALIZED ({UNATTENDED})
    SELECT EXISTS (
        SELECT FROM waits w
        WHERE NOT EXISTS (
            SELECT FROM told_of_case(w.id, NULL, %(at)s) t WHERE t.there
            UNION ALL SELECT FROM told_of_concern(w.id, %(at)s) t WHERE t.there))
"""
#: Of each kind whether a message is still wanted; also of one that was refused so far, and is told to another as well.
BESIDE_WANTED = {
    "emergency_beside": """EXISTS (
        SELECT FROM cases_emergencyaccess e
        WHERE e.id = m.subject AND e.reviewed_at IS NULL
            AND beside_may_be_told(e.case_id, e.person_id, 2, %(at)s, m.recipient_id))""",
    "nobody_answers": """beside_may_be_told(m.subject, NULL, 1, %(at)s, m.recipient_id) AND (
        EXISTS (SELECT FROM cases_case c WHERE c.id = m.subject AND c.status = 'open')
        OR EXISTS (SELECT FROM cases_concern k WHERE k.id = m.subject AND k.status = 'received'))""",
}
