"""
What was found and told to its reader, for their first screen: in the log, and of the requests for records. And for the
liaison whether the installation's keys could be found again.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Now

from cases.models import RecordsRequest
from cases.reading.when import own_zone
from csec.accounts.models import Membership, User
from csec.accounts.roles import OVERSEERS, Role
from csec.delivery.models import Message
from csec.directory.models import School

#: So long what was found in the log stays on the first screen.
SHOWN_FOR = timedelta(days=7)
ROLE_GIVEN = "role_given"
#: What was found in the log; and what is told of no case until it is seen to: each once, the latest day of what is said
#: again each day.
IN_THE_LOG = ("many_opened", "log_unsealed", "log_contradicted", ROLE_GIVEN)
OF_NO_CASE = ("emergency_beside", "nobody_answers")
#: What the liaison is told of a request for records, which is counsel's to answer.
LATE, NOT_NAMED = "records_late", "records_not_named"
#: Only counsel has said which student is meant: somebody else names them as well before anything is shown for it.
OWN_WORD = "records_own_word"
#: A hold on contact with parents that counsel has not ended for some school days, and how long that is said.
HOLD, HOLD_SHOWN_FOR = "parent_hold", timedelta(days=14)
#: A report that is late about a concern in no case.
REPORT_LATE = "report_late"
#: No recovery key was made, or it was not written down by both.
NO_WAY_BACK = "no_recovery_key"
#: The district's zone, for whoever has no school of their own: that of its first. It comes along with what is found.
_FIRST = Coalesce(
    Subquery(School.objects.filter(drill__isnull=True).order_by("name", "id").values("time_zone")[:1]),
    Value(settings.TIME_ZONE),
)
_NO_DAY = Cast(Value(None), DateField())


@dataclass(frozen=True)
class Found:
    """
    Somebody opened very many cases (`who`), or the log was not sealed, or was not the one that was anchored; in the
    hour that begins at `at`. A role that answers for cases was given to `who`, all of one day together. A case, which
    the reader need not see, was opened in an emergency or has nobody, and those who would be told are too few.

    Or a request for records (`subject`) that was logged at `at` is late, or names no student of the roster, or one by
    counsel's word alone; or contact with parents is frozen since `at`, in a case that the reader need not see. Or a
    report is late about a concern that was recorded at `at`, at the school that `who` names.
    """

    kind: str
    at: datetime
    who: str
    subject: UUID
    #: Of the school that it is about; of what is about none, or not to be known by it, the reader's own.
    zone: ZoneInfo


@dataclass(frozen=True)
class Watched:
    """What there is to look into, the latest first; and whether the liaison is to see to a recovery key."""

    found: list[Found]
    no_recovery_key: bool = False


def watched(reader: User, at: datetime) -> Watched:
    """Of a message that was withdrawn nothing is left to say."""
    if not reader.roles & (OVERSEERS | {Role.COUNSEL}):
        return Watched([])
    liaison = Role.LIAISON in reader.roles
    here = _FIRST if liaison else Value(own_zone(reader).key)
    said = (
        Message.objects.filter(
            Q(kind__in=IN_THE_LOG, due__gt=at - SHOWN_FOR)
            | Q(kind__in=OF_NO_CASE, subject__in=RawSQL("SELECT beside_standing()", [])),
            recipient=reader,
        )
        .exclude(state=Message.State.WITHDRAWN)
        .annotate(
            last_day=_NO_DAY,
            zone=here,
            who=Coalesce(
                Subquery(User.objects.filter(pk=OuterRef("subject")).values("name")),
                Subquery(Membership.objects.filter(pk=OuterRef("subject")).values("person__name")),
                Value(""),
            ),
        )
        .values_list("kind", "due", "subject", "last_day", "zone", "who")
        .order_by()
    )
    # In one statement with what was found in the log: the first screen asks no more often for it.
    more = [_reports_late(reader)] if reader.roles & OVERSEERS else []
    if liaison:
        more += [_requests(), _holds(reader, at), _no_way_back(reader)]
    rows = list(said.union(*more, all=True) if more else said)
    found = [
        Found(kind, moment, who, subject, ZoneInfo(zone))
        for kind, moment, subject, last_day, zone, who in rows
        if kind not in (NO_WAY_BACK, REPORT_LATE)
        and (kind != LATE or last_day < at.astimezone(ZoneInfo(zone)).date())
    ]
    latest = {(one.kind, one.subject): one.at for one in sorted(found, key=lambda one: one.at)}
    shown = {one for one in found if one.kind not in OF_NO_CASE or latest[one.kind, one.subject] == one.at}
    for kind, *_rest, who in rows:
        if kind == REPORT_LATE:
            shown |= _each_late(who)
    latest_first = sorted(_by_day(shown), key=lambda one: (-one.at.timestamp(), one.subject))
    return Watched(latest_first, any(kind == NO_WAY_BACK for kind, *_rest in rows))


def _reports_late(reader: User) -> Any:
    """
    A row of the reader's own with all that PostgreSQL finds for whoever answers for a school, as JSON, in `who`.

    They may not open the concern, and do not learn whose report it is.
    """
    return (
        User.objects.filter(pk=reader.pk)
        .annotate(
            kind=Value(REPORT_LATE),
            moment=Now(),
            last_day=_NO_DAY,
            zone=Value(settings.TIME_ZONE),
            who=RawSQL(
                "coalesce((SELECT json_agg(r)::text FROM reports_late_outside() r), '[]')", [], CharField()
            ),
        )
        .values_list("kind", "moment", "pk", "last_day", "zone", "who")
        .order_by()
    )


def _each_late(rows: str) -> set[Found]:
    return {
        Found(
            REPORT_LATE,
            datetime.fromisoformat(row["logged_at"]),
            row["school"],
            UUID(row["concern_id"]),
            ZoneInfo(row["zone"]),
        )
        for row in json.loads(rows)
    }


def _by_day(found: set[Found]) -> list[Found]:
    """The roles that were given on one day as one, by the latest of them; whom the reader does not see, apart."""
    days: dict[tuple[date, bool], list[Found]] = {}
    for one in found:
        if one.kind == ROLE_GIVEN:
            days.setdefault((one.at.astimezone(one.zone).date(), bool(one.who)), []).append(one)
    together = [
        replace(
            max(given, key=lambda one: (one.at, one.subject)),
            who=", ".join(sorted({one.who for one in given})),
        )
        for given in days.values()
    ]
    return [*together, *(one for one in found if one.kind != ROLE_GIVEN)]


def _holds(reader: User, at: datetime) -> Any:
    """The holds of which the reader was written to about no case, and which stand; in the same columns."""
    told = Message.objects.filter(
        recipient=reader, kind=HOLD, case_id__isnull=True, due__gt=at - HOLD_SHOWN_FOR
    )
    standing = RawSQL("SELECT holds_standing()", [])
    return (
        told.filter(subject__in=standing)
        .annotate(last_day=_NO_DAY, zone=_FIRST, who=Value(""))
        .values_list("kind", "due", "subject", "last_day", "zone", "who")
        .order_by()
        .distinct()
    )


def _no_way_back(reader: User) -> Any:
    """A row of the reader's own while there is no recovery key; not in the demo, which is invented, nor in a drill."""
    asked = Q(pk=reader.pk, drill__isnull=True) & ~Q(RawSQL("recovery_key_is_made()", [], BooleanField()))
    own = User.objects.none() if settings.DEMO else User.objects.filter(asked)
    return (
        own.annotate(
            kind=Value(NO_WAY_BACK),
            moment=Now(),
            last_day=_NO_DAY,
            zone=Value(settings.TIME_ZONE),
            who=Value(""),
        )
        .values_list("kind", "moment", "pk", "last_day", "zone", "who")
        .order_by()
    )


def _requests() -> Any:
    """The requests without an answer, in the columns of the messages; row-level security shows them to the liaison."""
    of_counsel = Membership.objects.current().filter(person=OuterRef("student_by"), role=Role.COUNSEL)
    return (
        RecordsRequest.objects.open()
        .annotate(
            kind=Case(
                When(student__isnull=True, then=Value(NOT_NAMED)),
                When(Exists(of_counsel), then=Value(OWN_WORD)),
                default=Value(LATE),
                output_field=CharField(),
            ),
            zone=F("school__time_zone"),
            who=Value(""),
        )
        .values_list("kind", "logged_at", "pk", "due_on", "zone", "who")
        .order_by()
    )
