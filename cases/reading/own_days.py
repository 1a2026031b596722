"""What a row of a first screen says beside the name of a case: the day that its list is about, and how far that is."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case as Choice
from django.db.models import Max, Min, OuterRef, Subquery, When
from django.utils.translation import gettext as _

from cases.ages import of_age_on
from cases.models import Case, CaseReview, ParentHold, Release, StepPart
from cases.reading.asked import Asked
from cases.reading.clocks import days_away
from cases.reading.queues import Queue
from cases.reading.when import day_said, due_on
from cases.text import Words
from csec.accounts.models import User

#: The lists whose day is one by which something is done.
_DUE = frozenset({"uncovered", "safety"})


def from_their_rows(queues: Mapping[str, Queue[UUID]], reader: User) -> dict[str, Any]:
    """
    The days that stand in rows of their own, each with a case as `day_of_` its list: so that it is no query of its own.

    It is asked of the cases of that list alone.
    """

    def one(rows: Any, day: Any) -> Subquery:
        return Subquery(
            rows.filter(case=OuterRef("pk")).order_by().values("case").annotate(d=day).values("d")
        )

    days = {
        "held": one(ParentHold.objects.filter(ended_at__isnull=True), Min("begun_at")),
        "unread": one(Release.objects.exclude(by=reader).unread(), Min("recorded_at")),
        "idle": one(StepPart.objects.all(), Max("outcome_at")),
        "unreviewed": one(CaseReview.objects.all(), Max("at")),
    }
    return {
        f"day_of_{name}": Choice(
            When(pk__in=queues[name].shown, then=day), output_field=models.DateTimeField(null=True)
        )
        for name, day in days.items()
        if queues[name].shown
    }


def said(name: str, case: Case, asked: Asked) -> Words:
    """Of a case in the list `name`; where no day is known that is the list's own, when the case was opened."""
    day = _day(name, case, asked)
    if day is None:
        return opened(case, asked.at)
    today = asked.at.astimezone(case.zone).date()
    if name in _DUE:
        return due_on(day, today)
    return _words(name, day, today) % {"when": day_said(day, today), "away": days_away(day, today)}


def opened(case: Case, at: datetime) -> Words:
    day, today = (moment.astimezone(case.zone).date() for moment in (case.opened_at, at))
    words = _("opened %(when)s (%(away)s)")
    return words % {"when": day_said(day, today), "away": days_away(day, today)}


def _words(name: str, day: date, today: date) -> str:
    if name == "breaks":
        return _("begins %(when)s (%(away)s)") if day > today else _("began %(when)s (%(away)s)")
    return {
        "held": _("frozen since %(when)s (%(away)s)"),
        "unread": _("not reviewed since %(when)s (%(away)s)"),
        "of_age": _("18 since %(when)s (%(away)s)"),
        "idle": _("last step ended %(when)s (%(away)s)"),
        "unreviewed": _("last review %(when)s (%(away)s)"),
    }[name]


def _day(name: str, case: Case, asked: Asked) -> date | None:
    """The list's own day of a case, at its school."""
    moment: datetime | None = getattr(case, f"day_of_{name}", None)
    if moment:
        return moment.astimezone(case.zone).date()
    if name == "breaks":
        return asked.breaks_asked[case.pk].first_day
    if name == "uncovered" and case.pk in asked.check_ins:
        return asked.check_ins[case.pk].due_on
    if name == "safety":
        return asked.by_pk[case.pk].safety_on
    if name == "of_age" and (born := asked.by_pk[case.pk].born):
        return of_age_on(born)
    return None
