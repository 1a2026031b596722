"""Whoever is told of a case can open it; whoever loses sight of it while they wait is told that there is none."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections

import district.workflow
from cases import workflow
from cases.models import Alert, Case, CasePerson
from csec.accounts.models import Away, Membership
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import covered, swept
from tests.cases.test_races import at_once
from tests.cases.test_taken_and_attached import waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def opens(person, case):
    with acting_as(person.pk):
        return Case.objects.visible_to(person).filter(pk=case.pk).exists()


def told_who_cannot_open(staff, case, kinds, at):
    swept(at)
    rows = Message.objects.using("owner").filter(case_id=case.pk, kind__in=kinds).select_related("recipient")
    people = {row.recipient for row in rows}
    assert people
    return {p.name for p in people if not opens(p, case)}


def test_a_break_at_a_school_without_an_administrator() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.reported(case, staff.counselor, at=now)
    covered(staff, case, now)
    day = now.date() + timedelta(days=8)
    Closure.objects.using("owner").create(name="Break", first_day=day, last_day=day + timedelta(days=14))
    Membership.objects.using("owner").filter(person=staff.administrator).update(
        until=now.date() - timedelta(days=2)
    )
    for n in range(7):
        swept(now + timedelta(days=n))
    assert told_who_cannot_open(staff, case, ["break"], now + timedelta(days=7)) == set()


def test_a_check_in_of_somebody_who_is_away() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.reported(case, staff.counselor, at=now)
    due = make.check_in(case, staff.counselor)
    Away.objects.using("owner").create(
        person=staff.counselor,
        first_day=now.date() - timedelta(days=2),
        last_day=now.date() + timedelta(days=60),
        entered_at=now,
    )
    assert told_who_cannot_open(staff, case, ["check_in"], due.due_at) == set()


def waits(act, holder, meanwhile):
    """`act` waits for the case while `holder` does `meanwhile`."""
    got = []

    def run():
        try:
            got.append(act())
        except Exception as e:
            got.append(e)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    with acting_as(holder.pk):
        list(Case.objects.visible_to(holder).select_for_update(of=("self",)))
        thread.start()
        waiting_for_a_lock(1)
        meanwhile()
    thread.join()
    return got[0]


def alerted():
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.missing(staff.teacher, staff.student, at=now)
    with acting_as(staff.counselor.pk):
        alert = Alert.objects.get(case=case)
    return staff, case, alert


def test_a_liaison_who_waited_while_what_asked_for_them_was_over() -> None:
    staff, case, alert = alerted()
    now = database_now()
    got = waits(
        lambda: workflow.end_alert(
            actor=staff.liaison, case=case, alert=alert, reason="Found.", at=database_now()
        ),
        staff.counselor,
        lambda: workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason="Found.", at=now),
    )
    assert isinstance(got, (Absent, workflow.Conflict)), repr(got)


def test_a_liaison_who_waited_while_the_case_was_kept_from_them() -> None:
    staff, case, alert = alerted()
    now = database_now()
    got = waits(
        lambda: workflow.end_alert(
            actor=staff.liaison, case=case, alert=alert, reason="Found.", at=database_now()
        ),
        staff.counselor,
        lambda: workflow.exclude_person(
            actor=staff.counselor, case=case, person=staff.liaison, reason="Aunt.", at=now
        ),
    )
    assert isinstance(got, Absent), repr(got)


def test_two_clicks_begin_one_access() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    got = at_once(*[lambda: make.opened_in_emergency(case, staff.counsel)] * 2)
    assert sorted(type(one).__name__ for one in got) != ["EmergencyAccess"] * 2, got


def test_a_last_day_that_is_put_off_leaves_a_substitution_as_it_was() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    friday = now.date() + timedelta(days=10)
    row = workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="For two weeks.",
        at=now,
        last_day=friday,
    )
    there = Membership.objects.get(person=staff.social_worker)
    district.workflow.end_role(actor=staff.liaison, membership=there, last_day=friday, at=now)
    district.workflow.end_role(
        actor=staff.liaison, membership=there, last_day=friday + timedelta(days=200), at=now
    )
    with acting_as(staff.counselor.pk):
        assert type(row).objects.get(pk=row.pk).until == row.until


def test_a_refused_verb_leaves_nobody_on_the_case() -> None:
    staff, case, _alert = alerted()
    for refused in (
        lambda: workflow.end_emergency_access(actor=staff.liaison, case=case, at=database_now()),
        lambda: workflow.exclude_person(
            actor=staff.liaison, case=case, person=staff.teacher, reason="", at=database_now()
        ),
    ):
        with pytest.raises((NotPermitted, workflow.Invalid)):
            refused()
    with acting_as(staff.counselor.pk):
        assert not CasePerson.objects.filter(case=case, person=staff.liaison).exists()
