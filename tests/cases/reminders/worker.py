"""The worker's part, played with the worker's own login."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

import environ
from django.db import connections

from cases import workflow
from cases.reminders.sweep import sweep
from cases.rhythm import Rhythm
from csec.delivery.kinds import KINDS
from csec.delivery.models import Message
from tests import make

Row = tuple[str, str, int]


def as_worker() -> AbstractContextManager[None]:
    """The default connection is the worker's, who may read whom to write to and nothing that was written."""
    return signed_in_as("DATABASE_WORKER_URL")


@contextmanager
def signed_in_as(address: str) -> Iterator[None]:
    """The default connection is that of another login; `address` names it in the environment."""
    settings = connections["default"].settings_dict
    login = environ.Env().db_url(address)
    before = {name: settings[name] for name in ("USER", "PASSWORD")}
    connections["default"].close()
    settings.update({name: login[name] for name in before})
    try:
        yield
    finally:
        connections["default"].close()
        settings.update(before)


def swept(at: datetime, **where: Any) -> set[Row]:
    """What a sweep at that moment writes anew: kind, first name of the recipient, level."""
    known = set(Message.objects.using("owner").values_list("pk", flat=True))
    with as_worker():
        sweep(at)
    rows = Message.objects.using("owner").filter(**where).exclude(pk__in=known).select_related("recipient")
    return {(row.kind, row.recipient.name.split()[0], row.level) for row in rows}


def told(at: datetime, kind: str) -> set[tuple[str, int]]:
    """The same of one kind: to whom, at which level."""
    return {(who, level) for _kind, who, level in swept(at, kind=kind)}


def wanted(at: datetime) -> set[Row]:
    """Of the messages that wait, those that would be sent at that moment."""
    with as_worker():
        waiting = list(Message.objects.waiting().select_related("recipient"))
        found = set()
        for name, kind in KINDS.items():
            of_kind = [message for message in waiting if message.kind == name]
            ids = kind.still_wanted(of_kind, at) if of_kind else set()
            found |= {(m.kind, m.recipient.name.split()[0], m.level) for m in of_kind if m.id in ids}
        return found


def covered(staff: make.Staff, case: Any, at: datetime) -> Any:
    """The counselor's check-ins every seven days, the social worker covers."""
    workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="C.", at=at
    )
    return workflow.plan_checkins(
        actor=staff.counselor,
        case=case,
        rhythm=Rhythm.every_days(7),
        first_on=at.date() + timedelta(days=4),
        person=staff.counselor,
        cover=staff.social_worker,
        at=at,
    )
