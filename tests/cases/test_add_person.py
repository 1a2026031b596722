"""Opening a case to somebody who needs to know, in a role they hold."""

from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, CasePerson
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT, SINCE

pytestmark = pytest.mark.django_db


def add(
    staff: make.Staff, case: Case, person: User, role: str = "social_worker", reason: str = "Helps."
) -> CasePerson:
    return workflow.add_person(
        actor=staff.counselor, case=case, person=person, role=role, reason=reason, at=AT
    )


def principal_and_counselor(staff: make.Staff) -> User:
    both = make.user("Bo Both", Role.ADMINISTRATOR, staff.school)
    Membership.objects.create(person=both, school=staff.school, role=Role.COUNSELOR, since=SINCE)
    return both


def sees(person: User, case: Case) -> bool:
    with acting_as(person.pk):
        return Case.objects.visible_to(person).filter(pk=case.pk).exists()


def test_they_see_the_case_from_then_on_in_that_role() -> None:
    staff = make.Staff()
    case = make.case(staff)
    assert not sees(staff.social_worker, case)
    row = add(staff, case, staff.social_worker)
    assert (row.role, row.since, row.until) == ("social_worker", AT, None)
    assert make.as_seen(case, staff.social_worker).my_role == "social_worker"
    decision, words = make.decided(case, staff.counselor, "person_added")
    assert (decision.code, words) == ("social_worker", {"reason": "Helps.", "who": "Sam Socialworker"})


def test_one_who_was_taken_off_can_come_back() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = add(staff, case, staff.social_worker)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Leave.", at=AT)
    assert not sees(staff.social_worker, case)
    add(staff, case, staff.social_worker)
    assert sees(staff.social_worker, case)


def test_counsel_is_added_by_name_although_of_the_district() -> None:
    staff = make.Staff()
    case = make.case(staff)
    add(staff, case, staff.counsel, "counsel")
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_a_role_that_they_do_not_hold_here_today_is_refused() -> None:
    staff = make.Staff()
    case = make.case(staff)
    former = make.user("Fay Former", Role.COUNSELOR, staff.school, until=SINCE.replace(month=6))
    for person, role in (
        (staff.social_worker, "counselor"),
        (staff.teacher, "reporter"),
        (staff.elsewhere, "counselor"),
        (former, "counselor"),
        (staff.sro, "principal"),
    ):
        with invalid("person"):
            add(staff, case, person, role)
        assert not sees(person, case)


def test_somebody_whom_the_concern_goes_past_is_refused_in_the_same_words() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.social_worker]))
    with invalid("person"):
        add(staff, case, staff.social_worker)
    assert not sees(staff.social_worker, case)


@pytest.mark.parametrize("reason", ["", "x" * 5001, "\x07"])
def test_it_needs_a_reason_that_can_be_read(reason: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("reason"):
        add(staff, case, staff.social_worker, reason=reason)
    assert not sees(staff.social_worker, case)


def test_somebody_who_is_on_it_is_not_added_twice() -> None:
    staff = make.Staff()
    case = make.case(staff)
    add(staff, case, staff.social_worker)
    with conflict("Sam Socialworker is on this case since Fri, Nov 20, 2:50 PM, as: Social worker."):
        add(staff, case, staff.social_worker)


@pytest.mark.parametrize(("days", "seen"), [(0, False), (300, True)], ids=["over", "still running"])
@pytest.mark.parametrize("who", ["social_worker", "sro"])
def test_a_substitute_has_it_until_the_end_of_the_last_day_and_then_no_more(
    who: str, days: int, seen: bool
) -> None:
    staff = make.Staff()
    case = make.case(staff)
    substitute = getattr(staff, who)
    last = AT.astimezone(case.zone).date() + timedelta(days=days)
    row = workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=substitute,
        role=who,
        reason="While I am away.",
        last_day=last,
        at=AT,
    )
    assert row.until == datetime.combine(last + timedelta(days=1), time.min, tzinfo=case.zone)
    assert sees(substitute, case) is seen
    client = Client()
    client.force_login(substitute)
    assert client.get(case.get_absolute_url()).status_code == (200 if seen else 404)
    assert (case.number in client.get(reverse("cases:cases")).content.decode()) is seen


def test_one_whose_time_is_over_can_be_added_again_and_one_whose_time_runs_cannot() -> None:
    staff = make.Staff()
    case = make.case(staff)
    given = {"actor": staff.counselor, "case": case, "person": staff.social_worker, "reason": "Away."}
    day = AT.astimezone(case.zone).date()
    workflow.add_person(**given, role="social_worker", last_day=day, at=AT)
    with conflict("Sam Socialworker is on this case since"):
        workflow.add_person(**given, role="social_worker", at=AT + timedelta(hours=1))
    assert workflow.add_person(**given, role="social_worker", at=AT + timedelta(days=1)).until is None


@pytest.mark.parametrize("days", [-1, 367])
def test_a_last_day_that_is_over_or_far_away_is_refused(days: int) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("last_day"):
        workflow.add_person(
            actor=staff.counselor,
            case=case,
            person=staff.social_worker,
            role="social_worker",
            reason="Away.",
            last_day=AT.astimezone(case.zone).date() + timedelta(days=days),
            at=AT,
        )


def test_in_a_second_role_of_theirs_nobody_adds_themselves_to_a_case_that_somebody_carries() -> None:
    """An administrator who is a counselor as well would read the counselor's section, and nobody had a part in it."""
    staff = make.Staff()
    both = principal_and_counselor(staff)
    now = database_now()
    case = make.case(staff, at=now)
    given = {"actor": both, "case": case, "person": both, "role": "counselor", "reason": "To read it."}
    with invalid("person"):
        workflow.add_person(**given, at=now)
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(both.pk),
        transaction.atomic(),
    ):
        CasePerson.objects.create(case=case, person=both, role="counselor", since=now)
    client = Client()
    client.force_login(both)
    path = reverse("cases:add_person", args=[case.pk])
    assert "Bo Both" not in str(client.get(path).context["form"]["who"])
    workflow.add_person(**{**given, "actor": staff.counselor}, at=now)
    assert make.as_seen(case, both).my_role == "counselor"


def test_to_carry_a_case_that_nobody_carries_whoever_answers_for_it_adds_themselves() -> None:
    staff = make.Staff()
    both = principal_and_counselor(staff)
    now = database_now()
    case = make.case(staff, at=now)
    Membership.objects.filter(person=staff.counselor).update(until=SINCE)
    client = Client()
    client.force_login(both)
    path = reverse("cases:add_person", args=[case.pk])
    assert "Bo Both" in str(client.get(path).context["form"]["who"])
    given = {"actor": both, "case": case, "person": both, "reason": "She left."}
    with invalid("person"):
        workflow.add_person(**given, role="sro", at=now)
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(both.pk),
        transaction.atomic(),
    ):
        CasePerson.objects.create(case=case, person=both, role="reporter", since=now)
    workflow.add_person(**given, role="counselor", at=now)
    assert make.as_seen(case, both).my_role == "counselor"
