"""A report that is late about a concern in no case stands on the first screen of those who answer for the school."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.reading.watched import watched
from csec.accounts.models import Membership, User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import DAY

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)

LATE = "A report is late about a concern at"


def read_by(person: User, at: datetime) -> list[tuple[str, datetime, str]]:
    with acting_as(person.pk):
        return [(one.kind, one.at, one.who) for one in watched(User.objects.get(pk=person.pk), at).found]


@pytest.mark.django_db(transaction=True)
def test_of_a_closed_concern_whose_author_has_left_it_says_the_school_and_the_day_and_not_whose() -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="A mistake.", at=now)
    assert [read_by(one, now) for one in (staff.administrator, staff.liaison)] == [[], []]
    Membership.objects.using("owner").filter(person=staff.teacher).update(until=make.SINCE)
    for person in (staff.administrator, staff.liaison):
        assert read_by(person, now) == [("report_late", concern.logged_at, staff.school.name)]
        client = Client()
        client.force_login(person)
        page = client.get(reverse("home")).content.decode()
        assert LATE in page
        assert staff.teacher.name not in page
    assert [read_by(one, now) for one in (staff.counselor, staff.counsel)] == [[], []]


def test_so_does_one_that_is_late_until_it_is_made_and_nobody_past_whom_the_concern_goes_reads_of_it() -> (
    None
):
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, implicated=[staff.administrator], at=now - 3 * DAY)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="A mistake.", at=now - 3 * DAY)
    assert read_by(staff.administrator, now) == []
    assert [kind for kind, _at, _school in read_by(staff.liaison, now)] == ["report_late"]
    for duty in make.duties(staff.teacher, ended_at=None):
        workflow.record_report(
            actor=staff.teacher, duty=duty, outcome="not_applicable", reason="Cleared up.", at=now
        )
    assert read_by(staff.liaison, now) == []


def test_once_somebody_has_reported_it_is_late_when_the_last_of_all_duties_is_due() -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now - 37 * HOUR)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=now - 10 * HOUR)
    [own] = make.duties(staff.counselor)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="Elsewhere.", at=now - 9 * HOUR)
    assert [kind for kind, _at, _school in read_by(staff.liaison, now)] == ["report_late"]
    workflow.record_report(
        actor=staff.counselor,
        duty=own,
        outcome="done",
        values={"phoned_at": now, "written_at": now, "agency": "Child Welfare Services"},
        at=now,
    )
    assert read_by(staff.liaison, now) == []
