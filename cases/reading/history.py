"""The history of the reminders: what was due, sent, failed, climbed, and who saw to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Alert, Case, CheckIn, Concern, SroRequest
from cases.reading.pages import Page, page_of
from cases.reading.when import own_zone
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.models import Message, MessageQuerySet

SIZE = 50
#: Over so many days the liaison's first screen counts the messages that reached nobody.
COUNTED = timedelta(days=7)
#: Whether a message is about what is kept from its reader by now, as PostgreSQL's own rule asks it.
_KEPT = Func(F("case_id"), F("subject"), function="kept_from_me", output_field=BooleanField())

#: What a message was about.
ABOUT: dict[str, Words] = {
    "check_in": _("Check-in"),
    "concern": _("New concern"),
    "concern_late": _("A concern that waits to be dealt with"),
    "addition": _("Added to a concern"),
    "request": _("The SRO was asked in"),
    "report": _("Report to Child Welfare Services"),
    "report_unmade": _("Your own report is not recorded yet"),
    "report_late": _("A duty to report is late, or nobody is there"),
    "alert": _("The student is not safe, or missing"),
    "nobody": _("Nobody carries the case"),
    "uncovered": _("Check-ins without a person or a cover"),
    "left": _("Left, or away, with nobody in their place"),
    "elsewhere": _("The student left or changed school"),
    "second_case": _("Two open cases of one student"),
    "break": _("A break without a plan"),
    "of_age": _("A student who is 18 now"),
    "parent_hold": _("Contact with parents is frozen"),
    "emergency": _("Opened in an emergency"),
    "transfer": _("A transfer that waits"),
    "records": _("A request for records"),
    "many_opened": _("Very many cases opened at once"),
    "log_unsealed": _("The log without a seal"),
    "log_contradicted": _("The log is not the one that was anchored"),
    "role_given": _("A role that answers for cases was given"),
    "emergency_beside": _("Opened in an emergency, and too few to tell"),
    "nobody_answers": _("A case that nobody carries or answers for"),
}
_CHECK_IN = (
    _("before"),
    _("on the day"),
    _("late"),
    _("to the cover"),
    _("to those who answer for the case"),
)


@dataclass
class Line:
    """One message: what about, to whom, how far it had climbed, and what became of it."""

    message: Message
    case: Case | None
    seen_to: tuple[str, datetime] | None
    #: Of the school of what it is about, as far as the reader sees that; else of their own.
    zone: tzinfo

    @property
    def about(self) -> Words:
        return ABOUT.get(self.message.kind, self.message.kind)

    @property
    def step(self) -> Words:
        level = self.message.level
        if level >= 1000:
            return _("escalated, because a message did not arrive")
        if self.message.kind == "check_in":
            return _CHECK_IN[level] if level < len(_CHECK_IN) else _("each day until the student was seen")
        return _("escalated") if level else _("first message")

    @property
    def ended_at(self) -> datetime | None:
        return self.message.sent_at or self.message.failed_at or self.message.withdrawn_at

    @property
    def state(self) -> str:
        """For its icon."""
        return {"sent": "done", "failed": "late", "withdrawn": "not_needed"}.get(
            self.message.state, "waiting"
        )


def history(
    reader: User, *, page: str | None, case: Case | None = None, unreached: bool = False
) -> Page[Line]:
    """A page of the messages about one case, or about all that the reader may open and to the reader."""
    seen = _cases_of(reader)
    rows = _read_by(reader, seen, case).select_related("recipient").order_by("-send_after", "id")
    found = page_of(rows.failed() if unreached else rows, page, size=SIZE)
    return Page(_lines(found.rows, seen, reader), found.number, found.has_next)


def reached_nobody(reader: User, at: datetime) -> int:
    """How many messages of the latest days never arrived, of those that their history shows; for the liaison alone."""
    if Role.LIAISON not in reader.roles or reader.drill_id:
        return 0
    return _read_by(reader, _cases_of(reader)).failed().filter(failed_at__gt=at - COUNTED).count()


def _cases_of(reader: User) -> Any:
    """Not the officer's: who else is written to about a case is not theirs to know."""
    return Case.objects.visible_to(reader).filter(~Q(my_role=Role.SRO))


def _read_by(reader: User, seen: Any, case: Case | None = None) -> MessageQuerySet:
    """The messages about one case, or about all that the reader may open and to the reader."""
    # What was said to somebody before a case, or a concern, was kept from them is no longer there for them.
    own = Q(recipient=reader) & ~Q(_KEPT)
    # Its author is not told of what they added: whom else it was said to would tell who that is.
    rows = Message.objects.filter(own | ~Q(kind="addition"))
    if case:
        return rows.filter(own | Q(case_id__in=seen.values("pk")), case_id=case.pk)
    concerns = Concern.objects.visible_to(reader).held_by(reader)
    of_no_case = Q(case_id__isnull=True, subject__in=concerns.values("pk"))
    return rows.filter(own | Q(case_id__in=seen.values("pk")) | of_no_case)


def _lines(messages: Sequence[Message], seen: Any, reader: User) -> list[Line]:
    subjects = {message.subject for message in messages}
    of_cases = seen.filter(pk__in={message.case_id for message in messages if message.case_id})
    cases = {case.pk: case for case in of_cases.select_related("school")}
    zones: dict[UUID | None, tzinfo] = {pk: case.zone for pk, case in cases.items()}
    taken: dict[UUID, tuple[str, datetime]] = {}
    concerns = Concern.objects.visible_to(reader).filter(pk__in=subjects)
    for concern in concerns.select_related("accepted_by", "school"):
        zones[concern.pk] = concern.zone
        # Whoever wrote it, and holds it no more, is not to learn what becomes of it.
        told = concern.case_role or permissions.can_match_concern(reader, concern)
        if told and concern.accepted_by and concern.accepted_at:
            taken[concern.pk] = (concern.accepted_by.name, concern.accepted_at)
    requests = SroRequest.objects.filter(
        pk__in=subjects, answer__in=[SroRequest.Answer.ACCEPTED, SroRequest.Answer.DECLINED]
    )
    for request in requests.select_related("officer"):
        if request.answered_at:
            taken[request.pk] = (request.officer.name, request.answered_at)
    for model in (CheckIn, Alert):
        rows = model.objects.filter(pk__in=subjects, taken_at__isnull=False).select_related("taken_by")
        for row in rows:
            if row.taken_by and row.taken_at:
                taken[row.pk] = (row.taken_by.name, row.taken_at)
    met = CheckIn.objects.filter(pk__in=subjects, entry__actor__isnull=False).select_related("entry__actor")
    for row in met:
        if row.entry and row.entry.actor:
            taken[row.pk] = (row.entry.actor.name, row.entry.recorded_at)
    own = own_zone(reader)
    return [
        Line(
            message,
            cases.get(message.case_id),
            taken.get(message.subject),
            zones.get(message.case_id) or zones.get(message.subject) or own,
        )
        for message in messages
    ]
