"""Whoever is excluded from a case is excluded from all that is in it, and cannot bury it."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import permissions, workflow
from cases.models import Case, Concern, EmergencyAccess
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def status(person: User, concern: Concern) -> int:
    client = Client()
    client.force_login(person)
    return client.get(concern.get_absolute_url()).status_code


def keep_from(person: User, case: Case, staff: make.Staff) -> None:
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=person, reason="A relative.", at=database_now()
    )


def implicated(staff: make.Staff) -> Concern:
    """A concern received by the counselor, in a case from which another concern excludes them."""
    first = make.concern(staff)
    case = make.case(staff, about=first)
    workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="C.", at=AT
    )
    second = make.concern(staff, implicated=[staff.counselor])
    workflow.attach_concern(actor=staff.social_worker, concern=second, case=case, reason="Same.", at=AT)
    return first


def test_they_no_longer_read_the_concerns_that_were_theirs() -> None:
    staff = make.Staff()
    first = implicated(staff)
    assert status(staff.counselor, first) == 404
    with acting_as(staff.counselor.pk):
        assert Concern.objects.count() == 0
    assert status(staff.social_worker, first) == 200


def test_their_own_duty_stays_and_says_nothing_of_the_concern_it_came_from() -> None:
    staff = make.Staff()
    first = implicated(staff)
    duty = make.duties(staff.counselor)[0]
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:report_duty", args=[duty.pk]))
    assert page.context["reading"].concern is None
    assert str(first.pk) not in page.content.decode()


def test_nor_of_the_case_in_which_they_recorded_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.own_report(case, staff.administrator)
    [duty] = make.duties(staff.administrator, case=case)
    keep_from(staff.administrator, case, staff)
    client = Client()
    client.force_login(staff.administrator)
    page = client.get(reverse("cases:report_duty", args=[duty.pk]))
    assert page.context["reading"].facts == []
    said = page.content.decode()
    assert "What you recorded is kept, and cannot be opened from here." in said
    assert not [one for one in (str(case.pk), case.number, "in the case") if one in said]


def test_that_they_opened_it_in_an_emergency_is_there_for_those_who_look_at_it_and_not_for_them() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    with acting_as(staff.counsel.pk):
        assert EmergencyAccess.objects.filter(pk=access.pk).exists()
    keep_from(staff.counsel, case, staff)
    with acting_as(staff.counsel.pk):
        assert not EmergencyAccess.objects.exists()
        assert EmergencyAccess.objects.update(ended_at=database_now()) == 0
    with acting_as(staff.counselor.pk):
        assert EmergencyAccess.objects.filter(pk=access.pk, ended_at__isnull=True).exists()


def test_when_the_case_is_void_the_concern_goes_back_to_somebody_else() -> None:
    staff = make.Staff()
    first = implicated(staff)
    assert first.receiver == staff.counselor
    with acting_as(staff.social_worker.pk):
        case = Concern.objects.visible_to(staff.social_worker).get(pk=first.pk).case
    assert case is not None
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    with pytest.raises(Absent):
        workflow.close_concern(actor=staff.counselor, concern=first, reason="Nothing.", at=AT)
    with acting_as(staff.social_worker.pk):
        asked = {one.pk for one in waiting_for(staff.social_worker, AT).concerns}
    assert first.pk in asked


def test_a_concern_whose_holders_are_both_excluded_is_with_those_who_answer_for_the_school() -> None:
    staff = make.Staff()
    first = make.concern(staff)
    case = make.case(staff, about=first)
    helper = make.user("Hana Helper", "counselor", staff.school)
    workflow.add_person(actor=staff.counselor, case=case, person=helper, role="counselor", reason="C.", at=AT)
    both = make.concern(staff, implicated=[staff.counselor, staff.social_worker])
    assert both.receiver == helper
    workflow.attach_concern(actor=helper, concern=both, case=case, reason="Same.", at=AT)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    with acting_as(staff.administrator.pk):
        asked = {one.pk for one in waiting_for(staff.administrator, AT).concerns}
    assert first.pk in asked


def test_whoever_a_case_goes_past_does_not_get_the_next_concern_in_it_either() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    later = make.concern(staff)
    workflow.attach_concern(actor=staff.counselor, concern=later, case=case, reason="Same.", at=AT)
    assert status(staff.administrator, later) == 404


def test_one_of_two_overseers_who_come_second_to_a_concern_that_nobody_holds_is_told_who_was_first() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    for person in (staff.counselor, staff.social_worker):
        person.memberships.update(until=AT.date())
    workflow.close_concern(actor=staff.administrator, concern=concern, reason="Cleared up.", at=AT)
    for person in (staff.administrator, staff.liaison):
        with pytest.raises(workflow.Conflict) as told:
            workflow.close_concern(actor=person, concern=concern, reason="Cleared up.", at=AT)
        assert "Ada Administrator closed this concern" in str(told.value.words)
    other = make.concern(staff, author=staff.teacher) if staff.teacher.is_active else concern
    assert other.receiver == staff.administrator


def test_one_of_two_who_open_a_case_from_it_is_told_as_well() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    for person in (staff.counselor, staff.social_worker):
        person.memberships.update(until=AT.date())
    given = {"concern": concern, "track": "suspected_victim", "reason": "It fits.", "at": AT}
    workflow.open_case(actor=staff.administrator, **given)
    for person in (staff.administrator, staff.liaison):
        with pytest.raises(workflow.Conflict) as told:
            workflow.open_case(actor=person, **given)
        assert "Ada Administrator put this concern into a case" in str(told.value.words)


def test_past_whom_a_concern_goes_does_nothing_to_it_where_they_see_what_they_wrote() -> None:
    staff = make.Staff()
    make.concern(staff, author=staff.counselor)
    with acting_as(staff.counselor.pk):
        concern = Concern.objects.visible_to(staff.counselor).get()
    doings = (permissions.can_accept_concern, permissions.can_close_concern, permissions.can_open_case)
    assert all(may(staff.counselor, concern) for may in doings)
    concern.goes_past = True
    assert not any(may(staff.counselor, concern) for may in doings)
