"""Whoever is written to about a case may open it at that moment: the worker's queries beside `visible_to`."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Case, Concern
from csec.accounts.models import Away, Membership, User
from csec.delivery.kinds import KINDS
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import as_worker, swept
from tests.matrix.rows import looked_at
from tests.matrix.world import World

pytestmark = pytest.mark.django_db(transaction=True)

#: To whom a message about a case goes that they may not open, by its kind and what they are in the world; and why.
MAY_NOT_OPEN = {
    (
        "request",
        "the officer's cover",
    ): "The officer is away: they read who asks, and can be asked in instead.",
    (
        "transfer",
        "receiver",
    ): "The student comes to their school: they read what is handed over, and no more.",
    ("transfer", "their administrator"): "Nobody took it, and they can.",
}
#: What is told of the world on whatever day it is; the rest waits for a Monday, a weekday's morning or a birthday.
ALWAYS = {"addition", "alert", "check_in", "emergency", "parent_hold", "report_late", "request", "transfer"}


@pytest.fixture(scope="module")
def past_every_rule(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The world is built with what nobody may write, by a function that has to be there before."""
    with django_db_blocker.unblock(), looked_at():
        yield


@pytest.mark.usefixtures("past_every_rule")
@pytest.mark.matrix
@pytest.mark.parametrize("days", [24, 0])
def test_whoever_is_written_to_about_a_case_may_open_it(days: int) -> None:
    """Of a world that is new, and of one in which all has climbed; and when none of what was written arrives."""
    world = World(database_now() - timedelta(days=days))
    Message.objects.using("owner").all().delete()
    with_more_to_tell(world)
    people = {
        world.officer.pk: "the officer's cover",
        world.staff.elsewhere.pk: "receiver",
        world.overseer.pk: "their administrator",
    }
    told, refused = set(), set()
    for _turn in ("at first", "undelivered"):
        swept(at := database_now())
        found = [one for one in going_out(at) if one.case_id]
        for message in found:
            told.add(message.kind)
            if not opens(message):
                refused.add((message.kind, people.get(message.recipient_id, message.recipient.name)))
        lost = {"state": Message.State.FAILED, "failed_at": at}
        Message.objects.using("owner").filter(pk__in=[one.pk for one in found]).update(**lost)
    assert not refused - set(MAY_NOT_OPEN)
    # All that can be told of it is, and none of them is named for nothing.
    if days:
        assert told >= ALWAYS
        assert refused == set(MAY_NOT_OPEN)


def with_more_to_tell(world: World) -> None:
    """An officer away and covered, something new of a concern in a case, and a case whose carrier has left."""
    staff = world.staff
    Membership.objects.using("owner").filter(person=staff.sro).update(cover=world.officer)
    days = {"first_day": date(2020, 1, 1), "last_day": date(2100, 1, 1)}
    Away.objects.using("owner").create(person=staff.sro, **days, entered_at=world.at)
    with acting_as(staff.teacher.pk):
        attached = Concern.objects.get(pk=world.concerns["attached"].ids["concern_id"])
    workflow.supplement_concern(actor=staff.teacher, concern=attached, account="Again.", at=world.at)
    User.objects.using("owner").filter(pk=staff.social_worker.pk).update(is_active=False)
    make.left_school(world.stranger)


def going_out(at: datetime) -> list[Message]:
    """What the senders would send now."""
    with as_worker():
        waiting = list(Message.objects.waiting().select_related("recipient"))
        found = []
        for name, kind in KINDS.items():
            of_kind = [message for message in waiting if message.kind == name]
            wanted = kind.still_wanted(of_kind, at) if of_kind else set()
            found += [message for message in of_kind if message.id in wanted]
        return found


def opens(message: Message) -> bool:
    person = User.objects.get(pk=message.recipient_id)
    with acting_as(person.pk):
        return Case.objects.visible_to(person).filter(pk=message.case_id).exists()
