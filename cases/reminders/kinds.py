"""The kinds of message about cases, and whether one is still wanted: the rows are read just before sending."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases.reminders import duties
from cases.reminders.beside import BESIDE_WANTED
from cases.reminders.holds import HOLDS_WANTED
from cases.reminders.left import LEFT_ROWS
from cases.reminders.people import COVERS, FIRST_TO_ANSWER, OF_CONCERN, ON_CASE, OVERSEERS, STAFF, UNCOVERED
from cases.reminders.records import RECORDS_WANTED
from cases.reminders.transfers import STILL_WAITS
from cases.schedule import TAKEN_FOR
from csec.delivery.kinds import Kind, register
from csec.delivery.models import Message

NEEDS_YOU = _("A task needs you.")
NEEDS_YOU_NOW = _("A task needs you now.")

_IDS = """
    SELECT id, subject, kind, case_id, due, recipient_id, level, created_at
    FROM delivery_message WHERE id = ANY (%(ids)s)
"""
#: Whoever may open the case: off it, or excluded from it, nobody is written to.
_ON_IT = f"""(
    EXISTS (SELECT FROM ({ON_CASE.format(cases="of_messages")}) o
        WHERE o.case_id = m.case_id AND o.person_id = m.recipient_id)
    OR EXISTS (SELECT FROM ({FIRST_TO_ANSWER.format(cases="of_messages")}) v
        WHERE v.case_id = m.case_id AND v.person_id = m.recipient_id)
)"""
#: The same for what has climbed so far that the case asks for the district.
_MAY_OPEN = f"""({_ON_IT} OR EXISTS (
    SELECT FROM ({OVERSEERS.format(cases="of_messages")}) v
    WHERE v.case_id = m.case_id AND v.person_id = m.recipient_id))"""


def _climbed(level: int) -> str:
    """Whoever may open the case when the message has reached that level, and before."""
    return f"(CASE WHEN m.level %% 1000 >= {level} THEN {_MAY_OPEN} ELSE {_ON_IT} END)"


_REQUESTS = """(
    SELECT q.id, q.case_id, c.school_id, q.officer_id FROM cases_srorequest q JOIN cases_case c ON c.id = q.case_id
    WHERE q.id = m.subject)"""
_OPEN = "EXISTS (SELECT FROM cases_case c WHERE c.id = m.case_id AND c.status = 'open')"
#: Whoever covers the officer who was asked in does not see the case: they read who asks, and can be asked instead.
_COVERS_THE_OFFICER = f"""EXISTS (
    SELECT FROM ({COVERS.format(requests=_REQUESTS)}) v
    WHERE v.request_id = m.subject AND v.person_id = m.recipient_id)"""
#: After days without a mail server a person gets the last message alone.
_LATEST = """NOT EXISTS (
    SELECT FROM delivery_message l
    WHERE l.subject = m.subject AND l.kind = m.kind AND l.due = m.due AND l.recipient_id = m.recipient_id
        AND l.level > m.level AND l.level < 1000)"""
#: What is said because another's message does not arrive, while it does not.
_STILL_STUCK = """(m.level < 1000 OR EXISTS (
    SELECT FROM delivery_message o
    WHERE o.subject = m.subject AND o.kind = m.kind AND o.due = m.due AND o.level = m.level %% 1000
        AND (o.state = 'failed' OR o.state = 'waiting' AND o.attempts > 0)))"""

_WANTED = {
    "check_in": f"""{_OPEN} AND {_climbed(4)} AND EXISTS (
        SELECT FROM cases_checkin k WHERE k.id = m.subject AND k.state = 'waiting' AND k.due_at = m.due)
        AND {_LATEST}""",
    "concern": f"""EXISTS (
        SELECT FROM cases_concern k JOIN ({OF_CONCERN.format(concerns="of_messages")}) p
            ON p.concern_id = k.id AND p.person_id = m.recipient_id
        WHERE k.id = m.subject AND k.status = 'received' AND k.accepted_at IS NULL AND k.asked_at = m.due)""",
    "concern_late": f"""EXISTS (
        SELECT FROM cases_concern k JOIN ({OF_CONCERN.format(concerns="of_messages")}) p
            ON p.concern_id = k.id AND p.person_id = m.recipient_id
        WHERE k.id = m.subject AND k.status = 'received' AND k.accepted_at IS NOT NULL AND k.climbs_at = m.due)
        AND {_LATEST}""",
    "addition": f"""{_climbed(1)} AND EXISTS (
        SELECT FROM cases_concern k WHERE k.id = m.subject AND k.status = 'attached' AND k.case_id = m.case_id
            AND k.accepted_at IS NULL AND k.asked_at = m.due)""",
    "request": f"""{_OPEN} AND ({_MAY_OPEN} OR {_COVERS_THE_OFFICER}) AND EXISTS (
        SELECT FROM cases_srorequest q JOIN cases_steppart t ON t.id = q.part_id
            JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
        WHERE q.id = m.subject AND q.answer = '')""",
    # A duty to report outlives a case that was voided or handed over, and the place of its person in it.
    "report": f"""({duties.WANTED["report"]} OR {_climbed(2)} AND EXISTS (
        SELECT FROM cases_steppart t JOIN cases_trackrun n ON n.id = t.run_id AND n.ended_at IS NULL
        WHERE t.id = m.subject AND t.outcome IN ('', 'unable') AND coalesce(t.asked_at, t.due_at) = m.due
            AND NOT EXISTS (SELECT FROM cases_reportduty d WHERE d.case_id = t.case_id AND d.ended_at IS NULL)))""",
    "report_unmade": duties.WANTED["report_unmade"],
    # In no case it is about a concern, which whoever answers for the school holds.
    "report_late": f"""{duties.WANTED["report_late"]} AND (m.case_id IS NULL OR {_MAY_OPEN}) AND {_LATEST}""",
    "alert": f"""{_OPEN} AND {_MAY_OPEN} AND EXISTS (
        SELECT FROM cases_alert a WHERE a.id = m.subject AND a.ended_at IS NULL
            AND (a.taken_at IS NULL OR a.taken_at < %(at)s - %(taken_for)s))""",
    "emergency": f"""{_MAY_OPEN} AND EXISTS (
        SELECT FROM cases_emergencyaccess e WHERE e.id = m.subject AND e.reviewed_at IS NULL)""",
    **BESIDE_WANTED,
    "transfer": f"""({STILL_WAITS} OR m.level >= 1000 AND {_OPEN} AND {_MAY_OPEN}) AND {_LATEST}""",
    "records": f"{RECORDS_WANTED} AND {_LATEST}",
    "parent_hold": f"{HOLDS_WANTED} AND (m.case_id IS NULL OR {_ON_IT}) AND {_LATEST}",
    "nobody": f"""{_OPEN} AND {_MAY_OPEN} AND NOT EXISTS (
        SELECT FROM ({ON_CASE.format(cases="of_messages")}) o
        WHERE o.case_id = m.case_id AND o.role IN ('counselor', 'social_worker'))""",
    "left": f"""{_OPEN} AND {_MAY_OPEN} AND EXISTS (
        SELECT FROM ({LEFT_ROWS}) l WHERE l.case_id = m.case_id AND l.subject = m.subject)""",
    "elsewhere": f"""{_OPEN} AND {_MAY_OPEN} AND EXISTS (
        SELECT FROM moved_cases() v WHERE v.case_id = m.case_id)""",
    "second_case": f"""{_OPEN} AND {_MAY_OPEN} AND EXISTS (
        SELECT FROM cases_beside() v WHERE v.case_id = m.case_id)""",
    # The liaison reads that in the list of all schools.
    "uncovered": f"""{_OPEN} AND {_MAY_OPEN} AND EXISTS (
        SELECT FROM cases_checkinplan l JOIN cases_case c ON c.id = l.case_id
        WHERE l.case_id = m.case_id AND l.ended_at IS NULL AND {UNCOVERED})""",
    "of_age": f"""{_OPEN} AND {_ON_IT} AND EXISTS (
        SELECT FROM cases_of_age(%(at)s) g WHERE g.case_id = m.case_id AND g.due = m.due)""",
    "break": f"""{_OPEN} AND {_ON_IT} AND EXISTS (
        SELECT FROM cases_checkinplan l JOIN cases_case c ON c.id = l.case_id
            JOIN directory_school s ON s.id = c.school_id
        WHERE l.id = m.subject AND l.ended_at IS NULL AND NOT EXISTS (
            SELECT FROM cases_breakplan b WHERE b.case_id = l.case_id AND b.replaced_at IS NULL
                AND (m.due AT TIME ZONE s.time_zone)::date BETWEEN b.first_day AND b.last_day
                AND b.set_at >= m.created_at))""",
}
URGENT = frozenset(
    {
        *("concern", "addition", "request", "report", "report_unmade", "report_late", "alert", "emergency"),
        "emergency_beside",
    }
)


def _still_wanted(kind: str) -> Callable[[Sequence[Message], datetime], set[UUID]]:
    sql = f"""
        WITH {STAFF}, m AS MATERIALIZED ({_IDS}),
        of_messages AS (SELECT DISTINCT case_id, subject AS concern_id FROM m)
        SELECT m.id FROM m WHERE {_WANTED[kind]} AND {_STILL_STUCK}
    """

    def still_wanted(messages: Sequence[Message], at: datetime) -> set[UUID]:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"at": at, "taken_for": TAKEN_FOR}
            cursor.execute(sql, values | {"ids": [message.id for message in messages]})
            return {row[0] for row in cursor.fetchall()}

    return still_wanted


def register_kinds() -> None:
    """Make the kinds known to the senders; called once, when the application starts."""
    for name in _WANTED:
        urgent = name in URGENT
        register(Kind(name, NEEDS_YOU_NOW if urgent else NEEDS_YOU, urgent, _still_wanted(name)))
